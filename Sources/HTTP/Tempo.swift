/// Keeps requests to so many a second, each a little off its beat: services take what comes like
/// clockwork for what it is.
///
/// In no second are there more than the rate and one, however late its owner wakes up; and who
/// wakes up no more than a fiftieth of a second late loses nothing of the rate.
///
/// The beat is a little slower than the rate. What that leaves free of each second is how far a
/// request may be behind its beat while those after it keep theirs: from n requests of one second,
/// the first at most `leeway` behind its beat, follows (n - 1) beats <= a second and the leeway.
package struct Tempo: Sendable {
  /// How much of the rate is used.
  private static let share = 0.96
  /// How late a timer may be without a loss.
  private static let lateness = 0.02

  private let beat: Int64
  private let leeway: Int64
  /// The most by which a request is put off its beat.
  private let jitter: Int64
  /// The beat of the next request, and when it may really go.
  private var slot = Int64.min / 2
  private var due = Int64.min / 2

  /// At most `frequency` requests a second.
  package init(_ frequency: Double) {
    let frequency = min(max(frequency, 1e-6), 1e6)
    let rate = frequency * Tempo.share
    // As many as may come within a second are a whole number, which helps the slow.
    let free = (frequency.rounded(.down) + 1) / rate - 1
    let drawn = max(min(free - Tempo.lateness, 0.5 / rate), 0)
    beat = Int64(1e9 / rate)
    jitter = Int64(drawn * 1e9)
    leeway = Int64(min(drawn + Tempo.lateness, free) * 1e9) - 1
  }

  /// How many nanoseconds the next request has to wait.
  package func delay(at now: Int64) -> Int64 { max(due - now, 0) }

  /// Notes that a request goes out now.
  package mutating func start(at now: Int64, using dice: inout some RandomNumberGenerator) {
    slot = max(slot, now - leeway) + beat
    due = slot + Int64.random(in: 0...jitter, using: &dice)
  }
}
