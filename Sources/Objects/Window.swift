/// How many requests may be under way at once.
///
/// It halves when the store says that there are too many, and grows by one after as many successes
/// as it is wide. Requests that were under way when it was halved tell nothing new: neither do they
/// halve it again, nor do they make it grow.
package struct Window: Sendable {
  /// A request under way; requests are numbered as they start.
  package struct Ticket: Equatable, Sendable {
    let number: Int
  }

  package enum Outcome: Sendable { case succeeded, throttled, failed }

  package let ceiling: Int
  package private(set) var width: Int
  package private(set) var underWay = 0
  private var started = 0
  /// The first request that was started since the window was last halved.
  private var first = 0
  private var successes = 0

  package init(ceiling: Int) {
    self.ceiling = max(ceiling, 1)
    width = self.ceiling
  }

  package var hasRoom: Bool { underWay < width }

  package mutating func start() -> Ticket {
    underWay += 1
    started += 1
    return Ticket(number: started - 1)
  }

  package mutating func finish(_ ticket: Ticket, _ outcome: Outcome) {
    underWay -= 1
    guard ticket.number >= first else { return }
    switch outcome {
    case .failed: return
    case .succeeded:
      successes += 1
      guard successes >= width else { return }
      successes = 0
      width = min(width + 1, ceiling)
    case .throttled:
      width = max(width / 2, 1)
      first = started
      successes = 0
    }
  }
}
