package import Core
internal import Digests
internal import SQL
internal import System
package import Tasks
package import Values

/// Queuing tasks: all of a call in one transaction.
extension FileTasks {
  package func push(
    _ orders: [Order], within most: Int?, at now: Timestamp
  ) throws(Failure) -> [Admission] {
    if orders.isEmpty { return [] }
    let answers = try database.transaction { () throws(Failure) in
      var intake = try Intake(self, orders.count, now)
      if let most { intake.room = max(most - (try waiting()), 0) }
      return try orders.map { (order) throws(Failure) in try intake.admit(order) }
    }
    let isHeard = answers.contains {
      switch $0 {
      case .queued, .postponed: true
      case .duplicate, .taken, .full: false
      }
    }
    if isHeard { bell.ring() }
    return answers
  }

  /// Tasks of all queues that are ready, or are to be tried again.
  private func waiting() throws(Failure) -> Int {
    try database.statement(
      "SELECT count(*) FROM queue JOIN task ON queue = number AND state IN (?1, ?2, ?3)"
    ).first(Place.pending, Place.behind, Place.number(.retry)) { $0.int(0) } ?? 0
  }
}

/// What a queue does with the orders of one call.
private struct Intake {
  private let file: FileTasks
  private let database: Database
  private let now: Timestamp
  private let insert: Statement
  /// The same for a task that is ready, and has nothing that not every task has.
  private let insertPlain: Statement
  private var ticket: Int
  private var queues: [[UInt8]: Int] = [:]
  /// How many more may be taken in as ready.
  var room = Int.max

  init(_ file: FileTasks, _ count: Int, _ now: Timestamp) throws(Failure) {
    self.file = file
    database = file.database
    self.now = now
    ticket = try file.tickets(count) - count
    insert = try database.statement(
      """
      INSERT INTO task (row, queue, id, state, rank, since, lock, until, serial, retries, retried,
        timeout, deadline, failed, retention, completed, type, reason, unique_key, group_key,
        headers, unknown, payload)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
        ?20, ?21, ?22, ?23)
      ON CONFLICT (id, queue) DO NOTHING
      """)
    insertPlain = try database.statement(
      """
      INSERT INTO task (row, queue, id, state, rank, since, retries, retried, timeout, deadline,
        failed, retention, completed, type, reason, unique_key, group_key, payload)
      VALUES (?1, ?2, ?3, 0, ?1, ?4, ?5, 0, ?6, 0, 0, ?7, 0, ?8, '', '', '', ?9)
      ON CONFLICT (id, queue) DO NOTHING
      """)
  }

  mutating func admit(_ order: Order) throws(Failure) -> Admission {
    let queue = try number(order.task.queue)
    ticket += 1
    guard let key = try order.lock() else { return try take(order, queue, nil) }
    let holder = try holder(queue, key)
    if let holder, order.postpones, holder.state == .scheduled {
      try move(holder.row, order)
      return .postponed(holder.id)
    }
    if try isTaken(order.task.id, queue) { return .taken }
    if let holder, !order.postpones || holder.state != .active { return .duplicate(holder.id) }
    if room == 0, order.isReady(at: now) { return .full }
    try free(queue, key)
    return try take(order, queue, key)
  }

  /// Adds a task, unless there is no room for it.
  private mutating func take(
    _ order: Order, _ queue: Int, _ key: String?
  ) throws(Failure) -> Admission {
    if room == 0, order.isReady(at: now) {
      return try isTaken(order.task.id, queue) ? .taken : .full
    }
    let answer = try add(order, queue, key)
    if answer == .queued(.pending) { room -= 1 }
    return answer
  }

  private mutating func number(_ queue: String) throws(Failure) -> Int {
    let bytes = Array(queue.utf8)
    if let known = queues[bytes] { return known }
    let number = try file.makeNumber(queue)
    queues[bytes] = number
    return number
  }

  /// The task that holds a lock.
  private func holder(
    _ queue: Int, _ key: String
  ) throws(Failure) -> (row: Int, id: String, state: State)? {
    try database.statement(
      """
      SELECT row, id, state FROM task
      WHERE queue = ?1 AND lock = ?2 AND (until IS NULL OR until > ?3)
      """
    ).first(queue, key, now) { ($0.int(0), $0.text(1), Place.state($0.int(2))) }
  }

  private func isTaken(_ id: String, _ queue: Int) throws(Failure) -> Bool {
    try database.statement("SELECT 1 FROM task WHERE id = ?1 AND queue = ?2").finds(id, queue)
  }

  /// Takes a lock from whoever still has it: one whose time is over, or that is being worked.
  private func free(_ queue: Int, _ key: String) throws(Failure) {
    try database.statement("UPDATE task SET lock = NULL WHERE queue = ?1 AND lock = ?2")
      .run(queue, key)
  }

  /// Has a scheduled task wait until our moment, and keep its lock on our terms.
  private func move(_ row: Int, _ order: Order) throws(Failure) {
    let due = order.due ?? now
    try database.statement("UPDATE task SET rank = ?2, until = ?3 WHERE row = ?1")
      .run(row, due, order.end(now))
    if due <= now { try file.makeReady(row, at: now) }
  }

  private func add(_ order: Order, _ queue: Int, _ key: String?) throws(Failure) -> Admission {
    let task = order.task
    if key == nil, let payload = task.payload, order.isPlain(at: now) {
      let count = try insertPlain.run(
        ticket, queue, task.id, now, task.retries, task.timeout, task.retention, task.type, payload)
      return count == 1 ? .queued(.pending) : .taken
    }
    let due = order.due.flatMap { $0 > now ? $0 : nil }
    let state: State = due == nil ? .pending : .scheduled
    let serial = task.serialKey
    var place = Place.number(state)
    if state == .pending, let serial, try isBusy(queue, serial) { place = Place.behind }
    let count = try insert.run(
      ticket, queue, task.id, place, due?.count ?? ticket, due == nil ? now : nil, key,
      key == nil ? nil : order.end(now), serial, task.retries, task.retried, task.timeout,
      task.deadline, task.lastFailed, task.retention, task.completed, task.type, task.reason,
      key ?? "", task.group, Pairs.bytes(task.headers),
      task.unknown.isEmpty ? nil : task.unknown, task.payload)
    return count == 1 ? .queued(state) : .taken
  }

  private func isBusy(_ queue: Int, _ serial: String) throws(Failure) -> Bool {
    try database.statement(
      "SELECT 1 FROM task WHERE queue = ?1 AND serial = ?2 AND state IN (0, 1) LIMIT 1"
    ).finds(queue, serial)
  }
}

extension Order {
  /// The lock by which its like is kept out; nil if any number may come.
  fileprivate func lock() throws(Failure) -> String? {
    if uniqueness == .none { return nil }
    if let uniqueName { return "name:" + uniqueName }
    // No payload at all is not the same as an empty one.
    guard let payload = task.payload else { return "like:\(task.type):" }
    return "like:\(task.type):" + Algorithm.sha256.text(try Digest(.sha256).value(of: payload))
  }

  fileprivate func isReady(at now: Timestamp) -> Bool { (due ?? now) <= now }

  /// Whether it is ready, and of all that few tasks have has nothing.
  fileprivate func isPlain(at now: Timestamp) -> Bool {
    (due ?? now) <= now && task.serialKey == nil && task.retried == 0 && task.deadline == 0
      && task.lastFailed == 0 && task.completed == 0 && task.reason.isEmpty && task.group.isEmpty
      && task.headers.isEmpty && task.unknown.isEmpty
  }

  /// Until when the lock is held at most.
  fileprivate func end(_ now: Timestamp) -> Timestamp? {
    guard case .atMost(let seconds) = uniqueness else { return nil }
    return max(due ?? now, now).adding(seconds: seconds)
  }
}
