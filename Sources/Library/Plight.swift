internal import Core

/// Whether all films have failed, and for one reason: then it is that of the command line, and is
/// said once to whoever reads no records.
struct Plight {
  private var count = 0
  private var reason: String?
  /// Whether a film did not fail, or failed for another reason.
  private var isMixed = false

  mutating func add(_ failure: Failure?) {
    count += 1
    guard let failure, !isMixed, reason == nil || reason == failure.message else {
      return isMixed = true
    }
    reason = failure.message
  }

  mutating func add(_ other: Plight) {
    count += other.count
    if other.isMixed || reason != nil && other.reason != nil && reason != other.reason {
      isMixed = true
    }
    reason = reason ?? other.reason
  }

  /// What is to be said; of a single film its outcome says enough.
  var text: String? {
    guard count > 1, !isMixed, let reason else { return nil }
    return "all \(count) films failed: \(reason)"
  }
}
