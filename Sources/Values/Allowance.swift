/// How much of a processor may be used over time: told what was used until now, it says when all
/// that was used so far will have been paid for. Until then one is to rest.
///
/// Time unused is saved up for a fifth of a second at most, so that waiting for a slow disk does
/// not pay for a minute at full speed; and never before the beginning, so that whoever rests at the
/// end has stayed within the allowance from the first moment to the last.
package struct Allowance: Equatable, Sendable {
  /// Hundredths of one processor.
  package let percent: Int

  package static let slack: Int64 = 200_000_000

  package init(percent: Int) {
    self.percent = max(percent, 1)
  }

  /// When all will have been paid for, once `used` nanoseconds of a processor are added to what is
  /// paid for by `paid`. All moments are nanoseconds of one clock.
  package func paid(_ paid: Int64, adding used: Int64, at now: Int64) -> Int64 {
    max(paid, now - Allowance.slack) + cost(used)
  }

  /// How long so much work pays for itself, in nanoseconds.
  package func cost(_ used: Int64) -> Int64 {
    let (product, isOver) = max(used, 0).multipliedReportingOverflow(by: 100)
    return isOver ? .max / 4 : product / Int64(percent)
  }
}
