internal import Core
internal import Drives
internal import System
internal import Values

/// The token that calls are made with: logs in when one is first needed, and once more when it has
/// run out.
///
/// A login that was refused is never tried again: what was wrong with it stays wrong, and accounts
/// are locked for less.
final class Session {
  private let identity: Identity
  private let service: Switchboard
  private var token: [UInt8]?
  /// Counts the tokens.
  private(set) var generation = 0
  /// Whether the server has taken the token that it gave.
  private var isProven = false
  /// Why there is no use in asking for anything any more.
  private var refusal: Failure?
  private var waiting: [(Failure?) -> Void] = []

  init(_ identity: Identity, _ service: Switchboard) {
    self.identity = identity
    self.service = service
    if case .token(let secret) = identity { token = Session.bare(secret) }
  }

  /// Tokens are often copied together with the word before them, or the end of their line.
  private static func bare(_ secret: Secret) -> [UInt8] {
    secret.reveal { bytes in
      let word = Array("Bearer ".utf8)
      let token = bytes.starts(with: word) ? bytes.dropFirst(word.count) : bytes[...]
      return token.filter { $0 > 0x20 }
    }
  }

  /// What a call carries.
  func headers() throws(Failure) -> [(name: String, value: String)] {
    if let refusal { throw refusal }
    guard let token else { return [] }
    return [("Authorization", "Bearer " + String(decoding: token, as: UTF8.self))]
  }

  private var logsIn: Bool { if case .user = identity { true } else { false } }

  /// Calls back when calls can be made: at once, or after a login.
  func prepare(_ then: @escaping (Failure?) -> Void) {
    if refusal != nil || token != nil || !logsIn { return then(refusal) }
    waiting.append(then)
    if waiting.count == 1 { logIn() }
  }

  func accepted(_ generation: Int) {
    if generation == self.generation { isProven = true }
  }

  /// Takes in that a call with a token was refused: what to do about it.
  func refused(_ generation: Int, _ failure: Failure) -> Caller.Verdict {
    if let refusal { return .failed(refusal) }
    // Others have noticed before, and there is another token by now, or will be.
    if generation != self.generation { return .renewed(failure) }
    var failure = failure
    switch identity {
    case .nobody: failure.reason += "; neither a token nor a user is configured"
    case .token: failure.reason += "; the token is not accepted"
    // It went out before the token was there.
    case .user where token == nil: return .renewed(failure)
    case .user where isProven:
      token = nil
      isProven = false
      return .renewed(failure)
    case .user: failure.reason += "; the token that it has just given is not accepted"
    }
    failure = service.caller.hide(failure)
    refusal = failure
    return .failed(failure)
  }

  // MARK: Logging in

  private func logIn() {
    guard case .user(let name, let password, let code) = identity else { return ended(nil) }
    let text = password.reveal { String(decoding: $0, as: UTF8.self) }
    let call = Call.token(name, password: text, code: code?.code(at: Clock.now()))
    var login: Login?
    service.call(
      call, ahead: true, secrets: [password], headers: { () throws(Failure) in [] }
    ) {
      login = nil
      return { message in
        login = Login(message)
        return login == nil ? Failure(.data, "", "the answer is no message of the service") : nil
      }
    } _: { [weak self] result in
      self?.loggedIn(result, login)
    }
  }

  private func loggedIn(_ result: Result<Void, Failure>, _ login: Login?) {
    do throws(Failure) {
      try result.get()
      guard let login else { throw Failure(.data, "", "the server gives no answer") }
      guard login.isDone else {
        let words = login.words.isEmpty ? "the server gives no reason" : login.words
        throw Failure(.refused, "", words)
      }
      guard !login.token.isEmpty, login.token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw Failure(.data, "", "it brings no token")
      }
      token = login.token
      generation += 1
      ended(nil)
    } catch {
      var failure = service.caller.hide(error)
      failure.reason = "logging in: " + failure.reason
      ended(failure)
    }
  }

  private func ended(_ failure: Failure?) {
    // What passes may be better the next time.
    if let failure, failure.kind != .later { refusal = failure }
    let waiting = self.waiting
    self.waiting = []
    for then in waiting { then(failure) }
  }
}
