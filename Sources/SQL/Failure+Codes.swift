internal import CSqlite
internal import Core
internal import System

/// The one table from what SQLite says to what a caller may do about it.
extension Failure.Kind {
  /// `errno` is what the system had said, 0 if nothing.
  init(sqlite code: Int32, errno: Int32) {
    self =
      switch code & 0xFF {
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_NOMEM, SQLITE_INTERRUPT: .later
      case SQLITE_FULL, SQLITE_IOERR, SQLITE_NOLFS: .io
      case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_TOOBIG: .data
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .refused
      case SQLITE_CANTOPEN: errno == 0 ? .io : Failure.Kind(errno: errno)
      default: .bug
      }
  }
}
