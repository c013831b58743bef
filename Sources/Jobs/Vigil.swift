package import Values
internal import Work

/// The watch over one repository: it is told what happens and what time it is, and says what is to
/// be done.
///
/// A pipe that watches is begun anew whenever it ends, after a delay that doubles while it fails.
/// Its listing is a comparison too; from the last one that was whole, an interval passes until the
/// next. That interval is over when either clock says so: the one that only grows, as a wall clock
/// that is set back must not put comparisons off, and that on the wall, as the first one stands
/// still while a machine sleeps. A jump ahead costs one comparison too many.
package struct Vigil {
  package struct Moment: Equatable, Sendable {
    /// Nanoseconds that only ever grow.
    package var elapsed: Int64
    package var wall: Timestamp

    package init(elapsed: Int64, wall: Timestamp) {
      self.elapsed = elapsed
      self.wall = wall
    }

    /// So many nanoseconds before this.
    fileprivate func before(_ span: Int64) -> Moment {
      Moment(elapsed: elapsed - span, wall: wall.advanced(by: -span))
    }

    fileprivate func since(_ earlier: Moment) -> Int64 {
      max(elapsed - earlier.elapsed, Vigil.span(from: earlier.wall, to: wall))
    }
  }

  package enum Event: Equatable, Sendable {
    /// Time has passed.
    case tick
    /// A whole listing of the pipe that watches has reached the index.
    case listed
    /// The last stage of the pipe that watches has ended.
    case watchEnded
    /// A comparison has ended, well or not.
    case comparisonEnded(isWhole: Bool)
    /// Somebody wants a comparison now.
    case asked
    /// All is to end.
    case stopped
  }

  package enum Order: Equatable, Sendable {
    case watch, compare, endWatch, endComparison
  }

  private enum Watch: Equatable {
    case resting(until: Int64)
    case running(since: Int64, isListing: Bool)
    case over
  }

  private let interval: Int64
  private let dice: (Int) -> Int
  private var watch: Watch
  private var isComparing = false
  private var isWanted = false
  private var isStopping = false
  /// The last whole comparison, whoever made it.
  private var last: Moment?
  private let begun: Moment
  /// How often in a row the pipe ended before it was of use, and a comparison failed.
  private var falls = 0
  private var failures = 0
  /// Before when no comparison is tried again.
  private var rest: Int64

  /// A pipe that has held for so long has been of use.
  private static let minute: Int64 = 60_000_000_000
  private static let second = Span(nanoseconds: 1_000_000_000)

  /// `dice` gives a number below the one that it is asked with.
  package init(every interval: Span, from now: Moment, _ dice: @escaping (Int) -> Int) {
    self.interval = max(interval.nanoseconds, 1)
    self.dice = dice
    watch = .resting(until: now.elapsed)
    rest = now.elapsed
    begun = now
  }

  /// How long it is until the pipe is begun anew, if it is down.
  package func delay(from now: Moment) -> Span? {
    guard case .resting(let until) = watch else { return nil }
    return Span(nanoseconds: max(until - now.elapsed, 0))
  }

  /// Whether all has ended that was to.
  package var isOver: Bool { isStopping && watch == .over && !isComparing }

  /// Takes note of a comparison that somebody else has made.
  package mutating func learn(_ moment: Timestamp, at now: Moment) {
    let age = Vigil.span(from: moment, to: now.wall)
    // What is to come, by a clock that was set back, may as well have been now.
    let known = now.before(min(max(age, 0), interval))
    if let last, known.elapsed <= last.elapsed { return }
    last = known
  }

  package mutating func note(_ event: Event, at now: Moment) -> [Order] {
    switch event {
    case .tick: break
    case .listed:
      last = now
      falls = 0
      if case .running(let since, _) = watch { watch = .running(since: since, isListing: false) }
    case .watchEnded: fall(now)
    case .comparisonEnded(let isWhole):
      isComparing = false
      if isWhole { last = now }
      failures = isWhole ? 0 : failures + 1
      rest = isWhole ? now.elapsed : now.elapsed + pause(failures)
    case .asked:
      isWanted = true
      rest = now.elapsed
    case .stopped: return stop()
    }
    return isStopping ? [] : due(now)
  }

  private mutating func fall(_ now: Moment) {
    guard !isStopping else { return watch = .over }
    if case .running(let since, _) = watch, now.elapsed - since >= Vigil.minute { falls = 0 }
    let delay = Backoff.doubling(Vigil.second).delay(after: min(falls, 6), dice)
    falls += 1
    watch = .resting(until: now.elapsed + delay.nanoseconds)
  }

  /// How long to leave comparisons alone after so many have failed in a row.
  private func pause(_ failures: Int) -> Int64 {
    let first = Span(nanoseconds: min(Vigil.minute, interval))
    let delay = Backoff.doubling(first).delay(after: min(failures - 1, 6), dice)
    return min(delay.nanoseconds, interval)
  }

  private mutating func due(_ now: Moment) -> [Order] {
    var orders: [Order] = []
    if case .resting(let until) = watch, now.elapsed >= until {
      watch = .running(since: now.elapsed, isListing: true)
      orders.append(.watch)
    }
    if !isComparing, isDue(now) {
      isComparing = true
      isWanted = false
      orders.append(.compare)
    }
    return orders
  }

  /// Whether a comparison is to be made. The pipe that watches makes the first one itself, if it
  /// gets so far.
  package func isDue(_ now: Moment) -> Bool {
    if case .running(_, isListing: true) = watch { return false }
    if isComparing || now.elapsed < rest { return false }
    if isWanted { return true }
    guard let last else { return falls > 0 || now.since(begun) >= interval }
    return now.since(last) >= interval
  }

  private mutating func stop() -> [Order] {
    if isStopping { return [] }
    isStopping = true
    var orders: [Order] = []
    if case .running = watch { orders.append(.endWatch) } else { watch = .over }
    if isComparing { orders.append(.endComparison) }
    return orders
  }

  /// Nanoseconds between two moments, as far as they can be counted.
  fileprivate static func span(from earlier: Timestamp, to later: Timestamp) -> Int64 {
    let (product, isOver) = (later.seconds - earlier.seconds).multipliedReportingOverflow(
      by: 1_000_000_000)
    if isOver { return later > earlier ? .max / 4 : .min / 4 }
    return product + Int64(later.nanoseconds - earlier.nanoseconds)
  }

  /// How long nothing will have to be done, if nothing happens. The clock on the wall may jump at
  /// any moment, so it is looked at once a minute.
  package func quiet(from now: Moment) -> Int64 {
    var next = now.elapsed + Vigil.minute
    if case .resting(let until) = watch { next = min(next, until) }
    if !isComparing {
      let due = (last ?? begun).elapsed + interval
      for moment in [due, rest] where moment > now.elapsed { next = min(next, moment) }
    }
    return max(next - now.elapsed, 0)
  }
}
