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
    while true {
      guard let holding = try open(path, O_CREAT) else { throw Failure(errno: ENOENT, path) }
      guard try holding.lock(path, waits: waits) else { return nil }
      // Whoever had it before may have discarded the file that we waited for.
      if try holding.isStill(path) { return holding }
    }
  }

  /// Removes the file, unless some process has it, which then keeps it. Whoever waits for it makes
  /// another.
  package static func discard(_ path: Path) throws(Failure) {
    guard let holding = try open(path, 0), try holding.lock(path, waits: false),
      try holding.isStill(path)
    else { return }
    // Nobody takes the name from us: to do so one must have the file, and that we have.
    if path.withCString({ unlink($0) }) != 0 { throw Failure(errno: errno, path) }
  }

  /// Nil where there is none.
  private static func open(_ path: Path, _ flags: Int32) throws(Failure) -> Holding? {
    let file = path.withCString { Glibc.open($0, O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0o600) }
    if file >= 0 { return Holding(file) }
    let error = errno
    if error == ENOENT, flags & O_CREAT == 0 { return nil }
    throw Failure(errno: error, path)
  }

  /// False if another process has it.
  private func lock(_ path: Path, waits: Bool) throws(Failure) -> Bool {
    while s4l_hold(file, waits ? 1 : 0) != 0 {
      let error = errno
      if error == EAGAIN || error == EACCES { return false }
      if error != EINTR || Interrupt.isRequested { throw Failure(errno: error, path) }
    }
    return true
  }

  /// Whether the file still has its name.
  private func isStill(_ path: Path) throws(Failure) -> Bool {
    let own = try Inode.of(file, path)
    switch path.withCString({ Inode.at(AT_FDCWD, $0, followsLinks: false) }) {
    case .success(let found): return found.inode == own.inode && found.device == own.device
    case .failure(let error):
      if error.isAbsent { return false }
      throw error.failure(path)
    }
  }

  /// Whether some process has it; to ask takes it from nobody.
  package static func isTaken(_ path: Path) throws(Failure) -> Bool {
    guard let asked = try open(path, 0) else { return false }
    let answer = s4l_is_held(asked.file)
    if answer < 0 { throw Failure(errno: errno, path) }
    return answer == 1
  }
}
