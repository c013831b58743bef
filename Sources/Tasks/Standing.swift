package import Values

/// A task as it stands in its queue.
package struct Standing: Equatable, Sendable {
  package var task: Task
  package var state: State
  /// When a scheduled or failed task becomes ready, when an archived one was given up, or until
  /// when a completed one is kept.
  package var moment: Timestamp?
  /// Of an active task: when it is taken from a worker that is not heard of.
  package var lease: Timestamp?
  package var result: [UInt8]?
  /// Whether its worker was asked to give it up.
  package var isCancelled = false

  package init(_ task: Task, _ state: State) {
    self.task = task
    self.state = state
  }
}

/// A queue in numbers.
package struct QueueCount: Equatable, Sendable {
  package var queue: String
  package var counts: [State: Int] = [:]
  package var isPaused = false
  /// Tries that have ended, and those of them that failed: today in UTC, and in all.
  package var processedToday = 0
  package var failedToday = 0
  package var processed = 0
  package var failed = 0
  /// Since when the next task to be taken has been ready.
  package var oldest: Timestamp?

  package init(_ queue: String) {
    self.queue = queue
  }
}

/// A worker process as others see it.
package struct Worker: Equatable, Sendable {
  /// A task that it works on.
  package struct Hand: Equatable, Sendable {
    package var task: Task
    package var started: Timestamp
    package var limit: Timestamp

    package init(_ task: Task, started: Timestamp, limit: Timestamp) {
      self.task = task
      self.started = started
      self.limit = limit
    }
  }

  package enum Status: String, Sendable {
    case active
    /// It takes nothing new.
    case stopped
    /// It is about to end.
    case closed
  }

  package var host: String
  package var process: Int
  package var id: String
  package var width: Int
  package var weights: [String: Int]
  package var isStrict = false
  package var status = Status.active
  package var started: Timestamp
  package var hands: [Hand] = []

  package init(
    host: String, process: Int, id: String, width: Int, weights: [String: Int], started: Timestamp
  ) {
    self.host = host
    self.process = process
    self.id = id
    self.width = width
    self.weights = weights
    self.started = started
  }
}
