/// A piece of work as a queue keeps it. The members are those of asynq's message, so that either
/// side can take up what the other has queued; times are whole seconds, as they are there.
package struct Task: Equatable, Sendable {
  package var id: String
  package var queue: String
  /// What kind of work it is.
  package var type: String
  /// What the work is about; none at all is not the same as an empty one.
  package var payload: [UInt8]?
  /// How often it may be tried again.
  package var retries = Task.usualRetries
  /// How often it has been.
  package var retried = 0
  /// Why the last try failed, in UTF-8.
  package var reason = ""
  /// Seconds that a try may take; 0 for no limit of its own.
  package var timeout = 0
  /// The moment by which it must be done, in seconds since 1970; 0 for none.
  package var deadline = 0
  /// The key of the lock that keeps its like out; empty for none.
  package var uniqueKey = ""
  package var lastFailed = 0
  /// Seconds that it is kept after it is done.
  package var retention = 0
  package var completed = 0
  /// The group that it is to be gathered in, by servers that do so.
  package var group = ""
  package var headers: [String: String] = [:]
  /// Members of its message that are not known here, as they came.
  package var unknown: [UInt8] = []

  package init(id: String, queue: String, type: String, payload: [UInt8]? = nil) {
    self.id = id
    self.queue = queue
    self.type = type
    self.payload = payload
  }

  package static let usualQueue = "default"
  package static let usualRetries = 25
  /// Seconds for a try of a task that sets no limit of any kind.
  package static let usualTimeout = 1_800
}

/// Headers of ours. Servers that know no headers pass them on or drop them; nothing breaks.
extension Task {
  static let serialHeader = "s4l-serial"

  /// Tasks of a queue that share this key are never worked at the same time.
  package var serialKey: String? {
    get { headers[Task.serialHeader] }
    set { headers[Task.serialHeader] = newValue }
  }
}

/// The stations of a task.
package enum State: String, CaseIterable, Sendable {
  /// Ready to be taken.
  case pending
  /// Being worked.
  case active
  /// To become ready at a moment that its sender chose.
  case scheduled
  /// To become ready again, after a failure.
  case retry
  /// Given up, and kept to be looked at.
  case archived
  /// Done, and kept for as long as its sender wished.
  case completed
  /// Waiting in a group, for servers that gather such.
  case aggregating

  /// Whether it will still be worked.
  package var isOpen: Bool {
    switch self {
    case .pending, .active, .scheduled, .retry, .aggregating: true
    case .archived, .completed: false
    }
  }
}
