/// When a command is to run for the records that arrive: once each time it has been quiet, never
/// twice at a time, and once more if it was asked for while it ran.
///
/// Records that keep coming are a burst; it ends when none has come for `quiet`, or when it has
/// lasted for `most`. Time is handed in, as nanoseconds that only grow.
package struct Burst: Equatable, Sendable {
  package enum Action: Equatable, Sendable {
    /// The burst is over: what is held is to be told.
    case flush
    /// The command is to run for all that was told since it last ran.
    case run
  }

  private let quiet: Int64
  private let most: Int64
  private var first: Int64?
  private var last: Int64 = 0
  private var isAsked = false
  package private(set) var isRunning = false

  package init(quiet: Int64, most: Int64) {
    self.quiet = quiet
    self.most = max(most, quiet)
  }

  /// Whether there are records that no run has been for.
  package var isPending: Bool { first != nil || isAsked }

  /// When the burst ends, if no more comes; nil if there is none.
  package var due: Int64? {
    first.map { min(Pool<Never>.later(last, quiet), Pool<Never>.later($0, most)) }
  }

  package mutating func saw(at now: Int64) {
    first = first ?? now
    last = now
  }

  package mutating func tick(at now: Int64) -> [Action] {
    guard let due, due <= now else { return start() }
    return end()
  }

  /// Ends the burst without waiting, as there is nothing more to wait for.
  package mutating func end() -> [Action] {
    let wasOpen = first != nil
    isAsked = isAsked || wasOpen
    first = nil
    return (wasOpen ? [.flush] : []) + start()
  }

  /// The command has ended.
  package mutating func ended() -> [Action] {
    isRunning = false
    return start()
  }

  /// The command has ended, and is not to run again.
  package mutating func stop() { isRunning = false }

  private mutating func start() -> [Action] {
    guard isAsked, !isRunning else { return [] }
    isAsked = false
    isRunning = true
    return [.run]
  }
}
