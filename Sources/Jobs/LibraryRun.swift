internal import Bookings
package import Command
package import Core
internal import Inbox
package import Pipeline
internal import Records
internal import Values

/// One run of a library, and what becomes of the events that are waiting for it.
package final class LibraryRun {
  private let job: StrmJob
  private let inbox: Inbox
  private let log: Log
  private var haul: Haul?

  package init(_ job: StrmJob, _ io: Standard) throws(Failure) {
    self.job = job
    inbox = try Inbox(io.environment)
    log = io.log
  }

  /// Whether events are waiting for a job.
  package static func isAwaited(_ id: String, _ io: Standard) throws(Failure) -> Bool {
    try !Inbox(io.environment).pending([id]).isEmpty
  }

  /// The pipes to be run, once the claim is ours: none where there is nothing to do.
  ///
  /// A full run takes the events too. What they tell has happened before its listing began, so that
  /// sees it, and they need not be acted on once more.
  package func courses() throws(Failure) -> [Course] {
    switch job.strategy {
    case .skipExisting: return [job.course()]
    case .full:
      haul = try take()
      return [job.course()]
    case .incremental:
      haul = try take()
      if let haul { return [job.course(reading: haul)] }
      log.info("\(job.id): no events are waiting")
      return []
    }
  }

  private func take() throws(Failure) -> Haul? {
    let haul = try inbox.take(job.id, root: job.root)
    if let haul, haul.flaws > 0 {
      log.warn("\(job.id): \(haul.flaws) lines of the inbox were no events")
    }
    return haul
  }

  /// Lets go of the events: for good only where acting on them again would not help. Those that
  /// could not be settled stay, and hold back none of the others.
  package func settle(_ summary: Summary) throws(Failure) {
    guard let haul else { return }
    self.haul = nil
    let isDone = job.strategy == .full ? summary.status == .success : summary.isFinal
    if isDone, !job.isDry { return try haul.done() }
    var left = haul.count
    if !job.isDry, job.strategy == .incremental, let open = try LibraryRun.open(haul, summary) {
      left = try haul.giveBack { (event) throws(Failure) in
        try LibraryRun.names(of: event).contains { !open.paths(of: $0).isEmpty }
      }
    } else {
      try haul.giveBack()
    }
    if !job.isDry { log.warn("\(job.id): \(left) events are kept for the next run") }
  }

  /// What could not be settled, if it is known of which events each of it is.
  private static func open(_ haul: Haul, _ summary: Summary) throws(Failure) -> Lingering? {
    guard let open = summary.lingering, var rest = open.paths else { return nil }
    try haul.forEach { (event) throws(Failure) in
      for name in try names(of: event) { rest.subtract(open.paths(of: name)) }
    }
    return rest.isEmpty ? open : nil
  }

  private static func names(of event: Record) throws(Failure) -> [Path] {
    try [event.ownPath, event.name(.to)].compactMap { $0 }
  }
}
