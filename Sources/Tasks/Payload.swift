package import Core
package import System

/// The payload of a task, as a worker hands it over.
package enum Payload {
  /// All that there is to read.
  package static func read(_ input: Input) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    while let line = try input.next() {
      bytes += line
      bytes.append(10)
    }
    return bytes
  }
}
