/// Keeps requests to so many a second, each a little off its beat: services take what comes like
/// clockwork for what it is.
///
/// It saves nothing up: in no second are there more than the rate and one.
package struct Tempo: Sendable {
  private let beat: Double
  private var next: Int64 = 0

  /// At most `frequency` requests a second.
  package init(_ frequency: Double) {
    beat = 1e9 / max(frequency, 1e-6)
  }

  /// How many nanoseconds to wait before the next request.
  package mutating func delay(
    at now: Int64, using dice: inout some RandomNumberGenerator
  ) -> Int64 {
    let start = max(next, now)
    next = start + Int64(beat)
    return start - now
  }
}
