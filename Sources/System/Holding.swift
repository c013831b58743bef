internal import CLinux
package import Core
internal import Glibc
package import Values

/// A file that stands for something only one process does at a time, for as long as this lives.
package final class Holding {
  private let file: Int32

  private init(_ file: Int32) {
    self.file = file
  }

  deinit {
    _ = close(file)
  }

  /// Takes it, and makes the file if it is missing; nil if another process has it.
  package static func take(_ path: Path, waits: Bool) throws(Failure) -> Holding? {
    let file = path.withCString {
      open($0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    if file < 0 { throw Failure(errno: errno, path) }
    let holding = Holding(file)
    while s4l_hold(file, waits ? 1 : 0) != 0 {
      let error = errno
      if error == EAGAIN || error == EACCES { return nil }
      if error != EINTR || Interrupt.isRequested { throw Failure(errno: error, path) }
    }
    return holding
  }

  /// Whether some process has it; to ask takes it from nobody.
  package static func isTaken(_ path: Path) throws(Failure) -> Bool {
    let file = path.withCString { open($0, O_RDWR | O_NOFOLLOW | O_CLOEXEC) }
    if file < 0 {
      let error = errno
      if error == ENOENT { return false }
      throw Failure(errno: error, path)
    }
    let asked = Holding(file)
    let answer = s4l_is_held(asked.file)
    if answer < 0 { throw Failure(errno: errno, path) }
    return answer == 1
  }
}
