internal import Annals
internal import Bookings
internal import ChoicesOfCleaning
internal import Command
internal import Core
internal import Jobs
internal import Pipeline
internal import Queues
internal import System
internal import Tasks
internal import Values

/// Runs a job of the configuration, or the work of one task.
@main
struct RunTool: Tool {
  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    [
      .flag(
        "task", nil, \.takesPayload, "Read the payload of a task from standard input, and do it."),
      .value("type", nil, "TYPE", \.type, "The type of the task, in place of $S4L_TASK_TYPE."),
      .value(
        "to", nil, "LOCATION", \.base, "Send the files of a task here, not to the remote s3."),
      .value("strategy", nil, "HOW", \.strategy, "Run a library so, whatever its job says."),
      .flag("enqueue", nil, \.enqueues, "Queue a task that runs the library, and do not run it."),
      .flag("watch", nil, \.watches, "Watch repositories, and go on until told to stop."),
      .flag("repositories", nil, \.wantsAll, "Run all [[repositories]] that are enabled."),
      .flag("force", "f", \.isForced, "Run a job although it is not enabled."),
      .flag("dry-run", "n", \.isDry, "Change nothing; say what would be done."),
      .flag("print", nil, \.prints, "Print the pipe that would be run, for a shell."),
      .value("wait", nil, "SPAN", \.patience, "Wait so long for others at the same place."),
      .flag("history", nil, \.tellsHistory, "Write the summaries of past runs, newest first."),
      .value("limit", nil, "N", \.limit, "With --history, write at most N of them."),
    ] + BrakeChoice.table.map { $0.passed(to: \.cleaning, checkedBy: BrakeChoice()) }
      + QueueChoice.table.map { $0.within(\.queues) }
  }

  static var operands: [Operand<Self>] {
    [
      .any(
        "JOB", \.jobs, "The id or the name of a [[sync_jobs]], [[strm_jobs]] or [[repositories]].")
    ]
  }

  var takesPayload = false
  var type: String?
  var base: Path?
  var strategy: StrmJob.Strategy?
  var enqueues = false
  var watches = false
  var wantsAll = false
  var isForced = false
  var isDry = false
  var prints = false
  var patience: Span?
  var tellsHistory = false
  var limit: Count?
  var cleaning: [[UInt8]] = []
  var queues = QueueChoice()
  var jobs: [String] = []
  var job: String? { jobs.first }

  func run(_ io: Standard) throws(Failure) -> Status {
    try check()
    if tellsHistory { return try history(io) }
    if takesPayload { return try task(io) }
    if watches { return try watch(io) }
    if wantsAll || jobs.count > 1 {
      let configuration = try queues.configuration(io)
      return try runAll(try repositories(configuration), configuration, io)
    }
    guard let job else {
      throw Failure(.usage, "JOB", "the operand is missing; --task would read a task instead")
    }
    return try run(job, io)
  }

  private func run(_ name: String, _ io: Standard) throws(Failure) -> Status {
    let configuration = try queues.configuration(io)
    let group = try configuration.job(name)
    if group.section == "strm_jobs" {
      let job = try StrmJob(group, in: configuration)
      return try enqueues ? enqueue(job, configuration, io) : run(job, configuration, io)
    }
    for (option, isGiven) in [("--strategy", strategy != nil), ("--enqueue", enqueues)]
    where isGiven { throw RunTool.stray(option, "it goes with a [[strm_jobs]]") }
    if group.section == "repositories" { return try run(try Repository(group), io) }
    var job = try SyncJob(group, in: configuration)
    try checkEnabled(job.id, job.isEnabled)
    if let remark = job.remark { io.log.warn("\(job.id): \(remark)") }
    job.line.cleaning = cleaning
    job.line.isDry = job.line.isDry || isDry
    if prints { return try show([try job.course()], io) }
    if let cache = DigestCache(configuration, io.environment), !job.line.isDry {
      job.line.digests = cache.prepare(job.id, at: Clock.now().seconds, io.log)
    }
    var attempt = Attempt(job.id, of: job.line.source, to: job.line.target, io)
    attempt.isDry = job.line.isDry
    attempt.patience = patience ?? attempt.patience
    attempt.variables = variables
    attempt.quota = Quota(configuration)
    let claim = try job.claim(configuration)
    return try attempt.run(claim) { () throws(Failure) in [try job.course()] }.status
  }

  func checkEnabled(_ id: String, _ isEnabled: Bool) throws(Failure) {
    if isEnabled || isForced { return }
    throw Failure(.refused, id, "this job is not enabled; --force runs it all the same")
  }

  private func history(_ io: Standard) throws(Failure) -> Status {
    let history = try History.find(io.environment)
    let (id, unknown) = try remembered(io)
    var isEmpty = true
    try history?.tell(id, atMost: limit?.number ?? 20) { (line) throws(Failure) in
      isEmpty = false
      io.output.buffer.append(line)
      try io.output.settle()
    }
    if isEmpty, let unknown { throw unknown }
    return .success
  }

  /// Under what the runs of a job are remembered, and what to say if there are none: a job may have
  /// been run that the configuration does not name any more.
  private func remembered(_ io: Standard) throws(Failure) -> (id: String?, unknown: Failure?) {
    guard let job else { return (nil, nil) }
    if job == FileSync.type { return (job, nil) }
    let configuration = try queues.configuration(io)
    do { return (try configuration.job(job).name, nil) } catch {
      guard error.kind == .absent || error.kind == .unavailable else { throw error }
      return (job, error)
    }
  }
}

// MARK: What goes together

extension RunTool {
  /// What the command line asks for.
  private enum Deed: String {
    case history = "--history", task = "--task", watch = "--watch", enqueue = "--enqueue"
    case all = "--repositories"
    case job = "a job"
  }

  private var deed: Deed {
    if tellsHistory { return .history }
    if takesPayload { return .task }
    if watches { return .watch }
    if wantsAll { return .all }
    return enqueues ? .enqueue : .job
  }

  /// An option that would be passed over is a mistake: whoever gave it meant something else.
  private func check() throws(Failure) {
    let deed = deed
    if deed != .history, limit != nil { throw RunTool.stray("--limit", "it goes with --history") }
    for (option, isGiven) in [("--type", type != nil), ("--to", base != nil)]
    where isGiven && deed != .task { throw RunTool.stray(option, "it goes with --task") }
    let options: [(name: String, isGiven: Bool, others: [Deed])] = [
      ("--task", takesPayload, [.history]),
      ("--watch", watches, [.history, .task]),
      ("--repositories", wantsAll, [.history, .task, .watch]),
      ("--enqueue", enqueues, [.history, .task, .watch, .all]),
      ("--strategy", strategy != nil, [.history, .task, .watch, .all]),
      ("--force", isForced, [.history, .task]),
      ("--dry-run", isDry, [.history, .enqueue, .watch]),
      ("--print", prints, [.history, .enqueue, .all]),
      ("--wait", patience != nil, [.history, .enqueue, .watch]),
    ]
    for option in options where option.isGiven && option.others.contains(deed) {
      throw RunTool.stray(option.name, "it does not go with \(deed.rawValue)")
    }
    let brake = cleaning.first?.split(separator: UInt8(ascii: "=")).first
    if let brake, [.history, .task, .watch].contains(deed) {
      throw RunTool.stray(Path.visible(brake), "it does not go with \(deed.rawValue)")
    }
    if deed == .task, let job { throw Failure(.usage, job, "--task takes no job") }
    if deed == .all, let job { throw Failure(.usage, job, "--repositories takes no job") }
    if [.history, .enqueue].contains(deed), jobs.count > 1 {
      throw Failure(.usage, jobs[1], "\(deed.rawValue) takes one job")
    }
    if deed == .job, prints, jobs.count > 1 {
      throw Failure(.usage, jobs[1], "--print takes one job")
    }
  }

  static func stray(_ option: String, _ reason: String) -> Failure {
    Failure(.usage, option, reason)
  }
}

// MARK: Tasks

extension RunTool {
  private func task(_ io: Standard) throws(Failure) -> Status {
    let io = io.forTask
    guard let type = type ?? io.environment["S4L_TASK_TYPE"] else {
      throw Failure(.usage, "--task", "neither --type nor S4L_TASK_TYPE says what it is")
    }
    let configuration = try queues.configuration(io)
    switch type {
    case FileSync.type: return try fileSync(try Payload.read(io.input), configuration, io)
    case LibraryTask.type: return try library(try Payload.read(io.input), configuration, io)
    case JobTask.type: return try run(try JobTask(payload: Payload.read(io.input)).job, io)
    case AfterSync.type: return try AfterSync(ofDaemon: configuration).run(io)
    default: throw Failure(.usage, type, "no task of this type can be done here")
    }
  }

  private func fileSync(
    _ payload: [UInt8], _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> Status {
    let sync = try FileSync(payload: payload)
    try sync.check(below: configuration.roots)
    let predecessor = try sync.predecessor { () throws(Failure) in
      try queues.open(configuration, io)
    }
    if let predecessor {
      io.log.info("waits for task \(predecessor.task.id), which is \(predecessor.state.rawValue)")
      return .later
    }
    var delivery = Delivery(sync, below: try base(configuration))
    delivery.deletesSources = sync.deletesSources ?? configuration.deletesSources
    delivery.isDry = isDry
    if prints { return try show(try delivery.courses(), io) }
    var attempt = Attempt(FileSync.type, of: sync.source, to: sync.prefix, io)
    attempt.isDry = isDry
    attempt.patience = patience ?? attempt.patience
    attempt.variables =
      variables + [
        ("S4L_LOG_LEVEL", io.log.level.name), ("S4L_LOG_FORMAT", io.log.format.rawValue),
      ]
    attempt.quota = Quota(configuration)
    var claim = try delivery.claim(configuration)
    let command = isDry ? nil : AfterSync(configuration)
    claim.owes = command != nil
    return try attempt.run(claim, delivery.courses) { (summary, isIndebted) throws(Failure) in
      guard let command, summary.uploaded > 0 || isIndebted else { return }
      try command.request(of: try queues.open(configuration, io), io.log)
    }.status
  }

  /// Where prefixes begin.
  private func base(_ configuration: Configuration) throws(Failure) -> Path {
    if let base { return base }
    return try configuration.bucketOfTasks()
  }

  /// What the stages need to see the same configuration.
  var variables: [(name: String, value: String)] {
    guard let file = queues.file, let text = String(validating: file.bytes, as: UTF8.self) else {
      return []
    }
    return [("S4L_CONFIG", text)]
  }

  func show(_ courses: [Course], _ io: Standard) throws(Failure) -> Status {
    for course in courses { io.output.buffer.append(course.recipe.shell) }
    return .success
  }
}
