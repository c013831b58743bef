package import Core
internal import SQL
internal import System
internal import Tasks
package import Values

/// What time does to tasks. Long work is done in portions, so that nobody waits for all of it.
extension FileTasks {
  private static let portion = 1_000
  private static let archiveDays = 90
  private static let archiveCount = 10_000

  package func advance(_ queues: [String], at now: Timestamp) throws(Failure) -> Timestamp? {
    var next = try nextDue(queues)
    guard let first = next, first <= now else { return next }
    while let due = next, due <= now {
      try database.transaction { () throws(Failure) in
        for queue in try numbers(queues) { try advance(queue, now) }
      }
      next = try nextDue(queues)
    }
    bell.ring()
    return next
  }

  private func advance(_ queue: Int, _ now: Timestamp) throws(Failure) {
    var due: [Int] = []
    try database.statement(
      """
      SELECT row, rank FROM task WHERE queue = ?1 AND state = 2 AND rank <= ?2
      UNION ALL SELECT row, rank FROM task WHERE queue = ?1 AND state = 3 AND rank <= ?2
      ORDER BY rank, row LIMIT ?3
      """
    ).each(queue, now, FileTasks.portion) { due.append($0.int(0)) }
    for row in due { try makeReady(row, at: now) }
  }

  private func nextDue(_ queues: [String]) throws(Failure) -> Timestamp? {
    var next: Timestamp?
    let first = try database.statement(
      "SELECT rank FROM task WHERE queue = ?1 AND state = ?2 ORDER BY rank LIMIT 1")
    for queue in try numbers(queues) {
      for state in [State.scheduled, .retry] {
        guard let due = try first.first(queue, Place.number(state), read: { $0.moment(0) }) else {
          continue
        }
        next = min(next ?? due, due)
      }
    }
    return next
  }

  package func sweep(_ queues: [String], at now: Timestamp) throws(Failure) {
    let edge = now.adding(seconds: -FileTasks.archiveDays * 86_400)
    for queue in try numbers(queues) {
      try remove(queue, .completed, until: now)
      try remove(queue, .archived, until: edge)
      try thin(queue)
      try forgetDays(queue, before: Int(edge.seconds / 86_400))
    }
    try forgetWorkers(at: now)
  }

  /// Removes the tasks of a state whose moment has come.
  private func remove(
    _ queue: Int, _ state: State, until moment: Timestamp
  ) throws(Failure) {
    let place = Place.number(state)
    let first = try database.statement(
      "SELECT rank FROM task WHERE queue = ?1 AND state = ?2 ORDER BY rank LIMIT 1")
    while let rank = try first.first(queue, place, read: { $0.moment(0) }), rank <= moment {
      try database.transaction { () throws(Failure) in
        try database.statement(
          """
          DELETE FROM task WHERE row IN (
            SELECT row FROM task WHERE queue = ?1 AND state = ?2 AND rank <= ?3
            ORDER BY rank LIMIT ?4)
          """
        ).run(queue, place, moment, FileTasks.portion)
      }
    }
  }

  /// Removes the oldest of what was given up, where that is more than is kept.
  private func thin(_ queue: Int) throws(Failure) {
    let count = try database.statement(
      "SELECT count(*) FROM task WHERE queue = ?1 AND state = 4")
    while let surplus = try count.first(queue, read: { $0.int(0) - FileTasks.archiveCount }),
      surplus > 0
    {
      try database.transaction { () throws(Failure) in
        try database.statement(
          """
          DELETE FROM task WHERE row IN (
            SELECT row FROM task WHERE queue = ?1 AND state = 4 ORDER BY rank, row LIMIT ?2)
          """
        ).run(queue, min(surplus, FileTasks.portion))
      }
    }
  }

  private func forgetDays(_ queue: Int, before day: Int) throws(Failure) {
    let isOld = try database.statement("SELECT 1 FROM day WHERE queue = ?1 AND day < ?2 LIMIT 1")
      .finds(queue, day)
    if !isOld { return }
    try database.statement("DELETE FROM day WHERE queue = ?1 AND day < ?2").run(queue, day)
  }
}
