package import Core
internal import SQL
internal import System
package import Tasks
package import Values

/// Taking tasks and settling them.
extension FileTasks {
  package func take(_ demand: Demand, at now: Timestamp) throws(Failure) -> [Task] {
    // Whoever finds nothing does not stand in the way of those who write.
    guard demand.most > 0, try isReady(demand.portions) else { return [] }
    let ticket: Int
    let taken: [(row: Int, task: Task)]
    (ticket, taken) = try database.transaction { () throws(Failure) in
      let ticket = try tickets(1)
      var taken: [(row: Int, task: Task)] = []
      for portion in demand.portions {
        let most = min(portion.most, demand.most - taken.count)
        taken += try take(portion.queue, most, demand, ticket, now)
      }
      return (ticket, taken)
    }
    for (row, task) in taken { holds[Token(task)] = Hold(row: row, ticket: ticket) }
    return taken.map(\.task)
  }

  private func isReady(_ portions: [Demand.Portion]) throws(Failure) -> Bool {
    let ready = try database.statement(
      """
      SELECT 1 FROM queue WHERE name = ?1 AND paused IS NULL
        AND EXISTS (SELECT 1 FROM task WHERE queue = number AND state = 0)
      """)
    for portion in portions where portion.most > 0 {
      if try ready.finds(portion.queue) { return true }
    }
    return false
  }

  private func take(
    _ queue: String, _ most: Int, _ demand: Demand, _ ticket: Int, _ now: Timestamp
  ) throws(Failure) -> [(row: Int, task: Task)] {
    let number = try database.statement(
      "SELECT number FROM queue WHERE name = ?1 AND paused IS NULL"
    ).first(queue) { $0.int(0) }
    guard let number else { return [] }
    var most = most
    if let limit = demand.limits[queue] { most = min(most, limit - (try countActive(number))) }
    if most <= 0 { return [] }
    var taken: [(row: Int, task: Task)] = []
    try database.statement(
      "SELECT * FROM task WHERE queue = ?1 AND state = 0 ORDER BY rank LIMIT ?2"
    ).each(number, most) { taken.append(($0.int(.row), $0.task(queue))) }
    let mark = try database.statement(
      "UPDATE task SET state = 1, take = ?2, lease = ?3 WHERE row = ?1")
    let lease = now.advanced(by: demand.lease.nanoseconds)
    for (row, _) in taken { try mark.run(row, ticket, lease) }
    return taken
  }

  private func countActive(_ queue: Int) throws(Failure) -> Int {
    try database.statement("SELECT count(*) FROM task WHERE queue = ?1 AND state = 1")
      .first(queue) { $0.int(0) } ?? 0
  }

  package func settle(
    _ settlements: [Settlement], at now: Timestamp
  ) throws(Failure) -> [Bool] {
    if settlements.isEmpty { return [] }
    var gone: Set<Token> = []
    var isHeard = false
    let answers = try database.transaction { () throws(Failure) in
      var registry = Registry(database, now)
      let answers = try settlements.map { (settlement) throws(Failure) in
        let token = Token(settlement.task)
        guard let hold = holds[token], gone.insert(token).inserted else { return false }
        return try registry.enter(
          settlement.task, settlement.fate, settlement.result, hold.row, hold.ticket)
      }
      isHeard = try registry.close()
      return answers
    }
    for token in gone { holds[token] = nil }
    if isHeard { bell.ring() }
    return answers
  }

  package func recover(
    _ queues: [String], before cutoff: Timestamp, at now: Timestamp, _ fate: (Task) -> Fate
  ) throws(Failure) -> Int {
    var mayBe = false
    for queue in queues where try !late(queue, cutoff).isEmpty { mayBe = true }
    if !mayBe { return 0 }
    var isHeard = false
    let count = try database.transaction { () throws(Failure) in
      var registry = Registry(database, now)
      var count = 0
      for queue in queues {
        for (row, ticket, task) in try late(queue, cutoff)
        where try registry.enter(task, fate(task), nil, row, ticket) {
          count += 1
        }
      }
      isHeard = try registry.close()
      return count
    }
    if isHeard { bell.ring() }
    return count
  }

  /// The active tasks of a queue whose lease ran out.
  private func late(
    _ queue: String, _ cutoff: Timestamp
  ) throws(Failure) -> [(row: Int, ticket: Int, task: Task)] {
    guard let number = try number(queue) else { return [] }
    var late: [(Int, Int, Task)] = []
    try database.statement("SELECT * FROM task WHERE queue = ?1 AND state = 1 AND lease <= ?2")
      .each(number, cutoff) { late.append(($0.int(.row), $0.int(.take), $0.task(queue))) }
    return late
  }
}
