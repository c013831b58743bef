internal import Core
internal import SQL
internal import Tasks
internal import Values

/// Writes down what became of active tasks, within a transaction, and counts the tries.
///
/// A task is met only while the ticket under which it was taken is the one of its row.
struct Registry {
  private let database: Database
  private let now: Timestamp
  private var tallies: [Int: (processed: Int, failed: Int)] = [:]
  private var mayBeReady = false

  init(_ database: Database, _ now: Timestamp) {
    self.database = database
    self.now = now
  }

  /// Enters a fate; false if the task is not active under this ticket.
  mutating func enter(
    _ task: Task, _ fate: Fate, _ result: [UInt8]?, _ row: Int, _ ticket: Int
  ) throws(Failure) -> Bool {
    let after = task.after(fate, at: now)
    switch fate {
    case .done:
      let queue =
        task.retention > 0
        ? try keep(after, result, row, ticket) : try forget(row, ticket)
      return count(queue, failed: 0)
    case .retry(let moment, let reason, let isFailure):
      guard let queue = try delay(after, until: moment, result, row, ticket) else {
        return try giveUpCancelled(task, reason, result, row, ticket)
      }
      mayBeReady = true
      return isFailure ? count(queue, failed: 1) : note(queue)
    case .archive: return count(try giveUp(after, result, row, ticket), failed: 1)
    case .handBack:
      guard let queue = try handBack(row, ticket) else {
        return try giveUpCancelled(task, "it was cancelled", result, row, ticket)
      }
      mayBeReady = true
      return note(queue)
    }
  }

  /// Ends the entries; true if somebody may have something to take now.
  func close() throws(Failure) -> Bool {
    var isHeard = mayBeReady
    let day = now.seconds / 86_400
    for (queue, tally) in tallies {
      if tally.processed > 0 {
        try database.statement(
          "UPDATE queue SET processed = processed + ?2, failed = failed + ?3 WHERE number = ?1"
        ).run(queue, tally.processed, tally.failed)
        try database.statement(
          """
          INSERT INTO day VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
            processed = processed + excluded.processed, failed = failed + excluded.failed
          """
        ).run(queue, Int(day), tally.processed, tally.failed)
      }
      // Where only so many may be active at once, another has come free.
      if isHeard { continue }
      isHeard = try database.statement(
        "SELECT 1 FROM task WHERE queue = ?1 AND state = 0 LIMIT 1"
      ).finds(queue)
    }
    return isHeard
  }

  private mutating func count(_ queue: Int?, failed: Int) -> Bool {
    guard let queue else { return false }
    tallies[queue, default: (0, 0)].processed += 1
    tallies[queue, default: (0, 0)].failed += failed
    return true
  }

  private mutating func note(_ queue: Int) -> Bool {
    tallies[queue, default: (0, 0)].processed += 0
    return true
  }

  // MARK: Fates, each telling the queue if the task was ours

  private func forget(_ row: Int, _ ticket: Int) throws(Failure) -> Int? {
    try database.statement(
      "DELETE FROM task WHERE row = ?1 AND take = ?2 AND state = 1 RETURNING queue"
    ).first(row, ticket) { $0.int(0) }
  }

  private func keep(
    _ task: Task, _ result: [UInt8]?, _ row: Int, _ ticket: Int
  ) throws(Failure) -> Int? {
    let end = now.adding(seconds: task.retention)
    return try database.statement(
      """
      UPDATE task SET state = 5, rank = ?3, completed = ?4, result = coalesce(?5, result),
        lock = NULL, cancel = 0
      WHERE row = ?1 AND take = ?2 AND state = 1 RETURNING queue
      """
    ).first(row, ticket, end, task.completed, result) { $0.int(0) }
  }

  private func delay(
    _ task: Task, until moment: Timestamp, _ result: [UInt8]?, _ row: Int, _ ticket: Int
  ) throws(Failure) -> Int? {
    try database.statement(
      """
      UPDATE task SET state = 3, rank = ?3, retried = ?4, reason = ?5, failed = ?6,
        result = coalesce(?7, result), cancel = 0
      WHERE row = ?1 AND take = ?2 AND state = 1 AND cancel < 2 RETURNING queue
      """
    ).first(row, ticket, moment, task.retried, task.reason, task.lastFailed, result) { $0.int(0) }
  }

  private func giveUp(
    _ task: Task, _ result: [UInt8]?, _ row: Int, _ ticket: Int
  ) throws(Failure) -> Int? {
    try database.statement(
      """
      UPDATE task SET state = 4, rank = ?3, reason = ?4, failed = ?5,
        result = coalesce(?6, result), lock = NULL, cancel = 0
      WHERE row = ?1 AND take = ?2 AND state = 1 RETURNING queue
      """
    ).first(row, ticket, now, task.reason, task.lastFailed, result) { $0.int(0) }
  }

  /// It still has its place, which is before that of all who came later.
  private func handBack(_ row: Int, _ ticket: Int) throws(Failure) -> Int? {
    try database.statement(
      """
      UPDATE task SET state = 0, cancel = 0
      WHERE row = ?1 AND take = ?2 AND state = 1 AND cancel < 2 RETURNING queue
      """
    ).first(row, ticket) { $0.int(0) }
  }

  /// A task that was to be given up for good is, even if its worker would see it tried again.
  private mutating func giveUpCancelled(
    _ task: Task, _ reason: String, _ result: [UInt8]?, _ row: Int, _ ticket: Int
  ) throws(Failure) -> Bool {
    let isCancelled = try database.statement(
      "SELECT 1 FROM task WHERE row = ?1 AND take = ?2 AND state = 1 AND cancel = 2"
    ).finds(row, ticket)
    if !isCancelled { return false }
    return try enter(task, .archive(reason: reason), result, row, ticket)
  }
}
