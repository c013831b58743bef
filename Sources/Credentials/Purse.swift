package import Core
package import HTTP
package import Signing
package import System
package import Values

/// Holds the keys of one remote, and gets new ones before they expire.
///
/// Keys that are good for less than a quarter of an hour are renewed while they go on being used;
/// with less than ten minutes left whoever wants keys waits for new ones. There is one renewal at a
/// time, and if it fails early the old keys are used until they must be renewed. Nothing is read or
/// asked before keys are first wanted.
package final class Purse {
  package typealias Receiver = (Result<Keys?, Failure>) -> Void

  /// Nanoseconds before the end from which keys are renewed, and from which they are not used.
  static let advisory: Int64 = 900_000_000_000
  static let mandatory: Int64 = 600_000_000_000
  /// Nanoseconds between attempts to renew keys that are still good.
  private static let rest: Int64 = 60_000_000_000

  private let loop: Loop
  private let environment: Environment
  private let given: Given
  private let now: () -> Timestamp
  private let lender: Lender
  private var loan: Loan?
  /// When the last renewal ended, and when the last that succeeded.
  private var tried: Timestamp?
  private var lent: Timestamp?
  private(set) var isRenewing = false
  /// Who waits for the keys that are on their way.
  private var waiting: [Receiver] = []

  package convenience init(
    _ loop: Loop, _ environment: Environment, _ given: Given = Given(),
    now: @escaping () -> Timestamp = Clock.now,
    courier: @escaping () throws(Failure) -> Courier
  ) {
    self.init(loop, environment, given, now, Lender.Patience(), courier)
  }

  init(
    _ loop: Loop, _ environment: Environment, _ given: Given, _ now: @escaping () -> Timestamp,
    _ patience: Lender.Patience, _ courier: @escaping () throws(Failure) -> Courier
  ) {
    self.loop = loop
    self.environment = environment
    self.given = given
    self.now = now
    lender = Lender(loop, now, patience, courier)
  }

  /// Gives the keys, or nil if requests are to go without; never before this has returned.
  package func keys(_ then: @escaping Receiver) {
    if given.isAnonymous {
      loop.after(0) { then(.success(nil)) }
      return
    }
    guard let loan, !mustRenew(loan) else {
      waiting.append(then)
      renew()
      return
    }
    loop.after(0) { then(.success(loan.keys)) }
    if let expires = loan.expires, expires < now().advanced(by: Purse.advisory), !isRecent(tried) {
      renew()
    }
  }

  /// The keys, if they are at hand and need not be renewed soon.
  package var current: Keys? {
    guard let loan else { return nil }
    guard let expires = loan.expires else { return loan.keys }
    return expires < now().advanced(by: Purse.advisory) ? nil : loan.keys
  }

  /// Forgets the keys, which the store says have expired.
  package func invalidate() {
    loan = nil
  }

  private func mustRenew(_ loan: Loan) -> Bool {
    guard let expires = loan.expires else { return false }
    if expires >= now().advanced(by: Purse.mandatory) { return false }
    // What was lent for less than ten minutes is used all the same.
    return expires <= now() || !isRecent(lent)
  }

  private func isRecent(_ moment: Timestamp?) -> Bool {
    moment.map { now() < $0.advanced(by: Purse.rest) } ?? false
  }

  private func renew() {
    guard !isRenewing else { return }
    isRenewing = true
    do throws(Failure) {
      let files = try SharedFiles(environment)
      guard let source = try Chain(given, environment, files).source() else {
        throw Purse.nothing("", files)
      }
      lender.lend(source) { [self] result in
        guard case .instance = source, case .failure(let failure) = result, loan == nil else {
          return finish(result)
        }
        // The last place of all: that nobody is there only means that there are no keys.
        finish(.failure(Purse.nothing("; \(failure.message)", files)))
      }
    } catch { lender.fail(error) { [self] in finish($0) } }
  }

  private func finish(_ result: Result<Loan, Failure>) {
    isRenewing = false
    tried = now()
    let receivers = waiting
    waiting = []
    switch result {
    case .success(let fresh) where fresh.expires.map({ $0 <= now() }) ?? false:
      let failure = Failure(.refused, "credentials", "the keys that were lent have expired already")
      for receiver in receivers { receiver(.failure(failure)) }
    case .success(let fresh):
      loan = fresh
      lent = tried
      for receiver in receivers { receiver(.success(fresh.keys)) }
    case .failure(let failure):
      for receiver in receivers { receiver(.failure(failure)) }
    }
  }

  private static func nothing(_ last: String, _ files: SharedFiles) -> Failure {
    Failure(
      .refused, "credentials",
      "none found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write a profile into "
        + "\(files.credentialsPath)\(last)")
  }
}
