package import Core
internal import Digests
package import Values

/// Who asks a service that gives out tokens.
package enum Identity {
  case nobody
  /// A token that was made on the server, in its own pages.
  case token(Secret)
  /// Who logs in, with a code where the account wants one.
  case user(String, password: Secret, code: SecondFactor?)
}

/// Where the code of a login comes from.
package struct SecondFactor: Sendable {
  private let once: Secret?
  private let codes: OneTimeCode?

  /// A code that somebody has read off, good for one login.
  package init(_ code: Secret) {
    once = code
    codes = nil
  }

  /// A seed of which a code is made whenever one is needed; nil if it is no base32.
  package init?(seed: Secret) {
    guard let codes = OneTimeCode(seed) else { return nil }
    self.codes = codes
    once = nil
  }

  package func code(at now: Timestamp) -> String {
    codes?.code(at: now) ?? once?.reveal { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
