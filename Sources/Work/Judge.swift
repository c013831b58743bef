package import Core
package import Tasks
package import Values

/// How a try ended, as far as its handler tells.
package enum Upshot: Equatable, Sendable {
  case done(result: [UInt8]?)
  /// With what a caller may do about it, as in the table of failures, and why.
  case failed(Failure.Kind?, reason: String, result: [UInt8]? = nil)
}

/// Why a handler was told to stop before it had ended.
package enum Call: Equatable, Sendable {
  /// Its time was over.
  case timeout
  /// Somebody does not want the task done any more.
  case cancelled(mayRetry: Bool)
  /// The task is not ours any more.
  case lost
  /// The worker ends.
  case shutdown

  package var words: String {
    switch self {
    case .timeout: "its time is over"
    case .cancelled: "it was cancelled"
    case .lost: "its lease has run out"
    case .shutdown: "the worker ends"
    }
  }
}

/// Decides what becomes of a task: the one place where exit statuses meet retries.
package struct Judge: Sendable {
  package var backoff = Backoff.usual

  package init(backoff: Backoff = .usual) {
    self.backoff = backoff
  }

  /// What asynq's workers say in these cases, so that their inspector shows the same.
  package enum Words {
    package static let timeout = "context deadline exceeded"
    package static let cancelled = "context canceled"
    package static let lease = "asynq: task lease expired"
  }

  /// The fate of a task whose try has ended; nil if it is not ours to settle. Having been told to
  /// stop does not undo a success.
  package func fate(
    of task: Task, _ ending: Upshot, _ call: Call?, at now: Timestamp, _ dice: (Int) -> Int
  ) -> Fate? {
    if call == .lost { return nil }
    guard case .failed(let kind, let reason, _) = ending else { return .done }
    switch call {
    case .shutdown: return .handBack
    case .cancelled(mayRetry: false): return .archive(reason: Words.cancelled)
    case .cancelled(mayRetry: true): return failure(task, Words.cancelled, at: now, dice)
    case .timeout: return failure(task, Words.timeout, at: now, dice)
    case .lost, nil: break
    }
    switch kind {
    case .usage, .data, .bug, .config: return .archive(reason: reason)
    case .later: return delay(task, reason, at: now, dice)
    case .absent, .unavailable, .io, .refused, nil: return failure(task, reason, at: now, dice)
    }
  }

  /// The fate of a task whose worker was not heard of any more.
  package func abandoned(_ task: Task, at now: Timestamp, _ dice: (Int) -> Int) -> Fate {
    failure(task, Words.lease, at: now, dice)
  }

  private func failure(
    _ task: Task, _ reason: String, at now: Timestamp, _ dice: (Int) -> Int
  ) -> Fate {
    if task.retried >= task.retries || isOver(task, at: now) { return .archive(reason: reason) }
    return .retry(at: next(task, now, dice), reason: reason, isFailure: true)
  }

  private func delay(
    _ task: Task, _ reason: String, at now: Timestamp, _ dice: (Int) -> Int
  ) -> Fate {
    if isOver(task, at: now) { return .archive(reason: reason) }
    return .retry(at: next(task, now, dice), reason: reason, isFailure: false)
  }

  private func next(_ task: Task, _ now: Timestamp, _ dice: (Int) -> Int) -> Timestamp {
    now.advanced(by: backoff.delay(after: task.retried, dice).nanoseconds)
  }

  private func isOver(_ task: Task, at now: Timestamp) -> Bool {
    task.deadline > 0 && now >= Timestamp(seconds: Int64(task.deadline))
  }
}
