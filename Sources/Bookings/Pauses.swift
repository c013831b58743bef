internal import Core
internal import Glibc
internal import System
package import Values

/// The jobs that are paused: of each there is an empty file, named after its id.
package struct Pauses: Sendable {
  package let folder: Path

  /// `state` is the folder of what programs remember.
  package init(state: Path) { folder = state.appending("paused") }

  package func contains(_ job: String) -> Bool {
    file(of: job).withCString { access($0, F_OK) } == 0
  }

  /// An id as the name of a file: what is not plain is escaped, and so is a dot at its start, which
  /// would mean something else there.
  package func file(of job: String) -> Path {
    var name: [UInt8] = []
    for byte in job.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        name.append(byte)
      case UInt8(ascii: ".") where !name.isEmpty: name.append(byte)
      default:
        name.append(UInt8(ascii: "%"))
        name += Hex.bytes([byte])
      }
    }
    return folder.appending(Path(name))
  }
}
