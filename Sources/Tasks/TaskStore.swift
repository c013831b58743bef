package import Core
package import System
package import Values

/// Where queues are kept: what is asked of it, whatever it is behind.
///
/// Every call blocks until it is answered and throws a failure of kind `unavailable` where the
/// store cannot be reached; what was asked may then have been done or not. The moment is always
/// brought along. What a call tells of tasks holds for the moment of the call: others work too.
package protocol TaskStore: AnyObject {
  /// As messages name it, without secrets.
  var name: String { get }

  // MARK: Sending

  /// Queues tasks, in this order; an answer for each. All that was answered is durable as far as
  /// the store can promise.
  ///
  /// With `most`, none is taken in as ready while so many of all queues are, or are to be tried
  /// again: whoever else queues something meanwhile.
  func push(
    _ orders: [Order], within most: Int?, at now: Timestamp
  ) throws(Failure) -> [Admission]

  // MARK: Working

  /// Takes tasks that are ready, each on a lease.
  func take(_ demand: Demand, at now: Timestamp) throws(Failure) -> [Task]

  /// Settles the fates of tasks that were taken; false where a task is not ours any more: its lease
  /// ran out and somebody else has seen to it, or it was settled before.
  func settle(_ settlements: [Settlement], at now: Timestamp) throws(Failure) -> [Bool]

  /// Says that a worker is alive and extends the leases of what it has in hand.
  func beat(_ worker: Worker, lease: Span, at now: Timestamp) throws(Failure) -> Pulse

  /// Forgets a worker that has nothing in hand and ends.
  func leave(_ worker: Worker) throws(Failure)

  /// Makes ready what is due; tells when the next of what waits will be, if any does.
  func advance(_ queues: [String], at now: Timestamp) throws(Failure) -> Timestamp?

  /// Settles the tasks whose lease ran out before a moment, as `fate` decides; tells how many.
  func recover(
    _ queues: [String], before cutoff: Timestamp, at now: Timestamp, _ fate: (Task) -> Fate
  ) throws(Failure) -> Int

  /// Removes what need not be kept any longer: completed tasks whose retention is over, archived
  /// ones after ninety days or beyond the newest ten thousand of a queue.
  func sweep(_ queues: [String], at now: Timestamp) throws(Failure)

  /// Calls, on the thread of the loop, when there may be something to take in one of the queues,
  /// and when somebody wants a task given up. Either may be called for nothing, and neither is
  /// promised: whoever listens looks by himself now and then. Asking anew replaces what was asked
  /// before.
  func listen(
    _ loop: Loop, _ queues: [String], ready: @escaping () -> Void,
    cancelled: @escaping (_ id: String) -> Void
  ) throws(Failure)

  // MARK: Looking

  /// All queues, by name.
  func queues() throws(Failure) -> [QueueCount]

  func workers(at now: Timestamp) throws(Failure) -> [Worker]

  /// Calls for each task of a queue in one state, in the order in which it will leave that state.
  /// Tasks that come or go meanwhile may be told or not.
  func list(
    _ queue: String, _ state: State, _ each: (Standing) throws(Failure) -> Void
  ) throws(Failure)

  /// A task by its id; of one queue, or of whichever has it.
  func find(_ id: String, in queue: String?) throws(Failure) -> Standing?

  // MARK: Steering

  /// Asks the worker of an active task to give it up, for good unless it `mayRetry`; what waits is
  /// archived.
  func cancel(
    _ id: String, in queue: String, mayRetry: Bool, at now: Timestamp
  ) throws(Failure) -> Steered

  /// Makes a task that waits, failed or was given up ready now.
  func run(_ id: String, in queue: String, at now: Timestamp) throws(Failure) -> Steered

  /// Gives up a task that waits.
  func archive(_ id: String, in queue: String, at now: Timestamp) throws(Failure) -> Steered

  /// Removes a task that is not being worked.
  func delete(_ id: String, in queue: String) throws(Failure) -> Steered

  /// Has nothing more taken from a queue; false if that was so already.
  func pause(_ queue: String, at now: Timestamp) throws(Failure) -> Bool

  func resume(_ queue: String) throws(Failure) -> Bool

  /// Removes a queue with the completed tasks that it keeps; false if there is none of that name.
  /// It is refused while tasks wait, are worked, or lie there given up.
  func remove(_ queue: String) throws(Failure) -> Bool
}

extension TaskStore {
  /// Queues tasks, however many there are.
  package func push(_ orders: [Order], at now: Timestamp) throws(Failure) -> [Admission] {
    try push(orders, within: nil, at: now)
  }
}

/// What became of a wish about one task.
package enum Steered: Equatable, Sendable {
  case done
  case absent
  /// It cannot be in this state.
  case refused(State)
}

/// What a worker wants to take.
package struct Demand: Equatable, Sendable {
  /// A part of the demand, filled in turn from what is ready.
  package struct Portion: Equatable, Sendable {
    package var queue: String
    package var most: Int

    package init(_ queue: String, _ most: Int) {
      self.queue = queue
      self.most = most
    }
  }

  package var portions: [Portion]
  /// How many in all.
  package var most: Int
  /// How long a task is ours unless we are heard of again.
  package var lease: Span
  /// How many tasks of a queue may be active at once, whoever works on them.
  package var limits: [String: Int] = [:]

  package init(_ portions: [Portion], most: Int, lease: Span) {
    self.portions = portions
    self.most = most
    self.lease = lease
  }
}

/// What a worker hears when it says that it is alive.
package struct Pulse: Equatable, Sendable {
  /// Tasks that are not its own any more.
  package var lost: [String] = []
  /// Tasks that somebody wants given up, for good.
  package var cancelled: [String] = []

  package init() {}
}
