internal import Core
internal import Records
internal import System
internal import Values

/// Hears what the watcher tells, and says which job is to run once it is quiet.
final class Ear {
  private let loop: Loop
  private let log: Log
  private let start: (String) -> Void
  private var watchers: [FileWatcher] = []
  private var timers: [String: (timer: Loop.Timer, first: Int64)] = [:]
  private var carry: [UInt8] = []
  private var root = Path()

  /// What never becomes quiet is acted on all the same, after so many times as long.
  private static let patience: Int64 = 10

  init(_ loop: Loop, _ log: Log, start: @escaping (String) -> Void) {
    self.loop = loop
    self.log = log
    self.start = start
  }

  func follow(_ configuration: Configuration) { watchers = FileWatcher.all(configuration) }

  /// Whoever watched is no more: half a line of it means nothing.
  func reset() { carry = [] }

  func hear(_ piece: UnsafeRawBufferPointer) {
    carry += piece
    var start = 0
    while let end = carry[start...].firstIndex(of: 10) {
      take(Array(carry[start..<end]))
      start = end + 1
    }
    carry.removeFirst(start)
  }

  private func take(_ line: [UInt8]) {
    let parser = Parser()
    do throws(Failure) {
      try parser.read(line) { (record) throws(Failure) in
        switch record.kind {
        case .head: root = try record.name(.root) ?? Path()
        case .event:
          note(
            try record.text(.event) ?? "", try record.name(.root) ?? root, record.ownPath)
        // After events were lost everything is told: whatever it was, something has changed.
        case .entry: note("write", root, record.ownPath)
        default: break
        }
      }
    } catch { log.debug("the watcher says what is no record: \(error.message)") }
  }

  private func note(_ event: String, _ root: Path, _ path: Path) {
    for watcher in watchers where watcher.heeds(event, root: root, path: path) {
      let now = Clock.elapsed()
      var wait = watcher.quiet
      var first = now
      if let running = timers[watcher.id] {
        loop.cancel(running.timer)
        first = running.first
        wait = min(wait, max(0, first + watcher.quiet * Ear.patience - now))
      }
      let timer = loop.after(wait) { [unowned self] in
        timers[watcher.id] = nil
        log.info("\(watcher.id): something has changed", ["job": "\(watcher.job)"])
        start(watcher.job)
      }
      timers[watcher.id] = (timer, first)
    }
  }
}
