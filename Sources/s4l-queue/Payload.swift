import Core
import Glibc
import System
import Values

/// A payload that lies in a file.
enum Payload {
  /// More than any queue should carry: large things travel beside it.
  static let longest = 64 << 20

  /// The bytes of a file; `-` is standard input.
  static func read(_ path: Path) throws(Failure) -> [UInt8] {
    if path.bytes == [UInt8(ascii: "-")] { return try all(of: 0, path) }
    let number = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    if number < 0 { throw Failure(errno: errno, path) }
    let file = Descriptor(owning: number)
    return try all(of: file.number, path)
  }

  private static func all(of file: Int32, _ path: Path) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(file, &piece, piece.count)
      if count < 0 {
        let error = errno
        if error == EINTR, !Interrupt.isRequested { continue }
        throw Failure(errno: error, path)
      }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      if bytes.count > longest { throw Failure(.data, "\(path)", "a payload of more than 64 MiB") }
    }
  }
}
