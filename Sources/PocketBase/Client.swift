package import Core
package import HTTP
package import Records
package import System
internal import Values

/// Asks a PocketBase, logged in as its administrator.
///
/// It logs in when something is first asked, renews the token before it ends, and logs in anew when
/// the server does not know it any more. What passes is asked again a few times. A request goes to
/// the server only once the one before is answered: order is kept.
package final class Client {
  private let hub: Hub
  let loop: Loop
  private let courier: Courier
  private let log: Log
  private let now: () -> Int64
  private var token: Token?
  /// How often it has logged in: what was read before may have been read as a guest.
  private(set) var logins = 0
  /// Whether the server is one of before 0.23, which has other places for administrators.
  private(set) var isOld = false
  /// Is told of every request: its status, none if there was no answer, and how long it took.
  var answered: (_ status: Int?, _ seconds: Double) -> Void = { _, _ in }

  package typealias Reply = (Result<Answer, Failure>) -> Void

  package init(_ hub: Hub, _ loop: Loop, _ log: Log) throws(Failure) {
    self.hub = hub
    self.loop = loop
    self.log = log
    now = { Clock.now().seconds }
    let connect = Span(nanoseconds: min(hub.timeout.nanoseconds, 10_000_000_000))
    courier = try Courier(loop, Courier.Manner(connect: connect, stall: hub.timeout, most: 2))
  }

  /// Asks for something as the administrator. An answer of any status comes back as it is, once it
  /// is sure that the server took us for who we are.
  package func ask(
    _ method: Exchange.Method, _ path: String, _ body: JSON? = nil, _ then: @escaping Reply
  ) {
    authorize { [self] failure in
      if let failure { return then(.failure(failure)) }
      send(method, path, body, tries: 0) { [self] result in
        // Any of these may mean that the token is none to the server.
        guard case .success(let answer) = result, [401, 403, 404].contains(answer.status) else {
          return then(result)
        }
        verify { [self] isGood in
          if isGood { return then(result) }
          token = nil
          authorize { [self] failure in
            if let failure { return then(.failure(failure)) }
            send(method, path, body, tries: 0, then)
          }
        }
      }
    }
  }

  /// Whether the token is good, and is the one of so many logins: only then is what was read with
  /// it worth anything. Who has logged in anew meanwhile was a guest before that.
  func prove(since logins: Int, _ then: @escaping (Failure?) -> Void) {
    verify { [self] isGood in
      if isGood, logins == self.logins { return then(nil) }
      if !isGood { token = nil }
      then(Failure(.later, hub.url, "it stopped knowing us while it was read: nothing counts"))
    }
  }

  // MARK: Who we are

  func authorize(_ then: @escaping (Failure?) -> Void) {
    guard let token, now() < token.end else { return logIn(then) }
    if !token.isOld(at: now()) { return then(nil) }
    verify { [self] isGood in isGood ? then(nil) : logIn(then) }
  }

  private var home: String {
    isOld ? "/api/admins" : "/api/collections/_superusers"
  }

  /// Has the token renewed: true if the server knew it.
  private func verify(_ then: @escaping (Bool) -> Void) {
    guard token != nil else { return then(false) }
    send(.post, home + "/auth-refresh", nil, tries: 0) { [self] result in
      guard case .success(let answer) = result, answer.status == 200 else { return then(false) }
      do throws(Failure) { try take(answer) } catch { return then(false) }
      then(true)
    }
  }

  /// Sees to it that the server knows us now, for what it would also do for a guest.
  func introduce(_ then: @escaping (Failure?) -> Void) {
    verify { [self] isGood in isGood ? then(nil) : logIn(then) }
  }

  private func logIn(_ then: @escaping (Failure?) -> Void) {
    let password = hub.password.reveal { String(decoding: $0, as: UTF8.self) }
    let body = JSON.object([
      .init("identity", .text(hub.identity)), .init("password", .text(password)),
    ])
    token = nil
    send(.post, home + "/auth-with-password", body, tries: 0) { [self] result in
      switch result {
      case .failure(let failure): then(failure)
      case .success(let answer) where answer.status == 404 && !isOld:
        isOld = true
        logIn(then)
      case .success(let answer) where answer.status == 200:
        do throws(Failure) {
          try take(answer)
          logins += 1
          then(nil)
        } catch { then(Failure(error.kind, hub.url, error.reason)) }
      case .success(let answer):
        if answer.status == 404 { isOld = false }
        then(refusal(answer))
      }
    }
  }

  private func take(_ answer: Answer) throws(Failure) {
    guard let text = try Client.document(answer)["token"]?.text else {
      throw Failure(.data, "", "the login brings no token")
    }
    token = try Token(text, at: now())
  }

  private func refusal(_ answer: Answer) -> Failure {
    let words = Client.message(of: answer)
    let kind: Failure.Kind = answer.status == 429 || answer.status >= 500 ? .later : .refused
    return Failure(kind, hub.url, "logging in as \(hub.identity): \(words)")
  }

  // MARK: Requests

  private func send(
    _ method: Exchange.Method, _ path: String, _ body: JSON?, tries: Int, _ then: @escaping Reply
  ) {
    var headers: [(name: String, value: String)] = []
    if let token { headers.append(("Authorization", token.text)) }
    var content = Exchange.Body.none
    if let body {
      headers.append(("Content-Type", "application/json"))
      content = .bytes(body.bytes)
    } else if method != .get {
      content = .bytes([])
    }
    let exchange = Exchange(
      method, hub.url + path, headers: headers, body: content, sink: .memory(most: 64 << 20),
      timeout: hub.timeout, stall: hub.timeout)
    let begun = Clock.elapsed()
    courier.start(exchange) { [self] result in
      let seconds = Double(Clock.elapsed() - begun) / 1e9
      let trouble: Failure
      switch result {
      case .success(let answer): answered(answer.status, seconds)
      case .failure: answered(nil, seconds)
      }
      switch result {
      case .success(let answer) where answer.status == 429 || answer.status >= 500:
        trouble = Failure(.later, hub.url, Client.message(of: answer))
      case .success(let answer): return then(.success(answer))
      case .failure(let reason): trouble = reason.failure(hub.url)
      }
      guard trouble.kind == .later, tries < hub.attempts else { return then(.failure(trouble)) }
      log.debug(trouble.message + "; it is asked again", ["try": .integer(tries + 1)])
      loop.after(hub.pause.nanoseconds) { [self] in
        send(method, path, body, tries: tries + 1, then)
      }
    }
  }

  /// What a server says of what it did not do, in its own words and those of its fields.
  package static func message(of answer: Answer) -> String {
    let status = "status \(answer.status)"
    guard let document = parsed(answer) else { return status }
    var words = document["message"]?.text ?? ""
    if words.hasSuffix(".") { words.removeLast() }
    let fields = (document["data"]?.fields ?? []).compactMap { field in
      field.value["message"]?.text.map { "\(field.name): \($0)" }
    }
    let all = ([words] + fields).filter { !$0.isEmpty }.joined(separator: "; ")
    return all.isEmpty ? status : "\(all) (\(status))"
  }

  /// The document of an answer that has to be one.
  static func document(_ answer: Answer) throws(Failure) -> JSON {
    do throws(Failure) { return try JSON(parsing: answer.body) } catch {
      throw Failure(.data, error.subject, "what it answers is no JSON: \(error.reason)")
    }
  }

  /// The document of an answer; nil if it is none.
  package static func parsed(_ answer: Answer) -> JSON? {
    do throws(Failure) { return try JSON(parsing: answer.body) } catch { return nil }
  }
}
