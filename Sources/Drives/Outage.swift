internal import Core

/// Whether a drive is given up on: nothing can be paid for trying again any more, and one request
/// after another has failed. Then only one goes out in a while, to see whether it is back.
struct Outage {
  /// How many requests must have failed in a row.
  static let most = 8
  /// How long no other is sent.
  static let pause: Int64 = 30_000_000_000

  private var failures = 0
  private var last: Failure?
  private var next: Int64 = 0

  /// Notes a request that failed for good, as no answer came that means anything.
  mutating func note(_ failure: Failure, isSpent: Bool, at now: Int64) {
    failures += 1
    guard failures >= Outage.most, isSpent else { return }
    last = failure
    next = now + Outage.pause
  }

  /// Notes that the drive has answered.
  mutating func end() {
    failures = 0
    last = nil
  }

  func isOn(at now: Int64) -> Bool { last != nil && now < next }

  /// What a request fails with that is not even sent.
  func failure(at now: Int64) -> Failure? {
    guard let last, now < next else { return nil }
    return Failure(last.kind, last.subject, "it was given up on: \(last.reason)")
  }
}
