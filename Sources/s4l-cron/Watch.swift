internal import Bookings
internal import Command
internal import Core
internal import Glibc
internal import Queues
internal import Records
internal import Schedules
internal import System
internal import Tasks
internal import Values

/// Waits for jobs to be due, and tells of them.
final class Watch {
  private let tool: Cron
  private let jobs: [String: Configuration.Group]
  private var table: Timetable
  private let memory: Memory
  private let configuration: Configuration
  private let io: Standard
  private let store: (any TaskStore)?
  private let paused: Pauses
  private var trouble: Failure?
  private var status = Status.success

  init(
    _ tool: Cron, _ jobs: [Configuration.Group], _ table: Timetable, _ memory: Memory,
    _ configuration: Configuration, _ io: Standard
  ) throws(Failure) {
    self.tool = tool
    self.jobs = Dictionary(jobs.map { ($0.name ?? "", $0) }) { one, _ in one }
    self.table = table
    self.memory = memory
    self.configuration = configuration
    self.io = io
    let place = try tool.place(io)
    guard tool.isDry || memory.isOurs else {
      throw Failure(.later, "\(place)", "another s4l-cron tells of its jobs")
    }
    paused = Pauses(state: place.parent)
    store = try tool.enqueues && !tool.isDry ? tool.queues.open(configuration, io) : nil
  }

  func once() throws(Failure) -> Status {
    try remember()
    try look()
    return status
  }

  func run() throws(Failure) -> Status {
    let loop = try Loop()
    try Interrupt.watch(on: loop) {}
    let alarm = try Alarm(on: loop) { [unowned self] in
      do throws(Failure) { try look() } catch { trouble = error }
    }
    try remember()
    if table.next == nil { io.log.notice("no job has a schedule: there is nothing to wait for") }
    try look()
    while trouble == nil, !Interrupt.isRequested {
      try alarm.set(table.next)
      try loop.turn(mayWait: true)
    }
    if let trouble { throw trouble }
    return status
  }

  /// Tells of what is due. It is remembered first: a job that is not run once is less than one that
  /// is run twice at every start.
  private func look() throws(Failure) {
    let due = table.due(at: Clock.now().seconds)
    if due.isEmpty { return }
    try remember()
    var orders: [(String, Order)] = []
    for job in due {
      guard let group = jobs[job.id] else { continue }
      if paused.contains(job.id) {
        io.log.info("\(job.id) is due, and paused")
        continue
      }
      if job.isLate { io.log.warn("\(job.id) was due earlier, and is made up for") }
      orders.append((job.id, JobTask.order(group, configuration)))
    }
    try tell(orders)
  }

  private func remember() throws(Failure) {
    if tool.isDry { return }
    try memory.keep(table.jobs.map { Memory.line($0.id, last: $0.last, next: $0.next) })
  }

  private func tell(_ orders: [(String, Order)]) throws(Failure) {
    guard tool.enqueues else {
      let writer = Writer(io.output.buffer)
      for (_, order) in orders { writer.task(order.task, .pending) { writer.add(.unique, true) } }
      return try io.output.flush()
    }
    guard let store, !orders.isEmpty else { return }
    let answers = try store.push(
      orders.map(\.1), within: configuration.queueSize, at: Clock.now())
    for ((id, _), answer) in zip(orders, answers) {
      switch answer {
      case .queued: io.log.info("\(id) is due: queued")
      case .full:
        let reason = store.full(configuration).message
        io.log.error("\(id): due, and not queued: \(reason)")
      case .duplicate, .postponed, .taken:
        io.log.warn("\(id) is due, and still waits or runs: it is not started a second time")
      }
    }
  }
}
