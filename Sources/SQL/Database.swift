internal import CSqlite
package import Core
internal import Glibc
internal import System
package import Values

/// A database in a file, shared with whatever other processes have it open.
///
/// It keeps a write-ahead log: who reads never waits for who writes. It belongs to one thread at a
/// time. Statements are texts of the program and values go into them by parameters; neither a text
/// made at run time nor a value inside one is accepted anywhere.
package final class Database {
  package enum Durability {
    /// What a transaction has done outlives a loss of power.
    case full
    /// It outlives the end of any process; a loss of power may take the latest with it.
    case process
  }

  /// How long one waits for others before giving up.
  package static let patience = Span(nanoseconds: 15_000_000_000)

  package let path: Path
  let handle: OpaquePointer
  private let log: AheadLog
  private var statements: [UnsafePointer<UInt8>: Statement] = [:]

  /// Opens a file, and makes it and its folder if they are missing: nobody else may read them.
  package init(
    _ path: Path, _ schema: Schema, _ durability: Durability = .full
  ) throws(Failure) {
    s4l_keep_memory()
    self.path = try Database.makeFile(path)
    handle = try Database.open(self.path)
    log = AheadLog(handle)
    sqlite3_busy_handler(handle, Database.wait, nil)
    try keepLog()
    try run("PRAGMA foreign_keys = ON")
    try run("PRAGMA trusted_schema = OFF")
    switch durability {
    case .full: try run("PRAGMA synchronous = FULL")
    case .process:
      try run("PRAGMA synchronous = NORMAL")
      // Whoever writes a line and ends need not wait for the disk: later transactions see to it.
      let code = s4l_keep_log(handle)
      if code != SQLITE_OK { throw failure(code) }
    }
    try adopt(schema)
  }

  deinit {
    statements = [:]
    sqlite3_close_v2(handle)
  }

  // MARK: Statements

  /// The statement of a text, made when it is first asked for.
  package func statement(_ text: StaticString) throws(Failure) -> Statement {
    if let known = statements[text.utf8Start] { return known }
    var made: OpaquePointer?
    let code = text.withUTF8Buffer { bytes in
      sqlite3_prepare_v3(
        handle, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
        Int32(bytes.count), UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
    }
    guard code == SQLITE_OK, let made else { throw failure(code) }
    let statement = Statement(made, self)
    statements[text.utf8Start] = statement
    return statement
  }

  /// Carries out a text of one or more statements.
  func run(_ text: StaticString) throws(Failure) {
    let code = sqlite3_exec(
      handle, UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), nil, nil, nil)
    if code != SQLITE_OK { throw failure(code) }
  }

  /// How many rows the last statement that changes any has changed.
  var changes: Int { Int(sqlite3_changes64(handle)) }

  /// A number that differs from the last one if somebody else has changed anything since.
  package func version() throws(Failure) -> Int {
    try statement("PRAGMA data_version").first { $0.int(0) } ?? 0
  }

  /// Fails where the file is no longer the one of its name: what others do is not seen any more.
  package func checkPlace() throws(Failure) {
    var hasMoved: CInt = 0
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    if hasMoved != 0 {
      throw Failure(.absent, "\(path)", "the file was removed, or another has taken its place")
    }
  }

  // MARK: Transactions

  /// Does all of it, or nothing. Others may read meanwhile, but not write.
  @discardableResult
  package func transaction<Answer>(
    _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    try statement("BEGIN IMMEDIATE").run()
    let answer: Answer
    do throws(Failure) {
      answer = try body()
      try statement("COMMIT").run()
    } catch {
      // After some failures SQLite has done so by itself.
      if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
      throw error
    }
    log.trim()
    return answer
  }

  // MARK: Failures

  /// What the last call has met with.
  func failure(_ code: Int32) -> Failure {
    Database.failure(code, handle, path)
  }

  static func failure(_ code: Int32, _ handle: OpaquePointer?, _ path: Path) -> Failure {
    let errno = handle.map { sqlite3_system_errno($0) } ?? 0
    let kind = Failure.Kind(sqlite: code, errno: errno)
    // The message is of the last call that failed, which need not be ours.
    let isOurs = handle.map { sqlite3_extended_errcode($0) == code } ?? false
    let words = isOurs ? sqlite3_errmsg(handle) : sqlite3_errstr(code)
    var reason = words.map { String(cString: $0) } ?? "error \(code)"
    if kind == .io || code & 0xFF == SQLITE_CANTOPEN, errno != 0 {
      reason += ": " + Failure.words(errno)
    }
    return Failure(kind, "\(path)", reason)
  }
}
