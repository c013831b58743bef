internal import Command
internal import Core
internal import Queues
internal import Records
internal import Schedules
internal import System
internal import Tasks
internal import Values

/// Says which job is due.
@main
struct Cron: Tool {
  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    [
      .flag("enqueue", nil, \.enqueues, "Put the tasks into their queue, and write none."),
      .flag("once", nil, \.isOnce, "Tell what is due by now, and end."),
      .flag("list", nil, \.lists, "Write each job and when it is due next, and end."),
      .value("next", nil, "N", \.count, "Write the next N moments of EXPR, and end."),
      .value("from", nil, "TIME", \.start, "With --next, those after this; now if not given."),
      .value("tz", nil, "ZONE", \.zone, "With --next, the zone in which EXPR is read."),
      .value("state", nil, "FILE", \.state, "Where it is remembered what was due last."),
      .flag("dry-run", "n", \.isDry, "Queue nothing and remember nothing."),
    ] + QueueChoice.table.map { $0.within(\.queues) }
  }

  static var operands: [Operand<Self>] {
    [.optional("EXPR", \.expression, "A cron expression of five or six fields, or an interval.")]
  }

  var enqueues = false
  var isOnce = false
  var lists = false
  var count: Count?
  var start: Moment?
  var zone: String?
  var state: Path?
  var isDry = false
  var queues = QueueChoice()
  var expression: String?

  func run(_ io: Standard) throws(Failure) -> Status {
    if let count { return try tell(count.number, io) }
    for (option, isGiven) in [("EXPR", expression != nil), ("--from", start != nil)]
    where isGiven { throw Failure(.usage, option, "it goes with --next") }
    if zone != nil { throw Failure(.usage, "--tz", "it goes with --next") }
    let configuration = try queues.configuration(io)
    let memory = try Memory(at: try place(io))
    let jobs = try configuration.scheduled(io.environment, io.log)
    let table = Timetable(
      jobs.map { ($0.name ?? "", $0.schedule) }, memory.moments, at: Clock.now().seconds)
    if lists { return list(table, memory, io) }
    let watch = try Watch(self, jobs.map(\.group), table, memory, configuration, io)
    return try isOnce ? watch.once() : watch.run()
  }

  func place(_ io: Standard) throws(Failure) -> Path {
    if let state { return state }
    guard let folder = io.environment.folder(.state) else {
      throw Failure(.usage, "--state", "there is no HOME below which it could be remembered")
    }
    return Path(text: folder).appending("cron.state")
  }

  // MARK: Moments of an expression

  private func tell(_ count: Int, _ io: Standard) throws(Failure) -> Status {
    guard let expression else { throw Failure(.usage, "EXPR", "the operand is missing") }
    let rhythm: Schedule.Rhythm
    if let span = Span(text: expression) {
      guard span.nanoseconds >= 1_000_000_000 else {
        throw Failure(.usage, expression, "a job runs once a second at most")
      }
      rhythm = .every(span.nanoseconds / 1_000_000_000)
    } else {
      rhythm = .cron(try CronExpression(expression))
    }
    let zone: Zone =
      if let name = self.zone {
        try .named(name, io.environment)
      } else {
        try .local(io.environment)
      }
    let schedule = Schedule(rhythm, in: zone)
    var moment = start?.seconds ?? Clock.now().seconds
    for _ in 0..<count {
      guard let next = schedule.next(after: moment) else { break }
      moment = next
      let text = Moment.text(next, ahead: zone.offset(at: next))
      io.output.buffer.append(Array((text + "\n").utf8))
      try io.output.settle()
    }
    return .success
  }

  private func list(_ table: Timetable, _ memory: Memory, _ io: Standard) -> Status {
    for job in table.jobs {
      let last = memory.moments[job.id]
      io.output.buffer.append(Memory.line(job.id, last: last, next: job.next))
    }
    return .success
  }
}

/// A job that is enabled, with its schedule.
struct Scheduled {
  let group: Configuration.Group
  let schedule: Schedule
  var name: String? { group.name }
}

extension Configuration {
  /// The jobs that have a schedule. One that cannot be read keeps none of the others from theirs,
  /// unless none is left.
  func scheduled(_ environment: Environment, _ log: Log) throws(Failure) -> [Scheduled] {
    var all: [Scheduled] = []
    var trouble: Failure?
    for section in ["sync_jobs", "strm_jobs"] {
      for group in groups(of: section) where group.flag("enabled") ?? true {
        do throws(Failure) {
          let schedule = try Schedule(group, environment)
          if schedule.rhythm != .manual { all.append(Scheduled(group: group, schedule: schedule)) }
        } catch {
          log.error(error.message)
          trouble = error
        }
      }
    }
    if all.isEmpty, let trouble { throw trouble }
    return all
  }
}
