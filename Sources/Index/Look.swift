internal import Core
internal import System
internal import Values

/// A look at the files themselves, below the folder of a repository.
struct Look {
  enum Answer: Equatable {
    /// A file stands there.
    case file(size: Int, time: Timestamp)
    /// Something that is no file does, or nothing.
    case none
    /// It cannot be told.
    case unknown
  }

  private let folder: Folder

  /// Fails where the folder is not there: then nothing can be said of anything below it.
  init(_ root: Path) throws(Failure) {
    folder = try Folder.open(root)
  }

  func at(_ path: [UInt8]) -> Answer {
    switch folder.look(Path(path)) {
    case .success(let inode):
      return inode.form == .file ? .file(size: inode.size, time: inode.mtime) : .none
    case .failure(let error): return error.isAbsent ? .none : .unknown
    }
  }
}
