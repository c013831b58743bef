package import Core
internal import System

/// The parts of a large file on their way: so many in hand at once, each being digested or sent.
package final class Parts {
  package let count: Int
  private let begin: (Int) -> Void
  private let then: (Failure?) -> Void
  private var next = 1
  private var underway = 0
  private var fault: Failure?

  /// How many parts of one file are in hand at once.
  package static let width = 4

  /// `begin` is called for each part, which count from 1, and calls `ended` once it is over; then
  /// `then` is called, with what went wrong first.
  package init(
    _ count: Int, _ begin: @escaping (Int) -> Void, _ then: @escaping (Failure?) -> Void
  ) {
    self.count = count
    self.begin = begin
    self.then = then
  }

  package func advance() {
    while fault == nil, underway < Parts.width, next <= count, !Interrupt.isRequested {
      underway += 1
      next += 1
      begin(next - 1)
    }
    guard underway == 0 else { return }
    if fault == nil, Interrupt.isRequested {
      fault = Failure(.later, "", "the run was stopped")
    }
    then(fault)
  }

  package func ended(_ failure: Failure?) {
    underway -= 1
    if fault == nil { fault = failure }
    advance()
  }
}
