internal import Core
internal import HTTP
internal import Objects
internal import Signing
internal import System
internal import Values

/// Requests as S3 wants them, signed for the region where the bucket is.
final class S3Dialect: Dialect {
  private let keyring: any Keyring
  private let site: Site
  private let isAnonymous: Bool
  private var signer: Signer?

  init(_ keyring: any Keyring, _ site: Site, isAnonymous: Bool) {
    self.keyring = keyring
    self.site = site
    self.isAnonymous = isAnonymous
  }

  var bucket: String { site.bucket }
  var host: String { site.address.host }

  var standing: Standing? {
    if isAnonymous { return Standing(region: site.region) }
    return keyring.current.map { Standing(keys: $0, region: site.region) }
  }

  func fetch(_ then: @escaping (Result<Standing, Failure>) -> Void) {
    keyring.fetch { [site] result in
      then(result.map { Standing(keys: $0, region: site.region) })
    }
  }

  func exchange(
    _ ask: Ask, _ standing: Standing, at moment: Timestamp
  ) throws(Failure) -> Exchange {
    let address = site.address
    let path = address.path(ask.key)
    var exchange = ask.exchange(address.origin + path)
    guard let keys = standing.keys else { return exchange }
    let request = Request(
      method: ask.method.rawValue, host: address.host, path: path, query: ask.query,
      headers: ask.headers)
    exchange.headers += try signer(for: keys).sign(request, ask.payload, at: moment)
    return exchange
  }

  private func signer(for keys: Keys) throws(Failure) -> Signer {
    if let signer, signer.keys == keys, signer.scope.region == site.region { return signer }
    let made = try Signer(keys, Scope(region: site.region))
    signer = made
    return made
  }

  func fault(
    _ answer: Answer, _ error: StoreError, for errand: Errand, _ standing: Standing
  ) -> Fault {
    Fault(
      status: answer.status, error: error, for: errand,
      answered: answer.headers["x-amz-bucket-region"], used: standing.region)
  }

  func mend(_ fault: Fault, _ standing: Standing, _ log: Log) -> Bool {
    if fault.class == .region { return site.move(to: fault.region, from: standing.region, log) }
    if keyring.current == standing.keys { keyring.invalidate() }
    return true
  }

  /// An address from which anybody may fetch an object for a while.
  func presign(
    _ key: [UInt8], _ span: Span, _ loop: Loop, at moment: Timestamp
  ) throws(Failure) -> String {
    guard let keys = try keysAtHand(loop) else {
      throw Failure(.refused, "--presign", "there are no keys to sign with")
    }
    let path = site.address.path(key)
    let request = Request(method: "GET", host: site.address.host, path: path)
    let query = try signer(for: keys).presign(request, expires: span, at: moment)
    return site.address.origin + path + "?" + query
  }

  /// The keys; where nothing was asked for yet they are fetched, which turns the loop. In the
  /// middle of a listing there always are those that it was asked for with.
  private func keysAtHand(_ loop: Loop) throws(Failure) -> Keys? {
    if isAnonymous { return nil }
    if let keys = keyring.current ?? signer?.keys { return keys }
    var result: Result<Keys?, Failure>?
    keyring.fetch { result = $0 }
    try loop.run { result != nil }
    guard let result else { throw Failure(.later, "", "the run was stopped") }
    return try result.get()
  }
}
