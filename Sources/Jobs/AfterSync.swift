package import Core
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

  /// Runs the command, and tells every line that it writes.
  package func run(_ log: Log) throws(Failure) -> Status {
    if command.isEmpty {
      throw Failure(.config, "daemon.ssh_command", "it is not set, but it was asked for")
    }
    let ended = try Process.follow(
      program: Path(text: "/bin/sh"), arguments: ["-c", command].map { Array($0.utf8) },
      within: timeout.nanoseconds
    ) { log.notice("after_sync: \(Path.visible($0))") }
    switch ended {
    case .exited(0)?: return .success
    case .exited(let status)?: log.error("ssh_command: it ended with status \(status)")
    case .signalled(let signal)?: log.error("ssh_command: it was killed by signal \(signal)")
    case nil where Interrupt.isRequested: log.error("ssh_command: it was stopped")
    case nil: log.error("ssh_command: it was killed after \(timeout.text)")
    }
    return .partial
  }
}
