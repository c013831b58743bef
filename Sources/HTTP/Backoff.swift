package import Values

/// Whether a request that failed is sent again, and when.
///
/// Each delay is drawn evenly from nothing to a bound that doubles with each attempt, so that many
/// clients that failed together do not come back together. A run has a budget for its retries,
/// which successes refill slowly: a server that is down is given up on, not hammered.
package struct Backoff: Sendable {
  /// What a run may spend on retries.
  package static let budget = 500
  package static let price = 5
  /// The longest delay that is drawn.
  package static let cap: Int64 = 20_000_000_000
  /// The longest delay that a server may ask for; past it the run ends and can be run again.
  package static let patience: Int64 = 300_000_000_000

  package let attempts: Int
  package private(set) var left = Backoff.budget

  /// Sends nothing more often than `attempts` times.
  package init(attempts: Int = 8) {
    self.attempts = max(attempts, 1)
  }

  /// The delay before the next try of a request that was sent `attempt` times; nil to give up.
  /// `wish` is the least that the server asks for.
  package mutating func delay(
    after attempt: Int, isThrottled: Bool = false, wish: Span? = nil,
    using dice: inout some RandomNumberGenerator
  ) -> Span? {
    guard attempt < attempts, left >= Backoff.price else { return nil }
    let least = max(wish?.nanoseconds ?? 0, 0)
    guard least <= Backoff.patience else { return nil }
    left -= Backoff.price
    let doublings = min(attempt - 1 + (isThrottled ? 1 : 0), 10)
    let bound = min(Backoff.cap, 1_000_000_000 << Int64(max(doublings, 0)))
    let drawn = Int64.random(in: 0...bound, using: &dice)
    // What the server asks for comes first; the jitter after it keeps clients apart.
    return Span(nanoseconds: least + (least > 0 ? drawn / 10 : drawn))
  }

  /// Notes a request that went well.
  package mutating func succeeded() {
    left = min(left + 1, Backoff.budget)
  }

  /// What the headers of a reply ask for: `x-amz-retry-after` in milliseconds, else `Retry-After`
  /// in seconds or as a date; nil if they ask for nothing that can be understood.
  package static func wish(
    milliseconds: String?, retryAfter: String?, now: Timestamp
  ) -> Span? {
    if let count = milliseconds.flatMap(amount) {
      return Span(nanoseconds: count * 1_000_000)
    }
    guard let retryAfter else { return nil }
    if let count = amount(retryAfter) { return Span(nanoseconds: count * 1_000_000_000) }
    guard let moment = Timestamp(httpDate: retryAfter) else { return nil }
    let seconds = min(max(moment.seconds - now.seconds, 0), longest)
    return Span(nanoseconds: seconds * 1_000_000_000)
  }

  private static let longest: Int64 = 1_000_000_000

  /// A whole number, bounded so that nanoseconds of it can be counted.
  private static func amount(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return min(Int64(text) ?? longest, longest)
  }
}
