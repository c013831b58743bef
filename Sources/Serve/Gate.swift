package import Core
internal import Digests
package import Values

/// Decides who may ask: who brings the token, who has signed the request, or who asks from an
/// address that is trusted.
///
/// A signature is `X-S4L-Signature: sha256=` and the hexadecimal HMAC-SHA256 of the body. With
/// `X-S4L-Timestamp`, in seconds since 1970, it is that of the time, the method, the target and the
/// value of `Idempotency-Key` (empty without one), each followed by a newline, and then the body;
/// it is good for five minutes before and after. What has no body is signed with a time: otherwise
/// one signature would fit every such request for ever.
package struct Gate: Sendable {
  /// On what ground a request is let in.
  package enum Ground: Equatable, Sendable {
    case address
    case token
    /// The signature, if it is of this one request.
    case signature(unique: [UInt8]?)
  }

  private let token: [UInt8]?
  private let key: MAC?
  private let networks: [Network]

  private static let patience: Int64 = 300
  /// In small letters, with the space behind it.
  private static let scheme = Array("bearer ".utf8)

  package init(token: Secret?, key: Secret?, networks: [Network]) throws(Failure) {
    self.token = token.flatMap { $0.isEmpty ? nil : $0.reveal { $0 } }
    let bytes = key.flatMap { $0.isEmpty ? nil : $0.reveal { $0 } }
    self.key = try bytes.map { (bytes) throws(Failure) in try MAC(key: bytes) }
    self.networks = networks
  }

  /// Whether nobody could ever get in.
  package var isShut: Bool { !knowsSecret && networks.isEmpty }

  /// Whether there is a secret by which somebody is known.
  package var knowsSecret: Bool { token != nil || key != nil }

  /// The ground on which a request is let in; nil if there is none.
  ///
  /// Of a program that can send nothing but what its makers have thought of, the token is also
  /// taken as the password of a user of any name, or as a parameter of the query.
  package func admit(_ request: Request, at now: Timestamp, isLenient: Bool = false) -> Ground? {
    // A browser says on behalf of which page it asks. It may have been sent by anybody.
    if request.header("origin") == nil, networks.contains(where: { $0.contains(request.remote) }) {
      return .address
    }
    if bringsToken(request) { return .token }
    if isLenient, bringsTokenSomehow(request) { return .token }
    return signature(request, at: now)
  }

  private func bringsToken(_ request: Request) -> Bool {
    guard let token, let header = request.header("authorization") else { return false }
    let scheme = header.utf8.prefix(Gate.scheme.count)
    guard scheme.elementsEqual(Gate.scheme, by: { $0 | 0x20 == $1 }) else { return false }
    return Gate.isSame(Array(header.utf8.dropFirst(Gate.scheme.count)), token)
  }

  private func bringsTokenSomehow(_ request: Request) -> Bool {
    guard let token else { return false }
    for name in ["apikey", "token"] {
      if let given = request.parameter(name), Gate.isSame(given, token) { return true }
    }
    guard let header = request.header("authorization") else { return false }
    let words = header.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
    guard words.count == 2, String(Substring(words[0])).lowercased() == "basic",
      let pair = Base64.decode(words[1]), let colon = pair.firstIndex(of: UInt8(ascii: ":"))
    else { return false }
    return Gate.isSame(Array(pair[(colon + 1)...]), token)
  }

  private func signature(_ request: Request, at now: Timestamp) -> Ground? {
    guard let key, let header = request.header("x-s4l-signature"), header.hasPrefix("sha256="),
      let given = Hex.decode(header.utf8.dropFirst(7))
    else { return nil }
    let time = request.header("x-s4l-timestamp")
    guard let signed = Gate.signed(request, time, at: now) else { return nil }
    let right: [UInt8]
    do { right = try key.code(signed) } catch { return nil }
    guard Gate.isSame(given, right) else { return nil }
    return .signature(unique: time == nil ? nil : given)
  }

  /// What the signature of a request must be of; nil if none will do.
  private static func signed(_ request: Request, _ time: String?, at now: Timestamp) -> [UInt8]? {
    guard let time else { return request.body.isEmpty ? nil : request.body }
    let around = now.seconds - patience...now.seconds + patience
    guard let seconds = Int64(time), around.contains(seconds) else { return nil }
    let once = request.header("idempotency-key") ?? ""
    var signed: [UInt8] = []
    for part in [Array(time.utf8), Array(request.method.utf8), request.target, Array(once.utf8)] {
      signed += part + [10]
    }
    return signed + request.body
  }

  /// Compares in a time that tells nothing but the lengths.
  private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    var difference: UInt8 = 0
    for place in one.indices { difference |= one[place] ^ other[place] }
    return difference == 0
  }
}
