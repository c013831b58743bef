package import Values

/// What becomes of a task that was taken.
package enum Fate: Equatable, Sendable {
  case done
  /// It is tried again later; a failure counts against its retries, a mere delay does not.
  case retry(at: Timestamp, reason: String, isFailure: Bool)
  /// It is given up.
  case archive(reason: String)
  /// It goes back to the front of its queue as if it had never been taken.
  case handBack
}

/// A task with its fate, to be told to the queue.
package struct Settlement: Equatable, Sendable {
  package var task: Task
  package var fate: Fate
  /// What the work has brought, if anything.
  package var result: [UInt8]?

  package init(_ task: Task, _ fate: Fate, result: [UInt8]? = nil) {
    self.task = task
    self.fate = fate
    self.result = result
  }
}

extension Task {
  /// The task as it is kept after a fate met it.
  package func after(_ fate: Fate, at now: Timestamp) -> Task {
    var task = self
    switch fate {
    case .done: task.completed = Int(now.seconds)
    case .retry(_, let reason, let isFailure):
      if isFailure { task.retried += 1 }
      task.reason = reason
      task.lastFailed = Int(now.seconds)
    case .archive(let reason):
      task.reason = reason
      task.lastFailed = Int(now.seconds)
    case .handBack: break
    }
    return task
  }

  /// When a try that begins now must have ended: by the timeout or the deadline, whichever comes
  /// first.
  package func limit(from now: Timestamp) -> Timestamp {
    // Other programs put tasks into a queue too, with any number.
    let seconds = min(max(Int64(timeout), 0), 9_000_000_000)
    let byTimeout = now.advanced(by: seconds * 1_000_000_000)
    let byDeadline = Timestamp(seconds: Int64(deadline))
    switch (timeout > 0, deadline > 0) {
    case (true, true): return min(byTimeout, byDeadline)
    case (true, false): return byTimeout
    case (false, true): return byDeadline
    case (false, false):
      return now.advanced(by: Int64(Task.usualTimeout) * 1_000_000_000)
    }
  }
}
