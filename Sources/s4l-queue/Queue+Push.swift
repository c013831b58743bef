import Command
import Core
import Queues
import Records
import Stream
import System
import Tasks
import Values

/// How tasks are queued.
struct Pushing {
  static var table: [Option<Pushing>] { options.map { $0.with("push") } }

  private static var options: [Option<Pushing>] {
    [
      .value("type", nil, "TYPE", \.type, "What kind of work the task is."),
      .value("id", nil, "ID", \.id, "Call the task so; otherwise it gets a name of its own."),
      .value("payload-file", nil, "FILE", \.file, "The payload is what this file holds."),
      .value(
        "max-retry", nil, "N", \.retries, "Try it again so often at most; 25 times if not given."),
      .value(
        "timeout", nil, "SPAN", \.timeout,
        "A try may take so long; 30m if neither this nor --deadline is given."),
      .value("deadline", nil, "TIME", \.deadline, "It must be done by then."),
      .value("delay", nil, "SPAN", \.delay, "It becomes ready only after so long."),
      .value("at", nil, "TIME", \.moment, "It becomes ready only then."),
      .value("retention", nil, "SPAN", \.retention, "Keep it, with its result, once it is done."),
      .flag(
        "unique", nil, \.isUnique,
        "Leave it out while one of the same queue, type and payload waits or runs."),
      .value("unique-for", nil, "SPAN", \.uniqueness, "The same, for so long at most."),
      .value("unique-key", nil, "TEXT", \.uniqueName, "Tell by this what is the same."),
      .flag(
        "postpone", nil, \.postpones,
        "If its like only waits for its moment, have that one wait until ours."),
      .value("serial", nil, "TEXT", \.serial, "Never run two of this text at a time."),
      .list("header", nil, "NAME=VALUE", \.headers, "Send this along with it."),
    ]
  }

  var type: String?
  var id: String?
  var file: Path?
  var retries: Int?
  var timeout: Span?
  var deadline: Moment?
  var delay: Span?
  var moment: Moment?
  var retention: Span?
  var isUnique = false
  var uniqueness: Span?
  var uniqueName: String?
  var postpones = false
  var serial: String?
  var headers: [String] = []

  /// What every task is that does not say otherwise.
  func usual(_ queue: String, at now: Timestamp) throws(Failure) -> Order {
    var task = Task(id: id ?? "", queue: queue, type: type ?? "")
    task.retries = retries ?? Task.usualRetries
    if let deadline { task.deadline = Int(deadline.time.roundedUp.seconds) }
    task.timeout = timeout?.wholeSeconds ?? (deadline == nil ? Task.usualTimeout : 0)
    task.retention = retention?.wholeSeconds ?? 0
    task.serialKey = serial
    for header in headers {
      do { try task.add(header: header) } catch {
        throw Failure(.usage, "--header", "\"\(header)\" must be NAME=VALUE")
      }
    }
    var order = Order(task)
    if delay != nil, moment != nil {
      throw Failure(.usage, "--delay", "it cannot be combined with --at")
    }
    order.due = moment?.time ?? delay.map { now.advanced(by: $0.nanoseconds) }
    let isUnique = isUnique || postpones || uniqueName != nil
    order.uniqueness = uniqueness.map { .atMost($0.wholeSeconds) } ?? (isUnique ? .open : .none)
    order.uniqueName = uniqueName
    order.postpones = postpones
    if postpones, order.due == nil {
      throw Failure(.usage, "--postpone", "it needs a moment: --delay or --at")
    }
    return order
  }
}

/// A moment on the command line.
struct Moment: OptionValue {
  static let noun = "a time such as 2026-11-20T18:02:11Z"
  let time: Timestamp

  init?(argument: [UInt8]) {
    guard let time = argument.withUnsafeBytes({ Timestamp($0) }) else { return nil }
    self.time = time
  }
}

extension Queue {
  func push(_ io: Standard) throws(Failure) -> Status {
    let usual = try pushing.usual(try queue(), at: Clock.now())
    if arguments.count > 1 {
      throw Failure(.usage, "\(Path(arguments[1]))", "a task has one payload")
    }
    if pushing.file != nil, !arguments.isEmpty {
      throw Failure(.usage, "--payload-file", "there is a payload already")
    }
    var payload = arguments.first
    if let file = pushing.file { payload = try Payload.read(file) }
    if let payload { return try push(payload, usual, io) }
    let section = Section(io.output, tool: io.name)
    let input = io.input
    let reader = StreamReader(input)
    reader.mayBeEmpty = true
    var stage = PushStage(try open(io), usual, io.log)
    // Whoever waits for the answers must not be kept waiting by the rest of a batch.
    input.beforeWaiting = { () throws(Failure) in
      try stage.flush(section)
      try io.output.flush()
    }
    var relay = Relay(reader, section, io.log)
    let status = try relay.run(&stage)
    if stage.passed > 0, stage.count == 0 {
      throw Failure(
        .data, "stdin", "nothing was queued: a task is a record with \"type\":\"task\"")
    }
    return status.joined(with: stage.status)
  }

  private func push(_ payload: [UInt8], _ usual: Order, _ io: Standard) throws(Failure) -> Status {
    var order = usual
    let now = Clock.now()
    order.task.payload = payload
    if order.task.id.isEmpty { order.task.id = Identifier.make(at: now, Machine.random(16)) }
    if let objection = order.task.objection { throw Failure(.usage, "push", objection) }
    let section = Section(io.output, tool: io.name)
    let stage = PushStage(try open(io), usual, io.log)
    try stage.add(order, section)
    try stage.flush(section)
    return stage.status
  }
}

/// Queues the tasks of a stream, many at a time, and tells of each where it stands.
final class PushStage: Stage {
  private let store: any TaskStore
  private let usual: Order
  private let log: Log
  private var orders: [Order] = []
  private(set) var status = Status.success
  /// How many tasks there were, and how many records that are none.
  private(set) var count = 0
  private(set) var passed = 0

  private let randomness = Randomness()

  /// How many are made durable at once: what a disk does in a tenth of a second, and more than the
  /// thousand that others commit, as each wait for the disk costs as much as hundreds of tasks.
  private static let batch = 4_000

  init(_ store: any TaskStore, _ usual: Order, _ log: Log) {
    self.store = store
    self.usual = usual
    self.log = log
  }

  func begin(_ head: inout Head) throws(Failure) {}

  func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    guard record.kind == .task else {
      passed += 1
      return false
    }
    count += 1
    let order = try Order(record, usual: usual) {
      Identifier.make(at: Clock.now(), randomness.take(16))
    }
    if let objection = order.task.objection { throw Failure(.data, "", objection) }
    try add(order, section)
    return true
  }

  func end(_ ending: Ending, _ section: Section) throws(Failure) { try flush(section) }

  func add(_ order: Order, _ section: Section) throws(Failure) {
    orders.append(order)
    if orders.count >= PushStage.batch { try flush(section) }
  }

  func flush(_ section: Section) throws(Failure) {
    if orders.isEmpty { return }
    let batch = orders
    orders = []
    let answers = try store.push(batch, at: Clock.now())
    for (order, answer) in zip(batch, answers) { try tell(order, answer, section) }
  }

  private func tell(
    _ order: Order, _ answer: Admission, _ section: Section
  ) throws(Failure) {
    switch answer {
    case .queued(let state):
      try section.record { $0.task(order.task, state, due: order.due) }
    case .postponed(let id):
      var task = order.task
      task.id = id
      try section.record { $0.task(task, .scheduled, due: order.due) }
    case .duplicate(let id):
      log.info("its like waits or runs already", ["id": "\(id)"])
      let standing = id.isEmpty ? nil : try store.find(id, in: order.task.queue)
      if let standing { try section.record { $0.task(standing) } }
    case .taken, .full:
      status = .partial
      log.warn("there is a task of this id already", ["id": "\(order.task.id)"])
      try section.record { writer in
        writer.begin(.verdict)
        writer.add(.id, text: order.task.id)
        writer.add(.queue, text: order.task.queue)
        writer.add(.ok, false)
        writer.add(.kind, "refused")
        writer.add(.reason, "there is a task of this id already")
        writer.end()
      }
    }
  }
}
