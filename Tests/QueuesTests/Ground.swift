import Core
import Support
import System
import TaskFile
import Tasks
import Values

/// A store with nothing in it, and short ways to ask it. Moments are seconds from the start.
final class Ground {
  let kind: Kind
  let site: any Site
  let store: any TaskStore
  /// A whole second of today: some stores keep no smaller ones, and have counts of today only.
  let now = Timestamp(seconds: Clock.now().seconds)

  init(_ kind: Kind) throws {
    self.kind = kind
    site = try kind.site()
    store = try site.open()
  }

  func now(_ seconds: Int64) -> Timestamp { Timestamp(seconds: now.seconds + seconds) }

  // MARK: Sending

  func order(_ id: String, queue: String = "q", due: Int64? = nil) -> Order {
    var task = Task(id: id, queue: queue, type: "t", payload: Array(id.utf8))
    task.timeout = 60
    var order = Order(task)
    order.due = due.map { now($0) }
    return order
  }

  /// An order that has its like in all others of the same name.
  func unique(
    _ id: String, _ name: String = "n", _ uniqueness: Order.Uniqueness = .open, due: Int64? = nil,
    postpones: Bool = false
  ) -> Order {
    var order = order(id, due: due)
    order.uniqueness = uniqueness
    order.uniqueName = name
    order.postpones = postpones
    return order
  }

  func serial(_ id: String, _ key: String) -> Order {
    var order = order(id)
    order.task.serialKey = key
    return order
  }

  @discardableResult
  func push(_ orders: [Order], at moment: Int64 = 0) throws(Failure) -> [Admission] {
    try store.push(orders, at: now(moment))
  }

  @discardableResult
  func push(_ ids: [String], queue: String = "q", at moment: Int64 = 0) throws -> [Admission] {
    try push(ids.map { order($0, queue: queue) }, at: moment)
  }

  // MARK: Working

  @discardableResult
  func take(
    _ count: Int, _ queue: String = "q", lease: Int64 = 30, at moment: Int64 = 0,
    limit: Int? = nil, by other: (any TaskStore)? = nil
  ) throws(Failure) -> [Task] {
    var demand = Demand(
      [Demand.Portion(queue, count)], most: count, lease: Span(nanoseconds: lease * 1_000_000_000))
    if let limit { demand.limits = [queue: limit] }
    return try (other ?? store).take(demand, at: now(moment))
  }

  @discardableResult
  func settle(
    _ tasks: [Task], _ fate: Fate, result: [UInt8]? = nil, at moment: Int64 = 0,
    by other: (any TaskStore)? = nil
  ) throws(Failure) -> [Bool] {
    let settlements = tasks.map { Settlement($0, fate, result: result) }
    return try (other ?? store).settle(settlements, at: now(moment))
  }

  func retry(_ seconds: Int64, isFailure: Bool = true) -> Fate {
    .retry(at: now(seconds), reason: "no", isFailure: isFailure)
  }

  /// Recovers what ran out before a moment, to be tried again at once.
  func recover(
    at moment: Int64, _ fate: Fate? = nil, by other: (any TaskStore)? = nil
  ) throws(Failure) -> Int {
    let fate = fate ?? retry(moment)
    return try (other ?? store).recover(["q"], before: now(moment), at: now(moment)) { _ in fate }
  }

  func worker(_ tasks: [Task], id: String = "w") -> Worker {
    var worker = Worker(
      host: "h", process: 7, id: id, width: 4, weights: ["q": 2, "low": 1], started: now)
    worker.hands = tasks.map { Worker.Hand($0, started: now, limit: $0.limit(from: now)) }
    return worker
  }

  func beat(
    _ tasks: [Task], lease: Int64 = 30, at moment: Int64, by other: (any TaskStore)? = nil
  ) throws(Failure) -> Pulse {
    try (other ?? store).beat(
      worker(tasks), lease: Span(nanoseconds: lease * 1_000_000_000), at: now(moment))
  }

  // MARK: Looking

  func find(_ id: String, in queue: String = "q") throws(Failure) -> Standing? {
    try store.find(id, in: queue)
  }

  func state(_ id: String) throws(Failure) -> State? { try find(id)?.state }

  func list(_ state: State, _ queue: String = "q") throws(Failure) -> [String] {
    var ids: [String] = []
    try store.list(queue, state) { ids.append($0.task.id) }
    return ids
  }

  func count(_ queue: String = "q") throws(Failure) -> QueueCount {
    try store.queues().first { $0.queue == queue } ?? QueueCount(queue)
  }

  /// Puts a fresh task into a state.
  func plant(_ id: String, _ state: State) throws {
    switch state {
    case .scheduled: try push([order(id, due: 1_000)])
    default: try push([id])
    }
    if state == .pending || state == .scheduled { return }
    if state == .archived {
      _ = try store.archive(id, in: "q", at: now)
      return
    }
    // Whatever else is ready goes back to where it was.
    let tasks = try take(1_000)
    let others = tasks.filter { $0.id != id }
    let mine = tasks.filter { $0.id == id }
    switch state {
    case .retry: try settle(mine, retry(1_000))
    case .completed:
      var kept = mine
      for place in kept.indices { kept[place].retention = 1_000 }
      try settle(kept, .done)
    default: break
    }
    try settle(others, .handBack)
  }
}

extension [Task] {
  var ids: [String] { map(\.id) }
}

/// A file in a folder of its own.
final class FileSite: Site {
  private let sandbox = Sandbox()

  var path: Path { sandbox.folder.appending("state/queue.db") }

  func open() throws(Failure) -> any TaskStore { try FileTasks(path) }
}
