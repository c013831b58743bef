internal import Values

/// Holds bytes back to a rate where many move on one loop: they are told of once they have moved,
/// and nothing more is to move until they are paid for.
package final class Toll {
  private var pace: Pace
  private let loop: Loop
  private var timer: Loop.Timer?
  /// Called once more may move, if somebody was kept from it.
  package var opened: () -> Void = {}

  /// At most `rate` bytes a second.
  package init(_ rate: Int, _ loop: Loop) {
    pace = Pace(rate, at: Clock.elapsed())
    self.loop = loop
  }

  /// Whether nothing is to move now. Whoever hears that is told when it may.
  package var isShut: Bool {
    let rest = pace.rest(at: Clock.elapsed())
    if rest <= 0 { return false }
    if timer == nil {
      timer = loop.after(rest) { [weak self] in
        self?.timer = nil
        self?.opened()
      }
    }
    return true
  }

  package func take(_ count: Int) { _ = pace.delay(count, at: Clock.elapsed()) }

  package func close() {
    if let timer { loop.cancel(timer) }
    timer = nil
    opened = {}
  }
}
