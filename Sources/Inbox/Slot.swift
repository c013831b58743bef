package import Core
internal import Values

/// The names of a job's files.
package struct Slot: Equatable, Sendable {
  let stem: [UInt8]

  private static let longest = 240

  /// A job is told by its id, which may be any text. What a name cannot hold, or would hide or lead
  /// elsewhere, is written `%HH`.
  package init(_ job: String) throws(Failure) {
    var stem: [UInt8] = []
    for byte in job.utf8 {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "%"), 0..<0x20, 0x7F: stem += Slot.escaped(byte)
      case UInt8(ascii: ".") where stem.isEmpty: stem += Slot.escaped(byte)
      default: stem.append(byte)
      }
    }
    if stem.isEmpty { throw Failure(.config, "", "the id of a job is empty") }
    if stem.count > Slot.longest {
      throw Failure(.config, "\(job.prefix(40))...", "the job's id is too long for a file name")
    }
    self.stem = stem
  }

  private static func escaped(_ byte: UInt8) -> [UInt8] {
    [UInt8(ascii: "%")] + Hex.bytes([byte])
  }

  private func name(_ ending: StaticString) -> Path {
    Path(stem + UnsafeBufferPointer(start: ending.utf8Start, count: ending.utf8CodeUnitCount))
  }

  var events: Path { name(".events") }
  var incoming: Path { name(".incoming") }
  var taken: Path { name(".taken") }
  var merged: Path { name(".merged") }
  var section: Path { name(".section") }
  var lock: Path { name(".lock") }
}
