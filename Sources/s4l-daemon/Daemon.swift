internal import Bookings
internal import Command
internal import Core
internal import Glibc
internal import Queues
internal import Settings
internal import System
internal import Tasks
internal import Values

/// Keeps at work what a configuration wants at work.
@main
struct Daemon: Tool {
  enum Verb: String, Choice { case start, stop, restart, reload, status, run, logs }

  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    [
      .flag("foreground", nil, \.isInFront, "Stay here, and log to standard error.")
        .with("start"),
      .value("config", nil, "FILE", \.config, "Read this configuration, not the usual one."),
      .value("pocketbase-url", nil, "URL", \.server, "Ask this server, not the configured one.")
        .with("start", "restart"),
      .value("lines", nil, "N", \.lines, "Write the last N lines; 100 if not given.")
        .with("logs"),
    ]
  }

  static var operands: [Operand<Self>] {
    [
      .one("VERB", \.verb, "What to do.", .choices(Verb.words)),
      .optional("JOB", \.job, "The job to run."),
    ]
  }

  var isInFront = false
  var config: Path?
  var server: String?
  var lines = Count(100)
  var verb = Verb.status
  var job: String?

  func run(_ io: Standard) throws(Failure) -> Status {
    if (job != nil) != (verb == .run) {
      let words = verb == .run ? "the operand is missing" : "only run takes it"
      throw Failure(.usage, job ?? "JOB", words)
    }
    let place = try Places(config, io)
    switch verb {
    case .start: return try isInFront ? stay(place, io) : start(place, io)
    case .stop:
      guard try stop(place) else { throw Daemon.absent(place) }
      return .success
    case .restart:
      _ = try stop(place)
      return try start(place, io)
    case .reload:
      guard let pid = try place.running() else { throw Daemon.absent(place) }
      guard kill(pid, SIGHUP) == 0 else { throw Failure(errno: errno, "process \(pid)") }
      return .success
    case .status: return try Standing(place, io).tell()
    case .run: return try run(job ?? "", io)
    case .logs: return try tail(place, io)
    }
  }

  static func absent(_ place: Places) -> Failure {
    Failure(.unavailable, "\(place.pidFile)", "no daemon is running")
  }

  // MARK: Starting and stopping

  private func stay(_ place: Places, _ io: Standard) throws(Failure) -> Status {
    if let server, io.environment[Daemon.serverVariable] != server {
      // All that are started find it where it overrides the configuration.
      setenv(Daemon.serverVariable, server, 1)
      throw anew(place, io)
    }
    try checkQueues(place, io)
    try place.take()
    let foreman = try Foreman(place, io)
    let status = try foreman.run { Daemon.tellStarter(io.environment) }
    guard foreman.restarts else { return status }
    throw anew(place, io)
  }

  /// Without queues no child of ours would live long: a damaged file is told now. One that is away
  /// or locked for a while may come back.
  private func checkQueues(_ place: Places, _ io: Standard) throws(Failure) {
    let configuration = try Resolution.load(place.config, io.environment).configuration
    do throws(Failure) { _ = try Queues.open(nil, configuration, io.environment) } catch {
      if error.kind == .data { throw error }
    }
  }

  private static let serverVariable = "S4L_POCKETBASE_URL"

  /// Becomes one of us that begins; gives why it cannot.
  private func anew(_ place: Places, _ io: Standard) -> Failure {
    do throws(Failure) {
      let own = try Path(text: "/proc/self/exe").resolved()
      var words = front(place)
      if io.isLevelAsked { words.append(Array("--log-level=\(io.log.level.name)".utf8)) }
      let failure = Process.become(own, words)
      return Failure(.unavailable, "\(own)", failure.words)
    } catch { return error }
  }

  /// Starts one of us in the background, and waits until it is ready or has failed.
  private func start(_ place: Places, _ io: Standard) throws(Failure) -> Status {
    if let pid = try place.running() {
      throw Failure(.later, "\(place.pidFile)", "a daemon is running already: \(pid)")
    }
    try place.folder.makeFolders(mode: 0o700)
    try place.logFile.parent.makeFolders(mode: 0o700)
    let log = place.logFile.withCString {
      open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    }
    if log < 0 { throw Failure(errno: errno, place.logFile) }
    let file = Descriptor(owning: log)
    let null = Descriptor(owning: open("/dev/null", O_RDWR | O_CLOEXEC))
    let (reader, writer) = try Pipe().release()
    let ready = Descriptor(owning: reader)
    let other = Descriptor(owning: writer)
    let form = io.environment["S4L_LOG_FORMAT"] ?? "json"
    let process = try Process.start(
      program: try Path(text: "/proc/self/exe").resolved(), arguments: front(place),
      environment: [
        (Daemon.starter, "3"), ("S4L_LOG_FORMAT", form),
      ] + (io.isLevelAsked ? [("S4L_LOG_LEVEL", io.log.level.name)] : [])
        + (server.map { [(Daemon.serverVariable, $0)] } ?? []),
      stdin: null.number, stdout: null.number, stderr: file.number,
      extra: [(other.number, 3)], group: .own)
    try other.close("pipe")
    var byte: UInt8 = 0
    if read(ready.number, &byte, 1) == 1 {
      io.log.info("started", ["pid": .integer(Int(process.identifier))])
      return .success
    }
    let ended = try process.wait()
    io.log.error("\(place.logFile): says why it has not started")
    if case .exited(let code) = ended { return Status(rawValue: code) ?? .bug }
    return .bug
  }

  /// What one of us is called with that stays in front.
  private func front(_ place: Places) -> [[UInt8]] {
    let words = [Array("start".utf8), Array("--foreground".utf8)]
    return place.config.map { words + [Array("--config=".utf8) + $0.bytes] } ?? words
  }

  private static let starter = "S4L_STARTER_FD"

  private static func tellStarter(_ environment: Environment) {
    guard let file = environment[starter].flatMap({ Int32($0) }), file > 2 else { return }
    // The number will be another file's in whoever we become or start.
    unsetenv(starter)
    _ = write(file, "\n", 1)
    _ = close(file)
  }

  /// Has the daemon end, and waits for that; false if there is none.
  private func stop(_ place: Places) throws(Failure) -> Bool {
    guard let pid = try place.running() else { return false }
    guard kill(pid, SIGTERM) == 0 || errno == ESRCH else {
      throw Failure(errno: errno, "process \(pid)")
    }
    try place.waitUntilFree()
    return true
  }

  // MARK: Jobs and logs

  private func run(_ name: String, _ io: Standard) throws(Failure) -> Status {
    let configuration = try Resolution.load(config, io.environment)
      .configuration(reporting: io.log)
    let group = try configuration.job(name)
    let store = try Queues.open(nil, configuration, io.environment)
    switch try store.start(group, configuration) {
    case .queued, .postponed:
      io.log.info("\(group.name ?? name): queued")
      return .success
    case .duplicate(let id):
      throw Failure(.later, group.name ?? name, "it waits or runs already: task \(id)")
    case .taken, .full: throw Failure(.later, group.name ?? name, "it waits or runs already")
    }
  }

  private func tail(_ place: Places, _ io: Standard) throws(Failure) -> Status {
    guard let all = place.logFile.small else {
      throw Failure(.absent, "\(place.logFile)", "there is no such log")
    }
    var count = 0
    let start = all.dropLast().lastIndex { byte in
      if byte == 10 { count += 1 }
      return count == lines.number
    }
    io.output.buffer.append(Array(all[(start.map { $0 + 1 } ?? 0)...]))
    return .success
  }
}
