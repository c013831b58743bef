internal import CSqlite
internal import Core
internal import Glibc
internal import System
internal import Values

/// How a file becomes a database of ours.
extension Database {
  /// The place of the file; it is made where nothing is yet.
  ///
  /// A file that is there is left to SQLite: a second descriptor for it, when closed, would take
  /// away the locks that this process holds by the first.
  static func makeFile(_ path: Path) throws(Failure) -> Path {
    if path.bytes.contains(0) { throw Failure(.usage, "\(path)", "the path holds a NUL byte") }
    let place = try path.resolved()
    let folder = place.parent
    if !folder.isEmpty { try folder.makeFolders(mode: 0o700) }
    let made = place.withCString {
      Glibc.open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    if made < 0 {
      let error = errno
      if error != EEXIST { throw Failure(errno: error, place) }
      return place
    }
    try Descriptor(owning: made).close(place)
    let names = try Folder.open(folder)
    do throws(SystemError) { try names.sync() } catch { throw error.failure(folder) }
    return place
  }

  static func open(_ path: Path) throws(Failure) -> OpaquePointer {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = path.withCString { sqlite3_open_v2($0, &opened, flags, nil) }
    guard code == SQLITE_OK, let opened else {
      let failure = Database.failure(code, opened, path)
      sqlite3_close_v2(opened)
      throw failure
    }
    return opened
  }

  /// Called while somebody else is in the way, with how often it was before. The waits are short
  /// and grow little: a transaction takes about as long as the disk needs to write it down.
  static let wait: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32 = { _, tries in
    let tries = Int64(tries)
    // A quarter of a millisecond more each time, up to five: the sum of the waits until now.
    let waited = 250 * (tries <= 20 ? tries * (tries + 1) / 2 : 210 + (tries - 20) * 20)
    if waited * 1_000 > Database.patience.nanoseconds { return 0 }
    usleep(useconds_t(250 * min(tries + 1, 20)))
    return 1
  }

  /// Has the file keep a log. Where two do so at once, one is told to come later without having
  /// been asked to wait.
  func keepLog() throws(Failure) {
    var tries: Int32 = 0
    // Each try may have waited by itself, so the time counts and not their number.
    let end = Clock.elapsed() + Database.patience.nanoseconds
    while true {
      do throws(Failure) {
        let mode = try statement("PRAGMA journal_mode = WAL").first { $0.text(0) }
        if mode == "wal" { return }
        throw Failure(.io, "\(path)", "a write-ahead log cannot be kept here")
      } catch {
        if error.kind != .later || Clock.elapsed() >= end || Database.wait(nil, tries) == 0 {
          throw error
        }
        tries += 1
      }
    }
  }

  /// Brings the tables to where the schema has them now.
  func adopt(_ schema: Schema) throws(Failure) {
    if try standing(schema) == schema.steps.count { return }
    try transaction { () throws(Failure) in
      let done = try standing(schema)
      for step in schema.steps.dropFirst(done) { try run(step) }
      try set("user_version", schema.steps.count)
      try set("application_id", schema.mark)
    }
  }

  /// How many steps were done; a file of somebody else's, or of a later version, is refused.
  private func standing(_ schema: Schema) throws(Failure) -> Int {
    let done = try statement("PRAGMA user_version").first { $0.int(0) } ?? 0
    let tables = try statement("SELECT count(*) FROM sqlite_schema").first { $0.int(0) } ?? 0
    // The mark comes last: meanwhile somebody else may have made the tables, and then it is ours.
    let mark = try statement("PRAGMA application_id").first { $0.int(0) } ?? 0
    if mark != schema.mark, mark != 0 || tables != 0 || done != 0 {
      throw Failure(.data, "\(path)", "it is a database of another kind")
    }
    if done > schema.steps.count {
      throw Failure(.data, "\(path)", "it was made by a newer version")
    }
    return done
  }

  /// The one place where a value is part of a text: a pragma takes no parameters, and a number
  /// cannot be read as anything else.
  private func set(_ pragma: StaticString, _ number: Int) throws(Failure) {
    let code = sqlite3_exec(handle, "PRAGMA \(pragma) = \(number)", nil, nil, nil)
    if code != SQLITE_OK { throw failure(code) }
  }
}
