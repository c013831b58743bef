package import Core
internal import SQL
internal import System
internal import Tasks
package import Values

/// Queues in a file, for the processes of one machine.
///
/// A worker process opens the file once. What it takes is its own by the ticket that the taking was
/// given: when a lease has run out and somebody else has seen to the task, the ticket is no longer
/// in its row, and nothing that the first one says of the task counts.
package final class FileTasks: TaskStore {
  package let name: String
  let database: Database
  let bell: Doorbell
  /// What was taken and not settled yet.
  var holds: [Token: Hold] = [:]
  var watch: Watch?

  struct Hold {
    var row: Int
    var ticket: Int
    /// Whether we were told that it is to be given up.
    var isTold = false
  }

  /// Opens the queues of a file; it and its folder are made if they are missing.
  package init(_ path: Path) throws(Failure) {
    database = try Database(path, .tasks)
    bell = try Doorbell(Path(database.path.bytes + Array("-bell".utf8)))
    name = "\(path)"
  }
}

/// A task among all others: its queue and its id, byte for byte. Texts would take two spellings of
/// a letter for the same.
struct Token: Hashable {
  private let bytes: [UInt8]

  init(_ task: Task) { self.init(task.queue, task.id) }

  init(_ queue: String, _ id: String) {
    // This byte is in no text.
    bytes = Array(queue.utf8) + [0xFF] + Array(id.utf8)
  }
}

extension FileTasks {
  /// Numbers that were never given out before; the last of them.
  func tickets(_ count: Int) throws(Failure) -> Int {
    let last = try database.statement("UPDATE ticket SET last = last + ?1 RETURNING last")
      .first(count) { $0.int(0) }
    guard let last else { throw Failure(.data, name, "it has lost count of its tasks") }
    return last
  }

  /// The number of a queue; nil if there is none of that name.
  func number(_ queue: String) throws(Failure) -> Int? {
    try database.statement("SELECT number FROM queue WHERE name = ?1").first(queue) { $0.int(0) }
  }

  func numbers(_ queues: [String]) throws(Failure) -> [Int] {
    var numbers: [Int] = []
    for queue in queues {
      if let number = try number(queue) { numbers.append(number) }
    }
    return numbers
  }

  /// The number of a queue, which is made if there is none.
  func makeNumber(_ queue: String) throws(Failure) -> Int {
    if let known = try number(queue) { return known }
    let made = try database.statement("INSERT INTO queue (name) VALUES (?1) RETURNING number")
      .first(queue) { $0.int(0) }
    guard let made else { throw Failure(.bug, name, "a queue has no number") }
    return made
  }

  /// Puts a task at the end of what is ready. It stands behind another of its serial key, if one is
  /// ready or being worked.
  func makeReady(_ row: Int, at now: Timestamp) throws(Failure) {
    try database.statement(
      """
      UPDATE task SET rank = ?2, since = ?3, state = CASE
        WHEN serial IS NOT NULL AND EXISTS (
          SELECT 1 FROM task AS other
          WHERE other.queue = task.queue AND other.serial = task.serial AND other.state IN (0, 1))
        THEN 6 ELSE 0 END
      WHERE row = ?1
      """
    ).run(row, tickets(1), now)
  }
}
