package import Core
internal import Glibc
internal import Records
package import SQL
internal import System
package import Values

/// The summaries of the last runs of this user on this machine, in a file.
package final class History {
  package let database: Database

  /// How many runs are remembered.
  package static let most = 10_000

  /// Opens the file, and makes it if it is missing.
  package init(_ path: Path) throws(Failure) {
    database = try Database(path, .history, .process)
  }

  /// Where it is; nil where nobody says what folder is ours.
  package static func path(_ environment: Environment) -> Path? {
    environment.folder(.state).map { Path(text: $0).appending("history.db") }
  }

  /// The history of this user; nil if there is none yet.
  package static func find(_ environment: Environment) throws(Failure) -> History? {
    guard let path = path(environment) else { return nil }
    let found = path.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    if case .failure(let error) = found {
      if error.isAbsent { return nil }
      throw error.failure(path)
    }
    return try History(path)
  }

  /// When the last run of a job ended that saw all there was to see.
  package func lastWhole(_ job: String) throws(Failure) -> Timestamp? {
    var last: Timestamp?
    try database.statement(
      """
      SELECT started, duration FROM run
      WHERE job = ?1 AND status IN (0, 1) AND NOT dry
      ORDER BY number DESC LIMIT 1
      """
    ).each(job) { (row) throws(Failure) in
      last = row.moment(0).advanced(by: Int64(row.int(1)))
    }
    return last
  }

  /// A run as it is remembered.
  package struct Entry {
    /// It grows from run to run.
    package var number: Int
    package var job: String?
    package var started: Timestamp
    package var duration: Span
    package var status: Int
    package var files: Int
    package var copied: Int
    package var failed: Int
    package var deleted: Int
    package var bytes: Int
    /// Whether it only said what it would do.
    package var isDry: Bool
    /// The record as it was written.
    package var summary: [UInt8]

    fileprivate init(_ row: Row) {
      number = row.int(0)
      job = row.isNull(1) ? nil : row.text(1)
      started = row.moment(2)
      duration = Span(nanoseconds: Int64(row.int(3)))
      status = row.int(4)
      files = row.int(5)
      copied = row.int(6)
      failed = row.int(7)
      summary = Array(row.bytes(8))
      deleted = row.int(9)
      bytes = row.int(10)
      isDry = row.int(11) != 0
    }
  }

  /// The number of the last run; 0 if there was none.
  package func last() throws(Failure) -> Int {
    try database.statement("SELECT coalesce(max(number), 0) FROM run").first { $0.int(0) } ?? 0
  }

  /// Calls for each run after the one of a number, oldest first.
  package func tell(
    after number: Int, _ each: (Entry) throws(Failure) -> Void
  ) throws(Failure) {
    try database.statement(
      """
      SELECT number, job, started, duration, status, files, copied, failed, summary,
        deleted, bytes, dry
      FROM run WHERE number > ?1 ORDER BY number
      """
    ).each(number) { (row) throws(Failure) in try each(Entry(row)) }
  }

  /// Calls for the last run of each job up to a number, without those that only said what they
  /// would do. Only the runs that are told of are read, however many there are.
  package func tellLastOfEach(
    upTo number: Int, _ each: (Entry) throws(Failure) -> Void
  ) throws(Failure) {
    try database.statement(
      """
      WITH RECURSIVE known(job) AS (
        SELECT min(job) FROM run
        UNION ALL
        SELECT (SELECT min(job) FROM run WHERE job > known.job) FROM known
        WHERE known.job IS NOT NULL
      )
      SELECT number, job, started, duration, status, files, copied, failed, summary,
        deleted, bytes, dry
      FROM run WHERE number IN (
        SELECT (
          SELECT number FROM run
          WHERE job IS known.job AND number <= ?1 AND NOT dry
          ORDER BY number DESC LIMIT 1
        ) FROM known
      ) ORDER BY number
      """
    ).each(number) { (row) throws(Failure) in try each(Entry(row)) }
  }

  /// Calls with the summaries of a job, or of all, newest first; each is a line.
  package func tell(
    _ job: String?, atMost count: Int, _ each: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try database.statement(
      """
      SELECT summary FROM run WHERE ?1 IS NULL OR job = ?1 ORDER BY number DESC LIMIT ?2
      """
    ).each(job, count) { (row) throws(Failure) in try each(row.bytes(0)) }
  }
}
