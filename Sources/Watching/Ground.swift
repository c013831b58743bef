internal import Core
internal import System
internal import Values

/// The file system under a watcher, and the kernel that tells of it. Paths are absolute; behind
/// their last byte stands a NUL.
protocol Ground: AnyObject {
  /// Watches a folder, and opens it. `isRoot` asks to be told of the folder itself too. With a
  /// device, a folder on another one is not entered: the error says so.
  func enter(
    _ folder: UnsafePointer<CChar>, isRoot: Bool, on device: UInt64?
  ) -> Result<Entry, SystemError>
  /// Watches a folder no more.
  func leave(_ watch: Int32)
  /// What stands at a path; links are not followed. A brief look tells form, size and time alone.
  func look(_ path: UnsafePointer<CChar>, isBrief: Bool) -> Result<Inode, SystemError>
  /// How many bytes of notices could be read by now.
  var queued: Int { get }
  /// The time by a clock that is never set, in nanoseconds.
  var now: Int64 { get }
}

/// A folder that is watched from now on, and open.
struct Entry {
  enum Form: Sendable { case file, folder, other, unknown }

  var watch: Int32
  var device: UInt64
  var inode: UInt64
  /// Calls a body with each name in the folder.
  var list: ((UnsafeRawBufferPointer, Form) throws(Failure) -> Void) throws(Failure) -> Void

  init(
    watch: Int32, device: UInt64, inode: UInt64,
    list: @escaping ((UnsafeRawBufferPointer, Form) throws(Failure) -> Void) throws(Failure) -> Void
  ) {
    self.watch = watch
    self.device = device
    self.inode = inode
    self.list = list
  }
}
