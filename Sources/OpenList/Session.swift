internal import Core
internal import Digests
internal import Drives
internal import HTTP
internal import Records
internal import System
internal import Values

/// The token that requests are made with: logs in when one is first needed, and once more when the
/// server has forgotten it, as it does whenever it is started.
///
/// A login that was refused is never tried again: after five of them the server locks the address
/// out for five minutes, and each further try begins these anew.
final class Session {
  private let identity: Identity
  private let address: String
  private let caller: Caller
  private var token: [UInt8]?
  /// Counts the tokens.
  private(set) var generation = 0
  /// Whether the server has taken the token that it gave.
  private var isProven = false
  /// Why there is no use in asking for anything any more.
  private(set) var refusal: Failure?
  /// Whether the server itself has answered to the last login.
  private var isAnswered = false
  private var waiting: [(Failure?) -> Void] = []

  /// Logins go before all else that waits to be asked.
  init(_ identity: Identity, _ address: String, _ caller: Caller) {
    self.identity = identity
    self.address = address
    self.caller = caller
    if case .token(let secret) = identity { token = Session.bare(secret) }
  }

  /// Tokens are often copied together with a word that this server does not want.
  private static func bare(_ secret: Secret) -> [UInt8] {
    secret.reveal { bytes in
      let word = Array("Bearer ".utf8)
      return bytes.starts(with: word) ? Array(bytes.dropFirst(word.count)) : bytes
    }
  }

  /// What a request carries.
  func headers() throws(Failure) -> [(name: String, value: String)] {
    if let refusal { throw refusal }
    return token.map { [("Authorization", String(decoding: $0, as: UTF8.self))] } ?? []
  }

  private var logsIn: Bool { if case .user = identity { true } else { false } }

  /// Calls back when requests can be made: at once, or after a login.
  func prepare(_ then: @escaping (Failure?) -> Void) {
    if refusal != nil || token != nil || !logsIn { return then(refusal) }
    waiting.append(then)
    if waiting.count == 1 { logIn() }
  }

  func accepted(_ generation: Int) {
    if generation == self.generation { isProven = true }
  }

  /// Takes in that a request with a token was refused; tells whether a login can help.
  func refused(_ generation: Int, _ failure: Failure) -> Bool {
    guard refusal == nil else { return false }
    // Others have noticed before, and there is another token by now, or will be.
    if generation != self.generation { return true }
    guard logsIn, isProven || token == nil else {
      var failure = failure
      switch identity {
      case .nobody: failure.reason += "; nobody is logged in"
      case .token: failure.reason += "; the token is not accepted"
      case .user: failure.reason += "; the token that it has just given is not accepted"
      }
      refusal = caller.hide(failure)
      return false
    }
    token = nil
    self.generation += 1
    isProven = false
    return true
  }

  // MARK: Logging in

  private func logIn() {
    guard case .user(let name, let password, let code) = identity else { return ended(nil) }
    let body: [UInt8]
    let secrets: [Secret]
    do throws(Failure) {
      let digest = try Session.digest(password)
      body = Session.body(name, digest, code)
      secrets = [password, Secret(Array(digest.utf8))]
    } catch {
      return ended(error)
    }
    let url = address + "/api/auth/login/hash"
    isAnswered = false
    caller.send(ahead: true) {
      var exchange = Exchange(
        .post, url, headers: [("Content-Type", "application/json")], body: .bytes(body),
        sink: .memory(most: 65_536), timeout: Span(nanoseconds: 120_000_000_000))
      exchange.secrets = secrets
      return exchange
    } judge: { [weak self] answer in
      // Only what never came to the server's own judgement may be said again.
      let isAnswered = answer.status == 200 || answer.status == 429
      self?.isAnswered = isAnswered
      switch Fault.meaning(answer) {
      case .fine: return .fine
      case .passing(let failure, _) where !isAnswered: return .again(failure)
      case .passing(let failure, true): return .failed(Session.lockedOut(failure))
      case .passing(let failure, _), .unknown(let failure), .failed(let failure):
        return .failed(failure)
      case .unrefreshed: return .failed(Fault.garbage("it is about another request"))
      }
    } _: { [weak self] result in
      self?.loggedIn(result)
    }
  }

  private func loggedIn(_ result: Result<Answer, Failure>) {
    do throws(Failure) {
      let document = try Session.document(try result.get())
      guard let text = document["data"]?["token"]?.text, !text.isEmpty,
        text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { throw Fault.garbage("the login brings no token") }
      token = Array(text.utf8)
      ended(nil)
    } catch {
      var failure = error
      failure.reason = "logging in: " + failure.reason
      ended(failure)
    }
  }

  private static func document(_ answer: Answer) throws(Failure) -> JSON {
    do throws(Failure) { return try JSON(parsing: answer.body) } catch {
      throw Fault.garbage(error.reason)
    }
  }

  private func ended(_ failure: Failure?) {
    if isAnswered { refusal = failure }
    let waiting = self.waiting
    self.waiting = []
    for then in waiting { then(failure) }
  }

  private static func lockedOut(_ failure: Failure) -> Failure {
    Failure(
      .refused, failure.subject,
      failure.reason + " (wait five minutes: each try before that begins them anew)")
  }

  /// The password is not sent, but a digest of it, which serves this alone.
  private static func digest(_ password: Secret) throws(Failure) -> String {
    let salted = password.reveal { $0 + Array("-https://github.com/alist-org/alist".utf8) }
    return Hex.text(try Digest(.sha256).value(of: salted))
  }

  private static func body(_ name: String, _ digest: String, _ code: SecondFactor?) -> [UInt8] {
    var fields = [
      JSON.Field("username", .text(name)), JSON.Field("password", .text(digest)),
    ]
    if let code { fields.append(JSON.Field("otp_code", .text(code.code(at: Clock.now())))) }
    return JSON.object(fields).bytes
  }
}
