/// Bytes that no log, error, record or command line may show.
///
/// Whatever prints, interpolates or reflects a secret gets `[redacted]`; only `reveal` gives the
/// bytes, so every use of them can be found by its name.
package struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package static let shown = "[redacted]"
  package var description: String { Secret.shown }
  package var debugDescription: String { Secret.shown }
  package var customMirror: Mirror { Mirror(self, children: []) }
  package var isEmpty: Bool { bytes.isEmpty }

  package func reveal<Answer>(_ body: ([UInt8]) -> Answer) -> Answer {
    body(bytes)
  }
}
