internal import Core
internal import Glibc
package import System
package import Values

/// What the first stage of a pipe reads.
package enum Intake {
  case nothing
  case scratch(Scratch)
  case file(Path)

  /// Opens it at its start; the descriptor is the caller's.
  func open() throws(Failure) -> Int32 {
    switch self {
    case .nothing: return try Intake.open(Path(text: "/dev/null"))
    case .file(let path): return try Intake.open(path)
    case .scratch(let scratch):
      try scratch.rewind()
      let opened = fcntl(scratch.descriptor, F_DUPFD_CLOEXEC, 3)
      if opened < 0 { throw Failure(errno: errno, "temporary file") }
      return opened
    }
  }

  private static func open(_ path: Path) throws(Failure) -> Int32 {
    let opened = path.withCString { Glibc.open($0, O_RDONLY | O_CLOEXEC) }
    if opened < 0 { throw Failure(errno: errno, path) }
    return opened
  }
}
