internal import Core
internal import HTTP
internal import Objects
internal import Signing
internal import Store
internal import System
internal import Values

/// Requests as Azure's storage wants them.
final class AzureDialect: Dialect {
  let bucket: String
  let host: String
  let standing: Standing? = Standing()
  private let origin: String
  /// What stands before the name of a blob, encoded: the endpoint's own path, then the container.
  private let stem: String
  private let key: SharedKey?
  private let signature: String?
  private let secrets: [Secret]
  private var second: Int64 = .min
  private var date = ""

  /// What emulators and the service have long understood, and all that is asked for.
  private static let version = "2021-12-02"

  init(_ account: AzureAccount, _ container: String) throws(Failure) {
    let endpoint = account.endpoint
    bucket = "az://\(container)"
    host = endpoint.host
    origin = (endpoint.isEncrypted ? "https://" : "http://") + endpoint.host
    stem = endpoint.path + "/" + Encoding.path(Path(text: container))
    switch account.proof {
    case .key(let key):
      self.key = try SharedKey(account.name, key)
      (signature, secrets) = (nil, [])
    case .signature(let secret):
      key = nil
      signature = secret.reveal { String(decoding: $0, as: UTF8.self) }
      secrets = AzureDialect.secrets(secret)
    case .nobody: (key, signature, secrets) = (nil, nil, [])
    }
  }

  /// What a server must not be quoted with: the proof, as it is sent and as it is meant.
  private static func secrets(_ signature: Secret) -> [Secret] {
    let text = signature.reveal { String(decoding: $0, as: UTF8.self) }
    var secrets = [signature]
    for field in text.split(separator: "&") where field.hasPrefix("sig=") {
      let sent = Array(field.dropFirst(4).utf8)
      secrets.append(Secret(sent))
      if let meant = WebPlace.decoded(sent), meant != sent { secrets.append(Secret(meant)) }
    }
    return secrets
  }

  func fetch(_ then: @escaping (Result<Standing, Failure>) -> Void) {
    then(.success(Standing()))
  }

  func exchange(
    _ ask: Ask, _ standing: Standing, at moment: Timestamp
  ) throws(Failure) -> Exchange {
    let path = ask.key.map { stem + "/" + Encoding.path(Path($0)) } ?? stem
    var exchange = ask.exchange(origin + path)
    exchange.headers.append(("x-ms-date", date(moment)))
    exchange.headers.append(("x-ms-version", AzureDialect.version))
    if let signature {
      exchange.url += (ask.query.isEmpty ? "?" : "&") + signature
      exchange.secrets = secrets
    }
    guard let key else { return exchange }
    let request = Request(
      method: ask.method.rawValue, host: host, path: path, query: ask.query,
      headers: exchange.headers)
    let length =
      switch ask.body {
      case .none: 0
      case .bytes(let bytes): bytes.count
      case .file(_, _, let count): count
      }
    exchange.headers.append(("authorization", try key.authorization(request, length: length)))
    return exchange
  }

  private func date(_ moment: Timestamp) -> String {
    if moment.seconds != second { (second, date) = (moment.seconds, moment.httpDate) }
    return date
  }

  func fault(
    _ answer: Answer, _ error: StoreError, for errand: Errand, _ standing: Standing
  ) -> Fault {
    var error = error
    // The reply to a HEAD has no body, and the header says the same.
    if let code = answer.headers["x-ms-error-code"] { error.code = code }
    // What follows the first line is for whoever runs the service.
    let line = error.message.utf8.prefix { $0 != 10 && $0 != 13 }
    error.message = String(line) ?? ""
    let rule = Fault.rule(answer.status, error.code, errand, isSkewed: isSkewed(answer))
    return Fault(rule, status: answer.status, error, for: errand)
  }

  /// Whether the clocks differ by more than signatures may; then nothing else needs to be wrong.
  private func isSkewed(_ answer: Answer) -> Bool {
    guard key != nil, let text = answer.headers["date"], let theirs = Timestamp(httpDate: text)
    else { return false }
    return abs(theirs.seconds - Clock.now().seconds) > 600
  }

  func mend(_ fault: Fault, _ standing: Standing, _ log: Log) -> Bool { false }
}
