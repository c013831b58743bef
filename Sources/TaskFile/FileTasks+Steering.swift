package import Core
internal import SQL
internal import System
package import Tasks
package import Values

/// What people do to tasks and queues by hand.
extension FileTasks {
  package func cancel(
    _ id: String, in queue: String, mayRetry: Bool, at now: Timestamp
  ) throws(Failure) -> Steered {
    let answer = try steer(id, queue) { (row, state) throws(Failure) in
      switch state {
      case .active:
        try database.statement("UPDATE task SET cancel = max(cancel, ?2) WHERE row = ?1")
          .run(row, mayRetry ? 1 : 2)
      case .pending, .scheduled, .retry: try giveUp(row, now)
      case .archived, .completed, .aggregating: return .refused(state)
      }
      return .done
    }
    if answer == .done { bell.ring() }
    return answer
  }

  package func run(
    _ id: String, in queue: String, at now: Timestamp
  ) throws(Failure) -> Steered {
    let answer = try steer(id, queue) { (row, state) throws(Failure) in
      switch state {
      case .archived: try lockAgain(row, now)
      case .scheduled, .retry: break
      case .pending, .active, .completed, .aggregating: return .refused(state)
      }
      try makeReady(row, at: now)
      return .done
    }
    if answer == .done { bell.ring() }
    return answer
  }

  package func archive(
    _ id: String, in queue: String, at now: Timestamp
  ) throws(Failure) -> Steered {
    try steer(id, queue) { (row, state) throws(Failure) in
      switch state {
      case .pending, .scheduled, .retry: try giveUp(row, now)
      case .active, .archived, .completed, .aggregating: return .refused(state)
      }
      return .done
    }
  }

  package func delete(_ id: String, in queue: String) throws(Failure) -> Steered {
    try steer(id, queue) { (row, state) throws(Failure) in
      if state == .active { return .refused(state) }
      try database.statement("DELETE FROM task WHERE row = ?1").run(row)
      return .done
    }
  }

  private func steer(
    _ id: String, _ queue: String, _ body: (_ row: Int, State) throws(Failure) -> Steered
  ) throws(Failure) -> Steered {
    try database.transaction { () throws(Failure) in
      let found = try database.statement(
        """
        SELECT row, state FROM task
        WHERE id = ?1 AND queue = (SELECT number FROM queue WHERE name = ?2)
        """
      ).first(id, queue) { ($0.int(0), Place.state($0.int(1))) }
      guard let (row, state) = found else { return .absent }
      return try body(row, state)
    }
  }

  private func giveUp(_ row: Int, _ now: Timestamp) throws(Failure) {
    try database.statement(
      "UPDATE task SET state = 4, rank = ?2, since = NULL, lock = NULL WHERE row = ?1"
    ).run(row, now)
  }

  /// Gives a task that comes back its lock again, unless another has it now or its time is over.
  private func lockAgain(_ row: Int, _ now: Timestamp) throws(Failure) {
    try database.statement(
      """
      UPDATE task SET lock = unique_key WHERE row = ?1 AND unique_key != ''
        AND (until IS NULL OR until > ?2)
        AND NOT EXISTS (
          SELECT 1 FROM task AS other
          WHERE other.queue = task.queue AND other.lock = task.unique_key)
      """
    ).run(row, now)
  }

  // MARK: Queues

  package func pause(_ queue: String, at now: Timestamp) throws(Failure) -> Bool {
    try database.transaction { () throws(Failure) in
      let number = try makeNumber(queue)
      return try database.statement(
        "UPDATE queue SET paused = ?2 WHERE number = ?1 AND paused IS NULL"
      ).run(number, now) == 1
    }
  }

  package func resume(_ queue: String) throws(Failure) -> Bool {
    let isDone =
      try database.statement(
        "UPDATE queue SET paused = NULL WHERE name = ?1 AND paused IS NOT NULL"
      ).run(queue) == 1
    if isDone { bell.ring() }
    return isDone
  }

  package func remove(_ queue: String) throws(Failure) -> Bool {
    try database.transaction { () throws(Failure) in
      guard let number = try number(queue) else { return false }
      let isOpen = try database.statement(
        "SELECT 1 FROM task WHERE queue = ?1 AND state <> 5 LIMIT 1"
      ).finds(number)
      if isOpen { throw Failure(.refused, queue, "the queue is not empty") }
      try database.statement("DELETE FROM task WHERE queue = ?1").run(number)
      try database.statement("DELETE FROM queue WHERE number = ?1").run(number)
      return true
    }
  }
}
