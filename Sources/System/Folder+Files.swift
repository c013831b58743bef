internal import CLinux
internal import Glibc
package import Values

/// Files by their names in an open folder. The names are C strings, as whoever copies many files
/// has them at hand in memory that is used again.
extension Folder {
  /// Opens whatever has the name for reading, without waiting for anybody.
  package func reading(
    _ name: UnsafePointer<CChar>, followsLinks: Bool = false
  ) throws(SystemError) -> Descriptor {
    let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
    return try opened(openat(descriptor, name, flags))
  }

  /// Makes a file where nothing has the name, for writing and for reading it back.
  package func create(
    _ name: UnsafePointer<CChar>, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    try opened(s4l_open_at(descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode, 0))
  }

  /// Opens a file that is there already for writing and for reading it back.
  package func writing(_ name: UnsafePointer<CChar>) throws(SystemError) -> Descriptor {
    try opened(s4l_open_at(descriptor, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, 0))
  }

  private func opened(_ number: Int32) throws(SystemError) -> Descriptor {
    if number < 0 { throw SystemError(number: errno) }
    return Descriptor(owning: number)
  }

  /// Makes a symbolic link where nothing has the name.
  package func makeLink(
    _ name: UnsafePointer<CChar>, to target: Path
  ) throws(SystemError) {
    try done(target.withCString { symlinkat($0, descriptor, name) })
  }

  /// Removes a file of ours that nobody will ask for; that it stays is no failure of its own.
  package func abandon(_ name: UnsafePointer<CChar>) { _ = unlinkat(descriptor, name, 0) }

  /// Gives what has a name in this folder another one.
  package func rename(
    _ name: UnsafePointer<CChar>, to newName: UnsafePointer<CChar>, replaces: Bool
  ) throws(SystemError) {
    if let error = refusal(name, to: self, newName, replaces: replaces) { throw error }
  }

  /// Renames, and says why that could not be; nil if it was done.
  func refusal(
    _ name: UnsafePointer<CChar>, to folder: Folder, _ newName: UnsafePointer<CChar>,
    replaces: Bool
  ) -> SystemError? {
    let flags = replaces ? 0 : UInt32(S4L_RENAME_NOREPLACE)
    let renamed = s4l_rename_at(descriptor, name, folder.descriptor, newName, flags)
    return renamed == 0 ? nil : SystemError(number: errno)
  }

  /// Sets the time of what has the name, even if it is a symbolic link; false where that has none.
  package func setTime(_ name: UnsafePointer<CChar>, _ time: Timestamp) -> Bool {
    s4l_set_times(descriptor, name, time.seconds, UInt32(time.nanoseconds)) == 0
  }

  /// Makes the names in the folder outlive a loss of power.
  package func sync() throws(SystemError) { try done(fsync(descriptor)) }

  /// Makes all that the file system below this folder was told outlive a loss of power.
  package func syncFileSystem() throws(SystemError) { try done(s4l_sync_filesystem(descriptor)) }

  private func done(_ result: Int32) throws(SystemError) {
    if result != 0 { throw SystemError(number: errno) }
  }
}
