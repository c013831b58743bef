internal import CLinux
package import Core
internal import Glibc
package import Values

/// Changes below an open folder. Unless `links` says so, nothing that a path says leads out of it,
/// and no link is followed on the way: whatever a link shows also lies elsewhere, under a name that
/// nobody asked about.
extension Folder {
  /// Which symbolic links a path may lead through.
  package enum Passage: Sendable {
    case none
    /// Those that stay below the folder.
    case inside
    case anywhere

    fileprivate var rule: Int32 {
      switch self {
      case .none: Int32(S4L_BENEATH | S4L_NO_LINKS)
      case .inside: Int32(S4L_BENEATH)
      case .anywhere: 0
      }
    }
  }

  /// Opens a folder below this one; an empty path is the folder itself.
  package func beneath(_ path: Path, links: Passage = .none) -> Result<Folder, SystemError> {
    let name = path.isEmpty ? Path(text: ".") : path
    let opened = name.withCString { name in
      s4l_open_at(descriptor, name, O_RDONLY | O_DIRECTORY, 0, links.rule)
    }
    if opened < 0 { return .failure(SystemError(number: errno)) }
    return .success(Folder(owning: opened))
  }

  /// Opens a folder by an absolute path on which there is no link.
  package static func withoutLinks(_ path: Path) -> Result<Folder, SystemError> {
    path.withCString { withoutLinks($0) }
  }

  package static func withoutLinks(_ path: UnsafePointer<CChar>) -> Result<Folder, SystemError> {
    let opened = s4l_open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, Int32(S4L_NO_LINKS))
    if opened < 0 { return .failure(SystemError(number: errno)) }
    return .success(Folder(owning: opened))
  }

  /// Where relative paths begin.
  package static let current = AT_FDCWD

  /// What it is itself.
  package func inode() throws(SystemError) -> Inode {
    try Inode.at(descriptor, "", followsLinks: false, isOpen: true).get()
  }

  /// What stands under a name in this folder; a link is not followed.
  package func look(_ name: Path) -> Result<Inode, SystemError> {
    name.withCString { Inode.at(descriptor, $0, followsLinks: false) }
  }

  package func unlink(_ name: Path) throws(SystemError) {
    if name.withCString({ unlinkat(descriptor, $0, 0) }) != 0 { throw SystemError(number: errno) }
  }

  package func makeFolder(_ name: Path, mode: UInt32 = 0o777) throws(SystemError) {
    if name.withCString({ mkdirat(descriptor, $0, mode_t(mode)) }) != 0 {
      throw SystemError(number: errno)
    }
  }

  /// Moves what has a name here into another folder, where the new name must be free.
  package func move(_ name: Path, to folder: Folder, _ newName: Path) throws(SystemError) {
    let error = name.withCString { from in
      newName.withCString { to in
        let error = refusal(from, to: folder, to, replaces: false)
        return error?.isUnknown == true ? refusal(from, toFree: folder, to) : error
      }
    }
    if let error { throw error }
  }

  /// Does the same on a file system that knows no rename that refuses to replace: by a second name,
  /// or, where there are none, by a look beforehand.
  private func refusal(
    _ name: UnsafePointer<CChar>, toFree folder: Folder, _ newName: UnsafePointer<CChar>
  ) -> SystemError? {
    if linkat(descriptor, name, folder.descriptor, newName, 0) == 0 {
      if unlinkat(descriptor, name, 0) == 0 { return nil }
      let error = SystemError(number: errno)
      // The new name is ours; without it all is as it was.
      _ = unlinkat(folder.descriptor, newName, 0)
      return error
    }
    let error = SystemError(number: errno)
    guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.number) else { return error }
    switch Inode.at(folder.descriptor, newName, followsLinks: false) {
    case .success: return SystemError(number: EEXIST)
    case .failure(let doubt):
      return doubt.isAbsent ? refusal(name, to: folder, newName, replaces: true) : doubt
    }
  }

  /// Gives a file in this folder the name of another, which it replaces.
  package func replace(_ name: Path, by newer: Path) throws(SystemError) {
    let error = newer.withCString { from in
      name.withCString { to in refusal(from, to: self, to, replaces: true) }
    }
    if let error { throw error }
  }

  /// Removes a file if it is there.
  package func discard(_ name: Path) throws(SystemError) {
    do throws(SystemError) { try unlink(name) } catch { if !error.isAbsent { throw error } }
  }

  /// Opens a file in this folder for reading and for appending.
  package func file(_ name: Path, creates: Bool) throws(SystemError) -> Descriptor {
    let flags = O_RDWR | O_APPEND | O_NOFOLLOW | (creates ? O_CREAT : 0)
    let opened = name.withCString {
      s4l_open_at(descriptor, $0, flags, 0o666, Int32(S4L_BENEATH | S4L_NO_LINKS))
    }
    if opened < 0 { throw SystemError(number: errno) }
    return Descriptor(owning: opened)
  }

  /// Whether a name in this folder still is that of an open file.
  package func isStill(_ name: Path, _ file: borrowing Descriptor) throws(SystemError) -> Bool {
    let opened: Inode
    do throws(Failure) { opened = try Inode.of(file.number, name) } catch {
      throw SystemError(number: EIO)
    }
    switch look(name) {
    case .success(let found): return found.inode == opened.inode && found.device == opened.device
    case .failure(let error):
      if error.isAbsent { return false }
      throw error
    }
  }

  /// Takes the folder for this process alone; false if another one has it.
  ///
  /// It is given back when the folder is closed, however the process ends.
  package func claim() throws(SystemError) -> Bool {
    try Descriptor.claim(descriptor)
  }

  /// Opens a folder below this one, making it and those above it where they are missing.
  package func making(_ path: Path, mode: UInt32 = 0o777) throws(SystemError) -> Folder {
    switch beneath(path) {
    case .success(let folder): return folder
    case .failure(let error): if error.number != SystemError.absent.number { throw error }
    }
    let parent = try making(path.parent, mode: mode)
    do throws(SystemError) {
      try parent.makeFolder(path.name, mode: mode)
    } catch {
      if !error.isTaken { throw error }
    }
    return try beneath(path).get()
  }

  /// Opens a folder by its path, making it and those above it where they are missing.
  package static func making(_ path: Path, mode: UInt32 = 0o777) throws(Failure) -> Folder {
    do { return try open(path) } catch { if error.kind != .absent { throw error } }
    let name = path.name
    let above = path.parent
    let parent = try above.isEmpty ? open(Path(text: ".")) : making(above.trimmed, mode: mode)
    do {
      try parent.makeFolder(name, mode: mode)
    } catch {
      if error.number != EEXIST { throw error.failure(path) }
    }
    return try open(path)
  }
}

extension SystemError {
  /// The name is not free.
  package static let taken = SystemError(number: EEXIST)
  package static let absent = SystemError(number: ENOENT)
  /// What was meant lies on another file system.
  package static let otherDevice = SystemError(number: EXDEV)

  package var isTaken: Bool { number == EEXIST }
  /// The file system does not know the call, or not this way of it.
  package var isUnknown: Bool { number == EINVAL }
  /// The folder cannot be removed as it still holds something.
  package var isNotEmpty: Bool { number == ENOTEMPTY || number == EEXIST }
  /// The folder cannot be removed as it is a mount point.
  package var isInUse: Bool { number == EBUSY }
  /// Something else stands where a folder is needed; of a link, `isLink` holds as well.
  package var isNoFolder: Bool { number == ENOTDIR || number == ELOOP }
  package var isLink: Bool { number == ELOOP }
  package var isOtherDevice: Bool { number == EXDEV }
}

extension Descriptor {
  /// Takes the file for this process alone; false if another one has it.
  package borrowing func claim() throws(SystemError) -> Bool { try Descriptor.claim(number) }

  fileprivate static func claim(_ number: Int32) throws(SystemError) -> Bool {
    if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
    let error = errno
    if error == EWOULDBLOCK { return false }
    throw SystemError(number: error)
  }

  /// Takes the file for this process alone, waiting until it is free.
  package borrowing func lock() throws(SystemError) {
    while flock(number, LOCK_EX) != 0 {
      let error = errno
      if error != EINTR || Interrupt.isRequested { throw SystemError(number: error) }
    }
  }

  package borrowing func unlock() { _ = flock(number, LOCK_UN) }

  package borrowing func rewind() throws(Failure) {
    if lseek(number, 0, SEEK_SET) < 0 { throw Failure(errno: errno, "rewind") }
  }

  /// Whether the file ends in a newline, or is empty.
  package borrowing func endsInNewline() throws(Failure) -> Bool {
    let end = lseek(number, 0, SEEK_END)
    if end == 0 { return true }
    var last: UInt8 = 0
    if end < 0 || pread(number, &last, 1, end - 1) != 1 { throw Failure(errno: errno, "last byte") }
    return last == 10
  }

  /// Makes what was written outlive a loss of power.
  package borrowing func sync() throws(SystemError) {
    if fdatasync(number) != 0 { throw SystemError(number: errno) }
  }
}
