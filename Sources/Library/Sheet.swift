internal import Core
internal import Glibc
internal import System
internal import Values

/// A .strm file that is being written beside its target, under the name that every draft of ours
/// has: a run that was killed leaves one that the next run of any tool of ours clears away.
struct Sheet {
  let file: Int32
  let inode: Inode
  let name: DraftName

  /// Makes and fills the file. It is locked until it is closed, which tells it from a leftover.
  init(
    in folder: Int32, for target: UnsafeRawBufferPointer, _ content: UnsafeRawBufferPointer,
    permissions: UInt32?
  ) throws(Failure) {
    let name = DraftName(for: target)
    file = try Sheet.make(in: folder, name)
    self.name = name
    do {
      inode = try Sheet.fill(file, content, permissions)
    } catch {
      _ = name.withCString { unlinkat(folder, $0, 0) }
      _ = close(file)
      throw error
    }
  }

  private static func fill(
    _ file: Int32, _ content: UnsafeRawBufferPointer, _ permissions: UInt32?
  ) throws(Failure) -> Inode {
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw taken }
    var rest = content
    while !rest.isEmpty {
      let count = write(file, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw Failure(errno: errno, "") }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    if let permissions, fchmod(file, mode_t(permissions)) != 0 { throw Failure(errno: errno, "") }
    let inode = try Inode.of(file, "")
    // Before it was locked, another run could take it for a leftover and remove it.
    guard inode.links > 0 else { throw taken }
    return inode
  }

  private static let taken = Failure(.later, "", "another run is writing this file")

  private static func make(in folder: Int32, _ name: DraftName) throws(Failure) -> Int32 {
    for isAgain in [false, true] {
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let made = name.withCString { openat(folder, $0, flags, 0o666) }
      if made >= 0 { return made }
      guard errno == EEXIST, !isAgain else { throw Failure(errno: errno, "") }
      try clear(in: folder, name)
    }
    throw taken
  }

  /// Removes what a killed run left behind, unless a run that lives is writing it.
  private static func clear(in folder: Int32, _ name: DraftName) throws(Failure) {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let left = name.withCString { openat(folder, $0, flags) }
    if left < 0 {
      if errno == ELOOP || errno == EACCES { _ = name.withCString { unlinkat(folder, $0, 0) } }
      return
    }
    defer { _ = close(left) }
    guard flock(left, LOCK_EX | LOCK_NB) == 0 else { throw taken }
    // Between the two its owner may have put the file in place.
    let held = try Inode.of(left, "")
    let named = name.withCString { Inode.at(folder, $0, followsLinks: false) }
    guard case .success(let inode) = named, inode.inode == held.inode else { return }
    _ = name.withCString { unlinkat(folder, $0, 0) }
  }

  /// Gives the file its name, in place of whatever file has it.
  func place(in folder: Int32, as target: UnsafePointer<CChar>) throws(Failure) {
    let error = name.withCString { renameat(folder, $0, folder, target) == 0 ? 0 : errno }
    if error == 0 { return }
    _ = name.withCString { unlinkat(folder, $0, 0) }
    throw error == EISDIR
      ? Failure(.refused, "", "a folder stands where the file should be")
      : Failure(errno: error, "")
  }

  func drop(in folder: Int32) { _ = name.withCString { unlinkat(folder, $0, 0) } }
}
