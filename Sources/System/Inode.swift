internal import CLinux
package import Core
internal import Glibc
package import Values

/// What the file system says of a file.
package struct Inode: Equatable, Sendable {
  package var size: Int
  package var mtime: Timestamp
  package var ctime: Timestamp
  package var mode: UInt32
  package var inode: UInt64
  package var device: UInt64
  package var blocks: UInt64
  package var links: UInt32
  package var owner: UInt32
  package var group: UInt32

  package enum Form: Equatable, Sendable {
    case file, folder, link, fifo, socket, device
  }

  package var form: Form {
    switch mode_t(mode) & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    case S_IFLNK: .link
    case S_IFIFO: .fifo
    case S_IFSOCK: .socket
    default: .device
    }
  }

  package var permissions: UInt32 { mode & 0o7777 }

  /// A file of which no more is known.
  package init(mode: UInt32, size: Int, mtime: Timestamp, inode: UInt64, device: UInt64) {
    self.mode = mode
    self.size = size
    self.mtime = mtime
    self.inode = inode
    self.device = device
    ctime = mtime
    blocks = 0
    links = 1
    owner = 0
    group = 0
  }

  @inline(__always)
  init(_ raw: s4l_stat) {
    size = Int(truncatingIfNeeded: raw.size)
    mtime = Timestamp(seconds: raw.mtime, nanoseconds: Int32(truncatingIfNeeded: raw.mtime_ns))
    ctime = Timestamp(seconds: raw.ctime, nanoseconds: Int32(truncatingIfNeeded: raw.ctime_ns))
    mode = raw.mode
    inode = raw.inode
    device = raw.device
    blocks = raw.blocks
    links = raw.links
    owner = raw.uid
    group = raw.gid
  }

  /// Looks a name up in a folder; the error number where that fails. A `brief` look tells nothing
  /// but form, size and mtime, which spares network file systems a question to a server.
  @inline(__always)
  package static func at(
    _ folder: Int32, _ name: UnsafePointer<CChar>, followsLinks: Bool, brief: Bool = false,
    isOpen: Bool = false
  ) -> Result<Inode, SystemError> {
    var raw = s4l_stat()
    let flags =
      (followsLinks ? Int32(S4L_FOLLOW) : 0) | (brief ? Int32(S4L_BRIEF) : 0)
      | (isOpen ? Int32(S4L_EMPTY_PATH) : 0)
    if s4l_stat_at(folder, name, flags, &raw) == 0 {
      return .success(Inode(raw))
    }
    return .failure(SystemError(number: errno))
  }

  /// Looks at an open file.
  package static func of(
    _ file: Int32, _ subject: some CustomStringConvertible
  ) throws(Failure) -> Inode {
    var raw = s4l_stat()
    guard s4l_stat_at(file, "", Int32(S4L_EMPTY_PATH), &raw) == 0 else {
      throw Failure(errno: errno, subject)
    }
    return Inode(raw)
  }

  /// Whether both are the same file with the same contents, as far as the file system can tell.
  package func isSameVersion(as other: Inode) -> Bool {
    inode == other.inode && device == other.device && size == other.size && mtime == other.mtime
      && ctime == other.ctime
  }
}

/// A raw error number on its way to becoming a failure.
package struct SystemError: Error, Equatable, Sendable {
  package let number: Int32

  package init(number: Int32) {
    self.number = number
  }

  package var isAbsent: Bool { number == ENOENT || number == ENOTDIR }
  package var words: String { Failure.words(number) }
  package var kind: Failure.Kind { Failure.Kind(errno: number) }

  package func failure(_ subject: some CustomStringConvertible) -> Failure {
    Failure(errno: number, subject)
  }
}
