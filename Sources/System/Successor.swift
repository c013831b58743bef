package import Core
internal import Glibc
package import Values

/// A file that is written beside another one and takes its place once it is whole.
///
/// It is locked, so that of several processes one writes and the others can tell.
package final class Successor {
  package let descriptor: Int32
  private let path: Path
  private let target: Path

  /// Begins the successor of a file, in its folder; nil while another process writes it.
  ///
  /// What a process that died left behind is written over.
  package init?(of target: Path, suffix: String = ".new") throws(Failure) {
    self.target = target
    path = Path(target.bytes + Array(suffix.utf8))
    let path = path
    let file = path.withCString { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    if file < 0 { throw Failure(errno: errno, path) }
    descriptor = file
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let error = errno
      if error == EWOULDBLOCK { return nil }
      throw Failure(errno: error, path)
    }
    // It may have taken its place, and be the target, between the opening and the lock.
    let ours = try Inode.of(file, path)
    let found = path.withCString { Inode.at(AT_FDCWD, $0, followsLinks: false) }
    guard case .success(let there) = found, there.inode == ours.inode,
      there.device == ours.device
    else { return nil }
    if ftruncate(file, 0) != 0 { throw Failure(errno: errno, path) }
  }

  deinit {
    _ = close(descriptor)
  }

  /// Back to the start, for reading what was written.
  package func rewind() throws(Failure) {
    if lseek(descriptor, 0, SEEK_SET) < 0 { throw Failure(errno: errno, path) }
  }

  /// Takes the target's place.
  package func replace() throws(Failure) {
    let result = path.withCString { path in target.withCString { rename(path, $0) } }
    if result != 0 { throw Failure(errno: errno, target) }
  }

  /// Takes the place of another successor, which then stands for this one.
  package func replace(_ other: Successor) throws(Failure) {
    let result = path.withCString { path in other.path.withCString { rename(path, $0) } }
    if result != 0 { throw Failure(errno: errno, other.path) }
  }

  /// Gives the succession up.
  package func withdraw() {
    // It stays where it cannot be removed, to be written over by the next.
    _ = path.withCString { unlink($0) }
  }
}
