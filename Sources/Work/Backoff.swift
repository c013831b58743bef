package import Values

/// How long a failed task waits before it is tried again.
package enum Backoff: Equatable, Sendable {
  /// As asynq has it: the fourth power of the number of tries, and a quarter of a minute, and some
  /// more by chance, so that what failed together is not tried together.
  case usual
  /// So long the first time, twice as long each further time, a day at most, and up to a quarter
  /// more by chance.
  case doubling(Span)

  private static let longest: Int64 = 86_400_000_000_000

  /// The delay after a task was tried again so many times; `dice` gives a number below the one it
  /// is asked with.
  package func delay(after retried: Int, _ dice: (Int) -> Int) -> Span {
    switch self {
    case .usual:
      let tries = Int64(min(retried, 1_000))
      let seconds = tries * tries * tries * tries + 15 + Int64(dice(30)) * (tries + 1)
      return Span(nanoseconds: seconds * 1_000_000_000)
    case .doubling(let first):
      let times = Int64(1) << Int64(min(retried, 40))
      let (product, isOver) = first.nanoseconds.multipliedReportingOverflow(by: times)
      let delay = isOver ? Backoff.longest : min(product, Backoff.longest)
      let quarter = Int(delay / 4)
      return Span(nanoseconds: delay + Int64(quarter > 0 ? dice(quarter) : 0))
    }
  }
}
