import Annals
import Bookings
import Core
import Metrics
import Queues
import Records
import Serve
import System
import Tasks
import Values

/// All that is told: numbers that are kept up from run to run, and what there is at the moment.
///
/// The history is never read twice: the totals say how far they have come.
final class Book {
  let configuration: Configuration
  let places: Places
  let log: Log
  private let opener: @Sendable () throws(Failure) -> any TaskStore
  private var store: (any TaskStore)?
  private let shelf: Shelf
  private let locks: Locks
  private var history: History?
  /// The last run of each job, and the latest of all.
  private(set) var last: [String: Run] = [:]
  private(set) var latest: [Run] = []
  private var seen = 0
  /// When the totals were last kept for the sake of runs.
  private var saved: Int64?

  private static let most = 120
  private static let saving: Int64 = 30_000_000_000

  init(
    _ configuration: Configuration, _ places: Places,
    _ opener: @escaping @Sendable () throws(Failure) -> any TaskStore, _ log: Log
  ) throws(Failure) {
    self.configuration = configuration
    self.places = places
    self.opener = opener
    self.log = log
    shelf = try Shelf(places.metrics, log)
    locks = Locks(folder: places.locks)
  }

  // MARK: Answering

  func answer(_ wish: Desk.Wish) -> Answer {
    do throws(Failure) {
      switch wish {
      case .numbers: return try numbers()
      case .runs:
        try look()
        return Answer(204, "text/plain", [])
      case .readiness:
        _ = try queues().queues()
        try look()
        return .json(200, #"{"status":"ready"}"#)
      case .state: return try state()
      case .progress:
        return Answer(200, "application/json", try progress().bytes)
          .with("Cache-Control", "no-store")
      case .version: return Answer(200, "text/plain", Array(try version().utf8))
      case .deed(let deed, let body): return try perform(deed, body)
      }
    } catch {
      // An opened queue may be one that is gone by now.
      store = nil
      log.warn(error.message)
      return .error(error.kind == .data || error.kind == .usage ? 400 : 503, "see the log")
    }
  }

  func queues() throws(Failure) -> any TaskStore {
    if let store { return store }
    let opened = try opener()
    store = opened
    return opened
  }

  func running() throws(Failure) -> [Locks.Running] { try locks.running() }

  // MARK: The history

  /// Takes note of the runs that have ended since we looked last.
  private func look() throws(Failure) {
    if history == nil { history = try History.find(places.environment) }
    guard let history else { return }
    let newest = try history.last()
    // Another file has taken the place of the one that we knew.
    if newest < shelf.cursor { shelf.cursor = 0 }
    if newest < seen { seen = 0 }
    guard newest > seen else { return }
    let counted = shelf.cursor
    if seen == 0 { try begin(history) }
    try history.tell(after: seen) { (entry) throws(Failure) in
      let run = note(entry)
      if entry.number > shelf.cursor {
        run?.count(in: &shelf.totals)
        shelf.cursor = entry.number
      }
    }
    guard shelf.cursor > counted else { return }
    // Totals that are kept later than they might be know less of the history, which tells it again.
    guard saved == nil || Clock.elapsed() - (saved ?? 0) > Book.saving else { return }
    try shelf.save()
    saved = Clock.elapsed()
  }

  /// Takes note of the runs there were before us: not of each, for there may be a year of them.
  private func begin(_ history: History) throws(Failure) {
    last = [:]
    latest = []
    if shelf.cursor == 0 {
      var totals = shelf.totals
      let cursor = try history.tallies { (tally) throws(Failure) in tally.count(in: &totals) }
      (shelf.totals, shelf.cursor) = (totals, cursor)
    }
    // The latest are told by whoever asks for those after the ones that we have seen.
    let older = max(0, shelf.cursor - Book.most)
    try history.tellLastOfEach(upTo: older) { (entry) throws(Failure) in note(entry) }
    latest = []
    seen = older
  }

  @discardableResult private func note(_ entry: History.Entry) -> Run? {
    seen = entry.number
    guard let run = Run(entry) else { return nil }
    last[run.job] = run
    latest.append(run)
    if latest.count > 2 * Book.most { latest.removeFirst(Book.most) }
    return run
  }

  // MARK: Numbers

  private func numbers() throws(Failure) -> Answer {
    try look()
    var present = try shelf.gather()
    present.add(.active, Series.active.key(), Double(try running().count))
    if let supervisor = try Supervisor(places, at: Clock.now()) {
      present.add(.uptime, Series.uptime.key(), supervisor.uptime)
      present.add(.memory, Series.memory.key(), supervisor.memory)
      present.add(.processor, Series.processor.key(), supervisor.processor)
      let watchers = supervisor.running("s4l-watch") + supervisor.running("watch")
      present.add(.watchers, Series.watchers.key(), Double(watchers))
    }
    do throws(Failure) { try count(&present) } catch {
      // The other numbers are as true as ever.
      store = nil
      log.warn(error.message)
    }
    let out = Buffer(capacity: 1 << 16)
    Sheet.write(&shelf.totals, present, to: out)
    return Answer(200, Sheet.type, Array(out.bytes))
  }

  private func count(_ present: inout Samples) throws(Failure) {
    for queue in try queues().queues() {
      for state in State.allCases where state != .completed {
        let labels = [(name: "queue", value: queue.queue), ("state", state.rawValue)]
        present.add(.depth, Series.depth.key("", labels), Double(queue.counts[state] ?? 0))
      }
    }
  }

  // MARK: Changes

  /// Differs once anything has changed that the page shows.
  private func version() throws(Failure) -> String {
    try look()
    var hasher = Hasher()
    hasher.combine(seen)
    for path in [places.schedule, places.pauses.folder, places.daemon, places.locks, places.log] {
      hasher.combine(Places.time(of: path))
    }
    for queue in try queues().queues() { hasher.combine(queue.counts) }
    // What only tells how far runs are is told by itself, and has nothing else read again.
    var other = Hasher()
    other.combine(try progress().bytes)
    let numbers = [hasher.finalize(), other.finalize()].map { "\(UInt(bitPattern: $0))" }
    return numbers.joined(separator: "-")
  }

  /// How far those jobs are that run.
  private func progress() throws(Failure) -> JSON {
    .object(try View.running(self).sorted { $0.key < $1.key }.map { JSON.Field($0.key, $0.value) })
  }

  private func state() throws(Failure) -> Answer {
    try look()
    let view = try View(self)
    return Answer(200, "application/json", view.document.bytes).with("Cache-Control", "no-store")
  }
}
