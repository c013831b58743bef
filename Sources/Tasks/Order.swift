package import Values

/// A task with how it is to be queued.
package struct Order: Equatable, Sendable {
  package enum Uniqueness: Equatable, Sendable {
    case none
    /// Not while a task of the same queue, type and payload waits or is worked.
    case open
    /// Likewise, and for so many seconds at most.
    case atMost(Int)
  }

  package var task: Task
  /// When it becomes ready; nil for at once.
  package var due: Timestamp?
  package var uniqueness = Uniqueness.none
  /// What is unique is told apart by this, in place of type and payload.
  package var uniqueName: String?
  /// Whether, if its like is only scheduled yet, that one is moved to our moment, and if it is
  /// being worked, this one waits for its own moment.
  package var postpones = false

  package init(_ task: Task) {
    self.task = task
  }
}

/// What a queue answered to an order.
package enum Admission: Equatable, Sendable {
  /// It was queued, in this state.
  case queued(State)
  /// The task of this id waits until our moment instead.
  case postponed(String)
  /// Its like is there: the task of this id, where that is known.
  case duplicate(String)
  /// There is a task of its id.
  case taken
  /// As many wait as may.
  case full
}
