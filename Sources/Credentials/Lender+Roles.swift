internal import Core
internal import Digests
internal import HTTP
internal import Markup
internal import Signing
internal import Values

/// Keys of a role, which the Security Token Service lends.
extension Lender {
  /// Lends keys of a role to who has these keys.
  func lend(_ role: Source.Role, by keys: Keys, _ then: @escaping Receiver) {
    var form = form("AssumeRole", role)
    if let external = role.externalID { form.append((name: "ExternalId", value: external)) }
    do throws(Failure) { try lend(role, form, by: keys, hiding: [], then) } catch {
      fail(error, then)
    }
  }

  /// Lends keys of a role to who has a token that says who they are.
  func lend(_ role: Source.Role, tokenFile: String, _ then: @escaping Receiver) {
    do throws(Failure) {
      let token = try Lender.token(tokenFile)
      var form = form("AssumeRoleWithWebIdentity", role)
      form.append((name: "WebIdentityToken", value: Chain.text(token)))
      try lend(role, form, by: nil, hiding: [token], then)
    } catch { fail(error, then) }
  }

  private func form(
    _ action: String, _ role: Source.Role
  ) -> [(name: String, value: String)] {
    var form = [
      (name: "Action", value: action), (name: "Version", value: "2011-06-15"),
      (name: "RoleArn", value: role.arn),
      (name: "RoleSessionName", value: role.sessionName ?? "s4l-\(now().seconds)"),
    ]
    if let seconds = role.seconds { form.append((name: "DurationSeconds", value: "\(seconds)")) }
    return form
  }

  private func lend(
    _ role: Source.Role, _ form: [(name: String, value: String)], by keys: Keys?,
    hiding secrets: [Secret], _ then: @escaping Receiver
  ) throws(Failure) {
    guard let address = Address(role.service), !address.path.contains("?") else {
      throw Failure(.config, role.service, "expected an address that begins with https://")
    }
    let body = Array(Encoding.query(form).utf8)
    var headers = [
      (name: "content-type", value: "application/x-www-form-urlencoded; charset=utf-8")
    ]
    if let keys {
      let scope = Scope(region: role.region, service: "sts")
      let request = Request(
        method: "POST", host: address.authority, path: address.path, headers: headers)
      let digest = try Digest(.sha256).value(of: body)
      headers += try Signer(keys, scope, style: .other).sign(request, .sha256(digest), at: now())
    }
    let url = "http\(address.isEncrypted ? "s" : "")://\(address.authority)\(address.path)"
    let exchange = Exchange(
      .post, url, headers: headers, body: .bytes(body), timeout: patience.service)
    let hidden = secrets + [keys?.secret, keys?.session].compactMap(\.self)
    ask(exchange, attempts: 3) { result in
      do throws(Failure) {
        then(.success(try Lender.loan(try result.get(), role, url, hiding: hidden)))
      } catch { then(.failure(error)) }
    }
  }

  private static func loan(
    _ answer: Answer, _ role: Source.Role, _ url: String, hiding secrets: [Secret]
  ) throws(Failure) -> Loan {
    guard answer.isSuccess else { throw refusal(answer, role, url, hiding: secrets) }
    let outline: Outline
    do throws(Failure) { outline = try Outline(answer.body) } catch {
      throw Failure(.unavailable, url, "its answer is no XML: \(error.reason)")
    }
    let result = outline.children.first { $0.name.hasSuffix("Result") }
    guard let lent = result?.all("Credentials").first, let access = lent.string("AccessKeyId"),
      let secret = lent.bytes("SecretAccessKey"), let session = lent.bytes("SessionToken"),
      let expiration = lent.string("Expiration")
    else { throw Failure(.unavailable, url, "its answer has no keys") }
    return Loan(
      keys: Keys(access: access, secret: Secret(secret), session: Secret(session)),
      expires: try Loan.moment(expiration, url))
  }

  /// What the service said against it, unless that quotes what is secret.
  private static func refusal(
    _ answer: Answer, _ role: Source.Role, _ url: String, hiding secrets: [Secret]
  ) -> Failure {
    let isTheirs = answer.status >= 500 || answer.status == 429
    let kind: Failure.Kind = isTheirs ? .later : .refused
    let start = "\(url) refused to lend keys of the role: "
    guard let error = said(answer) else {
      return Failure(kind, role.place, start + "status \(answer.status)")
    }
    let code = Loan.word(error.string("Code") ?? "")
    let words = String((error.string("Message") ?? "").prefix(300))
    let isQuoting = secrets.contains { !$0.isEmpty && words.holds(Chain.text($0)) }
    return Failure(kind, role.place, start + code + (isQuoting ? "" : ": " + words))
  }

  /// The error in the body; what stands before a service may answer in any form.
  private static func said(_ answer: Answer) -> Outline? {
    do throws(Failure) { return try Outline(answer.body).all("Error").first } catch { return nil }
  }
}
