internal import Annals
package import Command
package import Core
internal import Pipeline
internal import System
package import Tasks
package import Values

/// The command that is to run once uploads have been quiet for a while: `[daemon] ssh_command`.
///
/// Whoever has uploaded asks for it by a task. While that waits, asking again only moves it; so it
/// runs once for many uploads, wherever they were made, and never twice at a time.
package struct AfterSync: Equatable, Sendable {
  package static let type = "after_sync"
  package static let queue = "after_sync"

  package var command: String
  package var quiet: Span
  package var timeout: Span
  package var retries: Int

  /// Nil where none is to be run.
  package init?(_ configuration: Configuration) {
    let daemon = configuration.group("daemon")
    guard daemon?.flag("enable_ssh_task") == true else { return nil }
    self.init(ofDaemon: configuration)
  }

  /// The command as it is configured, for a task that asks for it.
  package init(ofDaemon configuration: Configuration) {
    let daemon = configuration.group("daemon")
    command = daemon?.text("ssh_command") ?? ""
    quiet = AfterSync.minutes(daemon?.integer("ssh_debounce_minutes") ?? 5)
    timeout = AfterSync.minutes(daemon?.integer("ssh_timeout_minutes") ?? 10)
    retries = configuration.group("publish")?.integer("max_retry") ?? 3
  }

  private static func minutes(_ count: Int) -> Span {
    Span(nanoseconds: Int64(count) * 60_000_000_000)
  }

  /// The task that asks for it. Its time is a minute longer than the command's, so that the command
  /// is ended by who started it.
  package func order(_ id: String, at now: Timestamp) -> Order {
    var task = Task(id: id, queue: AfterSync.queue, type: AfterSync.type, payload: [])
    task.retries = retries
    task.timeout = Int(timeout.nanoseconds / 1_000_000_000) + 60
    task.serialKey = AfterSync.type
    var order = Order(task)
    order.due = now.advanced(by: quiet.nanoseconds)
    order.uniqueness = .open
    order.uniqueName = AfterSync.type
    order.postpones = true
    return order
  }

  /// Asks for it.
  package func request(of queues: any TaskStore, _ log: Log) throws(Failure) {
    let now = Clock.now()
    let id = Identifier.make(at: now, Machine.random(16))
    let order = order(id, at: now)
    for admission in try queues.push([order], at: now) {
      let due = (order.due ?? now).text
      switch admission {
      case .queued: log.info("the command after uploads is asked for", ["due": "\(due)"])
      case .postponed(let id):
        log.info(
          "the command after uploads is asked for", ["due": "\(due)", "moved": "\(id)"])
      case .duplicate, .taken, .full: log.info("the command after uploads has been asked for")
      }
    }
  }

  /// Runs the command, unless it runs already, and tells every line that it writes.
  package func run(_ io: Standard) throws(Failure) -> Status {
    let claim = Claim(.shared, [], job: Array(AfterSync.type.utf8))
    let run = FailureFile(Clock.now(), io.environment).identifier
    let hold = try Locks(io.environment).take(claim, run: run)
    defer { hold.release() }
    return try begin(io.log)
  }

  private func begin(_ log: Log) throws(Failure) -> Status {
    if command.isEmpty {
      throw Failure(.config, "daemon.ssh_command", "it is not set, but it was asked for")
    }
    let report = try listened(log)
    switch report.ended {
    case .exited(0) where !report.isOverdue: return .success
    case _ where report.isOverdue:
      log.error("ssh_command: it was ended after \(timeout.text)")
    case .exited(let status): log.error("ssh_command: it ended with status \(status)")
    case .signalled(let signal): log.error("ssh_command: it was killed by signal \(signal)")
    }
    return .partial
  }

  private func listened(_ log: Log) throws(Failure) -> Child.Report {
    let loop = try Loop()
    var plan = Child.Plan(Path(text: "/bin/sh"), ["-c", command].map { Array($0.utf8) })
    plan.output = .joined
    plan.errors = .last(0)
    plan.timeout = timeout.nanoseconds
    var speech = Speech { log.notice("after_sync: \(Path.visible($0))") }
    plan.heard = { speech.add($0) }
    var result: Result<Child.Report, Failure>?
    let child = try Child.start(plan, on: loop) { result = $0 }
    try loop.run { result != nil }
    // Told to stop, it has as long as the grace of the child.
    child.stop()
    while result == nil { try loop.turn(mayWait: true) }
    speech.end()
    guard let result else { throw Failure(.bug, "sh", "it has no end") }
    return try result.get()
  }
}
