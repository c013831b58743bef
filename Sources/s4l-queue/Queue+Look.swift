import Command
import Core
import Records
import System
import Tasks
import Values
import Work

/// Which tasks are shown and steered.
struct Looking {
  enum Station: String, Choice {
    case pending, active, scheduled, retry, archived, completed, aggregating
  }

  static var table: [Option<Looking>] {
    [
      .list(
        "state", nil, "STATE", \.states, "Only tasks in this state."
      ).with("ls", "retry", "archive", "delete"),
      .flag("workers", nil, \.showsWorkers, "Show the workers instead.").with("stat"),
      .flag("may-retry", nil, \.mayRetry, "Let it be tried again.").with("cancel"),
      .value("within", nil, "SPAN", \.patience, "Wait so long at most.").with("wait"),
    ]
  }

  var states: [Station] = []
  var showsWorkers = false
  var mayRetry = false
  var patience: Span?

  /// The states that are meant, in their order.
  var chosen: [State] {
    states.isEmpty
      ? State.allCases
      : State.allCases.filter { state in states.contains { $0.rawValue == state.rawValue } }
  }
}

extension Queue {
  /// Every task of the queues.
  func list(_ io: Standard) throws(Failure) -> Status {
    try takesNoArguments()
    let store = try open(io)
    let names = try names(store)
    let writer = Writer(io.output.buffer)
    for name in names {
      for state in looking.chosen {
        try store.list(name, state) { (standing) throws(Failure) in
          writer.task(standing)
          try io.output.settle()
        }
      }
    }
    return .success
  }

  /// The queues that are meant: those that are named, which have to be there, or all.
  func names(_ store: any TaskStore) throws(Failure) -> [String] {
    let known = try store.queues().map(\.queue)
    for queue in queues where !known.contains(queue.name) {
      throw Failure(.absent, queue.name, "there is no such queue")
    }
    return queues.isEmpty ? known : queues.map(\.name)
  }

  /// Single tasks, with their results.
  func show(_ io: Standard) throws(Failure) -> Status {
    let ids = try someIds()
    let store = try open(io)
    var status = Status.success
    for id in ids {
      if let home = try home(of: id, store), let standing = try store.find(id, in: home) {
        Writer(io.output.buffer).task(standing)
      } else {
        io.log.error("\(id): there is no such task")
        status = .absent
      }
    }
    return status
  }

  func someIds() throws(Failure) -> [String] {
    let ids = try ids()
    if ids.isEmpty {
      let others = verb == .retry || verb == .archive || verb == .delete
      throw Failure(
        .usage, verb.rawValue,
        others ? "name tasks by their ids, or choose them by --state" : "it takes the ids of tasks")
    }
    return ids
  }

  /// The queues in numbers, or who works on them.
  func count(_ io: Standard) throws(Failure) -> Status {
    try takesNoArguments()
    let store = try open(io)
    let out = io.output.buffer
    if looking.showsWorkers {
      for worker in try store.workers(at: Clock.now()) { out.add(worker) }
      return .success
    }
    let wanted = Set(try names(store))
    for count in try store.queues() where wanted.contains(count.queue) { out.add(count) }
    return .success
  }

  /// Waits until tasks have ended; tells of each how.
  func wait(_ io: Standard) throws(Failure) -> Status {
    let store = try open(io)
    var homes: [String: String] = [:]
    var waiting = try someIds()
    for id in waiting { homes[id] = try home(of: id, store) }
    let loop = try Loop()
    let end = looking.patience.map { Clock.elapsed() + $0.nanoseconds }
    var isFirst = true
    var status = Status.success
    while true {
      var left: [String] = []
      for id in waiting {
        let standing = try store.find(id, in: homes[id])
        if let standing, standing.state.isOpen {
          left.append(id)
          continue
        }
        if standing == nil, isFirst { throw Failure(.absent, id, "there is no such task") }
        if standing?.state == .archived { status = .partial }
        ended(id, standing, Writer(io.output.buffer))
      }
      try io.output.flush()
      waiting = left
      isFirst = false
      if waiting.isEmpty || Interrupt.isRequested { return status }
      if let end, Clock.elapsed() >= end {
        throw Failure(.later, waiting[0], "it has not ended within the time given")
      }
      let timer = loop.after(Queue.glance) {}
      try loop.turn(mayWait: true)
      loop.cancel(timer)
    }
  }

  /// How often a task is looked at that is waited for.
  private static let glance: Int64 = 200_000_000

  /// A task that nobody keeps has been done, or removed by somebody who knows.
  private func ended(_ id: String, _ standing: Standing?, _ writer: Writer) {
    if let standing { return writer.task(standing) }
    writer.begin(.task)
    writer.add(.id, text: id)
    writer.add(.state, "completed")
    writer.end()
  }
}

extension Buffer {
  /// A queue in numbers, as a record of a type of its own.
  fileprivate func add(_ count: QueueCount) {
    let writer = Writer(self)
    append("{\"type\":\"queue\"")
    writer.add(.queue, text: count.queue)
    add("paused", count.isPaused)
    for state in State.allCases where state != .aggregating || count.counts[state] != nil {
      add(state.rawValue, count.counts[state] ?? 0)
    }
    add("processed_today", count.processedToday)
    add("failed_today", count.failedToday)
    add("processed", count.processed)
    add("failed", count.failed)
    if let oldest = count.oldest { add("oldest", oldest) }
    writer.end()
  }

  fileprivate func add(_ worker: Tasks.Worker) {
    let writer = Writer(self)
    append("{\"type\":\"worker\"")
    writer.add(.worker, text: "\(worker.host):\(worker.process):\(worker.id)")
    add("status", worker.status.rawValue)
    add("concurrency", worker.width)
    add("started", worker.started)
    append(",\"queues\":{")
    for (place, queue) in worker.weights.sorted(by: { $0.key < $1.key }).enumerated() {
      if place > 0 { append(",") }
      writer.quote(queue.key)
      append(":")
      append(integer: queue.value)
    }
    append("},\"tasks\":[")
    for (place, hand) in worker.hands.enumerated() {
      if place > 0 { append(",") }
      writer.quote(hand.task.id)
    }
    append("]")
    writer.end()
  }

  private func key(_ name: String) {
    append(",")
    Writer(self).quote(name)
    append(":")
  }

  private func add(_ name: String, _ number: Int) {
    key(name)
    append(integer: number)
  }

  private func add(_ name: String, _ flag: Bool) {
    key(name)
    append(flag ? "true" : "false")
  }

  private func add(_ name: String, _ text: String) {
    key(name)
    Writer(self).quote(text)
  }

  private func add(_ name: String, _ time: Timestamp) {
    add(name, time.text)
  }
}
