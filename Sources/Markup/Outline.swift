package import Core

/// A small document as a tree, for replies that come once and not a thousand at a time.
package struct Outline: Equatable, Sendable {
  /// Without the prefix of a namespace.
  package let name: String
  /// What an element that holds no others says.
  package internal(set) var text: [UInt8] = []
  package internal(set) var children: [Outline] = []

  /// The longest document that is kept whole.
  package static let longest = 8 << 20

  /// Reads a whole document. White space may stand before it: servers that have nothing to say
  /// yet send it to keep a connection alive.
  package init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.count <= Outline.longest else {
      throw Failure(.unavailable, "XML", "it is longer than 8 MiB")
    }
    let blanks = bytes.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.count
    let reader = XMLReader(Vocabulary([]))
    let draft = OutlineDraft()
    var failure: Failure?
    bytes.withUnsafeBytes { bytes in
      do throws(Failure) {
        try reader.feed(UnsafeRawBufferPointer(rebasing: bytes[blanks...]), to: draft)
        try reader.finish(draft)
      } catch { failure = error }
    }
    if let failure { throw failure }
    self = draft.open[0].children[0]
  }

  fileprivate init(name: String) {
    self.name = name
  }

  /// All children of a name, in their order.
  package func all(_ name: String) -> [Outline] {
    children.filter { $0.name == name }
  }

  /// The text of the first child of a name.
  package func bytes(_ name: String) -> [UInt8]? {
    children.first { $0.name == name }?.text
  }

  package func string(_ name: String) -> String? {
    bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The elements that are open, the document itself being the first.
private final class OutlineDraft: XMLConsumer {
  var open = [Outline(name: "")]

  func start(_ element: Element) throws(Failure) {
    let start = element.name.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? 0
    open.append(Outline(name: String(decoding: element.name[start...], as: UTF8.self)))
  }

  func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {
    var closed = open.removeLast()
    if closed.children.isEmpty { closed.text = Array(text) }
    open[open.count - 1].children.append(closed)
  }
}
