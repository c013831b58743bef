import Core
import Records
import System
import Tasks
import Values

/// Queues tasks for jobs that have events waiting: for each, one at a time.
///
/// A task takes all events that are there when it begins. So a job is owed one as soon as there is
/// an event in a file that no task has been queued for; a task that has already begun does not
/// count as one. It is asked for again once it should have begun, in case somebody has dropped it.
final class Courier {
  private let terms: EventTerms
  private let log: Log
  private let open: Office.Opener
  private let remind: () -> Void
  private var store: (any TaskStore)?
  private var owed: [String] = []
  /// What was queued last for a job: for which file of events, and when it is due.
  private var queued: [String: (generation: Int, due: Timestamp)] = [:]
  private var generations: [String: Int] = [:]
  /// Until when a queue that was away is not asked again: waiting for it holds up events.
  private var pause: Timestamp?

  static let queue = "library"
  static let type = "library"
  /// A library may take long to list, and its own limits hold.
  private static let timeout = 86_400

  init(
    _ terms: EventTerms, _ log: Log, _ open: @escaping Office.Opener, _ remind: @escaping () -> Void
  ) {
    self.terms = terms
    self.log = log
    self.open = open
    self.remind = remind
  }

  /// A job has events waiting.
  func owe(_ job: String) {
    if !owed.contains(job) { owed.append(job) }
  }

  /// A job has got events, in a file of this generation.
  func owe(_ job: String, _ generation: Int, at now: Timestamp) {
    generations[job] = generation
    if let known = queued[job], known.generation == generation, now < known.due { return }
    owe(job)
  }

  /// Queues what is owed, if that can be done now.
  func deliver(at now: Timestamp) {
    if owed.isEmpty { return }
    if let pause, now < pause { return }
    pause = nil
    do throws(Failure) {
      if store == nil { store = try open() }
      let due = now.advanced(by: terms.debounce.nanoseconds)
      try store.map { (store) throws(Failure) in try push(to: store, due, at: now) }
      for job in owed { queued[job] = (generations[job] ?? 0, due) }
      owed = []
    } catch {
      store = nil
      log.error("the queue: \(error.message); events are kept, and their tasks queued later")
      pause = now.advanced(by: Counter.patience / 2)
      remind()
    }
  }

  private func push(
    to store: any TaskStore, _ due: Timestamp, at now: Timestamp
  ) throws(Failure) {
    let answers = try store.push(owed.map { order($0, due, at: now) }, at: now)
    var again: [Order] = []
    for (job, answer) in zip(owed, answers) {
      guard case .duplicate(let id) = answer else { continue }
      // Its like may have begun before our events came, and does not know of them.
      guard try store.find(id, in: Courier.queue)?.state == .active else { continue }
      var order = order(job, due, at: now)
      order.postpones = true
      again.append(order)
    }
    if !again.isEmpty { _ = try store.push(again, at: now) }
  }

  private func order(_ job: String, _ due: Timestamp, at now: Timestamp) -> Order {
    var task = Task(
      id: Identifier.make(at: now, Machine.random(16)), queue: Courier.queue, type: Courier.type,
      payload: JSON.object([.init("job", .text(job)), .init("strategy", .text("incremental"))])
        .bytes)
    task.retries = terms.retries
    task.timeout = Courier.timeout
    task.serialKey = Courier.queue
    var order = Order(task)
    order.due = due
    order.uniqueness = .open
    return order
  }
}
