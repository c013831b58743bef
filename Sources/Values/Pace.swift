/// Keeps a stream of bytes to a rate: told how many are about to move and when, it says how long to
/// wait first. Time unused is saved up for a fifth of a second at most.
package struct Pace: Sendable {
  private let rate: Int
  /// When all that was promised so far will have been paid for.
  private var paid: Int64

  package static let slack: Int64 = 200_000_000

  /// At most `rate` bytes a second.
  package init(_ rate: Int, at now: Int64) {
    self.rate = max(rate, 1)
    paid = now
  }

  /// How many bytes should move in one go.
  package var piece: Int { min(max(rate / 8, 4_096), 1 << 20) }

  /// How many nanoseconds nothing more is to move, if bytes are told of once they have moved.
  package func rest(at now: Int64) -> Int64 { max(paid - now, 0) }

  /// How many nanoseconds to wait before `count` bytes are moved.
  package mutating func delay(_ count: Int, at now: Int64) -> Int64 {
    let start = max(paid, now - Pace.slack)
    let cost = Double(count) / Double(rate) * 1e9
    paid = start + Int64(min(cost, 1e18))
    return max(start - now, 0)
  }
}
