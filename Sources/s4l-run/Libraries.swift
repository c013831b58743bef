internal import Bookings
internal import Command
internal import Core
internal import Jobs
internal import Pipeline
internal import Queues
internal import Records
internal import System
internal import Tasks
internal import Values

extension StrmJob.Strategy: Choice {}

/// Libraries: jobs of `[[strm_jobs]]`, run at once or as tasks.
extension RunTool {
  func run(
    _ job: StrmJob, _ configuration: Configuration, _ io: Standard,
    _ more: [(name: String, value: String)] = []
  ) throws(Failure) -> Status {
    try checkEnabled(job.id, job.isEnabled)
    var job = job
    job.strategy = strategy ?? job.strategy
    job.cleaning = cleaning
    job.isDry = isDry
    if prints { return try show([job.course()], io) }
    var attempt = Attempt(job.id, of: job.source, to: job.output, io)
    attempt.isDry = isDry
    attempt.patience = patience ?? attempt.patience
    attempt.variables = variables + more
    attempt.quota = Quota(configuration)
    let run = try LibraryRun(job, io)
    return try attempt.run(try job.claim(configuration), run.courses) {
      (summary, _) throws(Failure) in try run.settle(summary)
    }.status
  }

  /// Does a task: events that are waiting first, unless it says what it wants.
  func library(
    _ payload: [UInt8], _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> Status {
    let task = try LibraryTask(payload: payload)
    guard let group = configuration.group("strm_jobs", named: task.job) else {
      throw Failure(.usage, task.job, "no [[strm_jobs]] has this id")
    }
    var job = try StrmJob(group, in: configuration)
    if let strategy = task.strategy {
      job.strategy = strategy
    } else if try LibraryRun.isAwaited(job.id, io) {
      job.strategy = .incremental
    }
    return try run(
      job, configuration, io,
      [("S4L_LOG_LEVEL", io.log.level.name), ("S4L_LOG_FORMAT", io.log.format.rawValue)])
  }

  /// Queues a run, and writes the task unless its like is there.
  func enqueue(
    _ job: StrmJob, _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> Status {
    try checkEnabled(job.id, job.isEnabled)
    if let option = cleaning.first?.split(separator: UInt8(ascii: "=")).first {
      throw RunTool.stray(Path.visible(option), "it does not go with --enqueue")
    }
    let order = LibraryTask(job.id, strategy ?? job.strategy).order(configuration)
    for admission in try queues.open(configuration, io).push([order], at: Clock.now()) {
      switch admission {
      case .queued(let state): Writer(io.output.buffer).task(order.task, state)
      case .duplicate(let id), .postponed(let id):
        io.log.info("task \(id) will do the same: nothing was queued")
      case .taken, .full: throw Failure(.later, order.task.id, "there is a task of this id")
      }
    }
    return .success
  }
}
