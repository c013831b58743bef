package import Core
internal import SQL
package import Tasks
package import Values

/// Workers, as they tell of themselves.
extension FileTasks {
  /// Seconds that a worker which is not heard of is believed to live: three beats.
  private static let life = 15

  package func beat(
    _ worker: Worker, lease: Span, at now: Timestamp
  ) throws(Failure) -> Pulse {
    try database.checkPlace()
    return try database.transaction { () throws(Failure) in
      var pulse = Pulse()
      try enter(worker, now)
      for hand in worker.hands {
        let row = try extend(hand, now.advanced(by: lease.nanoseconds), &pulse)
        if let row {
          try database.statement("INSERT OR REPLACE INTO hand VALUES (?1, ?2, ?3, ?4)")
            .run(worker.id, row, hand.started, hand.limit)
        }
      }
      return pulse
    }
  }

  private func enter(_ worker: Worker, _ now: Timestamp) throws(Failure) {
    var weights: [String: String] = [:]
    for (queue, weight) in worker.weights { weights[queue] = "\(weight)" }
    try database.statement("DELETE FROM hand WHERE worker = ?1").run(worker.id)
    try database.statement(
      """
      INSERT INTO worker VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO UPDATE SET
        expires = excluded.expires, width = excluded.width, weights = excluded.weights,
        strict = excluded.strict, status = excluded.status
      """
    ).run(
      worker.id, now.adding(seconds: FileTasks.life), worker.host, worker.process, worker.width,
      Pairs.bytes(weights), worker.isStrict, worker.status.rawValue, worker.started)
  }

  /// Extends the lease of a task in hand, if it is still ours; its row then.
  private func extend(
    _ hand: Worker.Hand, _ lease: Timestamp, _ pulse: inout Pulse
  ) throws(Failure) -> Int? {
    let hold = holds[Token(hand.task)]
    let cancel = try database.statement(
      "UPDATE task SET lease = ?3 WHERE row = ?1 AND take = ?2 AND state = 1 RETURNING cancel"
    ).first(hold?.row, hold?.ticket, lease) { $0.int(0) }
    guard let cancel else {
      holds[Token(hand.task)] = nil
      pulse.lost.append(hand.task.id)
      return nil
    }
    if cancel == 2 { pulse.cancelled.append(hand.task.id) }
    return hold?.row
  }

  package func leave(_ worker: Worker) throws(Failure) {
    try database.statement("DELETE FROM worker WHERE id = ?1").run(worker.id)
  }

  package func workers(at now: Timestamp) throws(Failure) -> [Worker] {
    var workers: [Worker] = []
    try database.statement("SELECT * FROM worker WHERE expires >= ?1 ORDER BY id").each(now) {
      var weights: [String: Int] = [:]
      for (queue, weight) in Pairs.read($0.blob(5) ?? []) { weights[queue] = Int(weight) }
      var worker = Worker(
        host: $0.text(2), process: $0.int(3), id: $0.text(0), width: $0.int(4), weights: weights,
        started: $0.moment(8))
      worker.isStrict = $0.int(6) == 1
      worker.status = Worker.Status(rawValue: $0.text(7)) ?? .active
      workers.append(worker)
    }
    for place in workers.indices { workers[place].hands = try hands(workers[place].id) }
    return workers
  }

  private func hands(_ worker: String) throws(Failure) -> [Worker.Hand] {
    var hands: [Worker.Hand] = []
    try database.statement(
      """
      SELECT task.*, queue.name, hand.started, hand.ends FROM hand
        JOIN task USING (row) JOIN queue ON number = task.queue
      WHERE hand.worker = ?1 AND state = 1 ORDER BY hand.started, row
      """
    ).each(worker) {
      let next = Column.queueName.rawValue + 1
      hands.append(
        Worker.Hand(
          $0.task($0.text(.queueName)), started: $0.moment(next), limit: $0.moment(next + 1)))
    }
    return hands
  }

  func forgetWorkers(at now: Timestamp) throws(Failure) {
    let isOld = try database.statement("SELECT 1 FROM worker WHERE expires < ?1 LIMIT 1")
      .finds(now)
    if !isOld { return }
    try database.statement("DELETE FROM worker WHERE expires < ?1").run(now)
  }
}
