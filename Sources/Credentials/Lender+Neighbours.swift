internal import Core
internal import HTTP
internal import Signing
internal import Values

/// Keys from the services that a machine has beside it: those of a container and of an instance.
extension Lender {
  func lend(_ container: Source.Container, _ then: @escaping Receiver) {
    var exchange = Exchange(
      .get, container.url, headers: [(name: "Accept", value: "application/json")],
      timeout: patience.container)
    do throws(Failure) {
      if let token = try Lender.token(container) {
        exchange.headers.append((name: "Authorization", value: token))
      }
    } catch {
      fail(error, then)
      return
    }
    ask(exchange, attempts: 3) { result in
      do throws(Failure) {
        let answer = try Lender.good(try result.get(), container.url)
        then(.success(try Loan(json: answer.body, session: "Token", from: container.url)))
      } catch { then(.failure(error)) }
    }
  }

  private static func token(_ container: Source.Container) throws(Failure) -> String? {
    var token = container.token
    if let file = container.tokenFile { token = try Lender.token(file) }
    guard let token else { return nil }
    let text = Chain.text(token)
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      let place = container.tokenFile ?? Variable.containerToken.rawValue
      throw Failure(.config, place, "the token holds more than one line")
    }
    return text
  }

  /// The token that a file holds, without the newline at its end.
  static func token(_ file: String) throws(Failure) -> Secret {
    guard var bytes = try Path(text: file).contentsIfThere() else {
      throw Failure(.config, file, "the file of the token is not there")
    }
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    guard !bytes.isEmpty else { throw Failure(.config, file, "the file of the token is empty") }
    return Secret(bytes)
  }

  /// The answer, if it is one of status 200.
  private static func good(_ answer: Answer, _ url: String) throws(Failure) -> Answer {
    guard answer.status == 200 else {
      let isTheirs = answer.status >= 500 || answer.status == 429
      throw Failure(isTheirs ? .later : .refused, url, "it answered with status \(answer.status)")
    }
    return answer
  }

  // MARK: Instances

  /// Version 2: a token first, which no request that was forged from outside can have.
  func lend(_ instance: Source.Instance, _ then: @escaping Receiver) {
    let url = instance.endpoint + "/latest/api/token"
    let lifetime = (name: "x-aws-ec2-metadata-token-ttl-seconds", value: "21600")
    let exchange = Exchange(.put, url, headers: [lifetime], timeout: instance.timeout)
    ask(exchange, attempts: instance.attempts) { [self] result in
      do throws(Failure) {
        let answer = try Lender.good(try result.get(), url)
        findRole(instance, Secret(answer.body), then)
      } catch { then(.failure(error)) }
    }
  }

  private static let roles = "/latest/meta-data/iam/security-credentials/"

  private func findRole(
    _ instance: Source.Instance, _ token: Secret, _ then: @escaping Receiver
  ) {
    let url = instance.endpoint + Lender.roles
    ask(Lender.question(url, instance, token), attempts: instance.attempts) { [self] result in
      do throws(Failure) {
        let answer = try result.get()
        if answer.status == 404 { throw Failure(.refused, url, "the instance has no role") }
        let lines = try Lender.good(answer, url).body.split { $0 == 10 || $0 == 13 }
        guard let name = lines.first else {
          throw Failure(.refused, url, "the instance has no role")
        }
        let role = Encoding.path(Path(name))
        fetchKeys(instance, token, url + role, then)
      } catch { then(.failure(error)) }
    }
  }

  private func fetchKeys(
    _ instance: Source.Instance, _ token: Secret, _ url: String, _ then: @escaping Receiver
  ) {
    ask(Lender.question(url, instance, token), attempts: instance.attempts) { [self] result in
      do throws(Failure) {
        let answer = try Lender.good(try result.get(), url)
        var loan = try Loan(json: answer.body, session: "Token", from: url)
        loan.expires = loan.expires.map { extended($0) }
        then(.success(loan))
      } catch { then(.failure(error)) }
    }
  }

  /// While the service that renews keys is down, instances hand out old ones, which are then good
  /// for longer than they say.
  private func extended(_ expires: Timestamp) -> Timestamp {
    max(expires, now().advanced(by: Purse.advisory + 300_000_000_000))
  }

  private static func question(
    _ url: String, _ instance: Source.Instance, _ token: Secret
  ) -> Exchange {
    let header = (name: "x-aws-ec2-metadata-token", value: Chain.text(token))
    return Exchange(.get, url, headers: [header], timeout: instance.timeout)
  }
}
