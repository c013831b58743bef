package import Core
internal import System
internal import Values

/// Keeps a run as a whole within a share of one processor.
///
/// Its stages rest by themselves, by an account that they share. What they cannot see, as how they
/// were started and how they ended, is rested for when all is done.
package final class Thrift {
  private let allowance: Allowance
  private let account: Account
  private let begun: Int64
  package init(percent: Int) throws(Failure) {
    allowance = Allowance(percent: percent)
    account = try Account()
    begun = Clock.elapsed()
  }

  /// What the stages inherit.
  package var descriptor: Int32 { account.descriptor }

  /// Rests for what this process and the run have used beyond what has been rested for.
  package func settle() {
    let until = begun + allowance.cost(Clock.usedByAll() + Thrift.farewell)
    while !Interrupt.isRequested {
      let rest = until - Clock.elapsed()
      if rest <= 0 { return }
      Clock.sleep(min(rest, 100_000_000))
    }
  }

  /// What we use ourselves until we have ended.
  private static let farewell: Int64 = 10_000_000
}
