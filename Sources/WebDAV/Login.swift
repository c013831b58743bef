package import Core
internal import Digests
internal import Glibc
internal import HTTP
internal import Values

/// As whom requests are made.
///
/// User and password go along with the first request: asking without them first could be answered
/// with less than there is. A server that wants to see a digest of them says so, and is given that
/// from then on.
package final class Login {
  package enum Identity: Sendable {
    case nobody
    case user(String, Secret)
    case token(Secret)
  }

  /// A digest that was sent, by the challenge it answers; nil where none was.
  struct Pass { var nonce: String? }

  private let identity: Identity
  private var challenge: Challenge?
  private var count = 0

  package init(_ identity: Identity) {
    self.identity = identity
  }

  var words: String {
    switch identity {
    case .nobody: "the server wants to know who asks; s4l-drives(7) tells where that is said"
    case .user: "the server does not accept the user and the password"
    case .token: "the server does not accept the token"
    }
  }

  /// The header that says who asks; `path` is that of the request, as it is sent.
  func header(
    _ method: Exchange.Method, _ path: Substring
  ) throws(Failure) -> (pass: Pass, headers: [(name: String, value: String)]) {
    switch identity {
    case .nobody: return (Pass(), [])
    case .token(let token):
      let text = token.reveal { "Bearer " + String(decoding: $0, as: UTF8.self) }
      return (Pass(), [("Authorization", text)])
    case .user(let user, let password):
      if let challenge {
        count += 1
        let text = try challenge.answer(user, password, method.rawValue, path, count)
        return (Pass(nonce: challenge.nonce), [("Authorization", text)])
      }
      let text = password.reveal { Base64.text(Array("\(user):".utf8) + $0) }
      return (Pass(), [("Authorization", "Basic \(text)")])
    }
  }

  /// Takes in what a refusal asks for; whether there is any use in asking again.
  func learns(_ answer: Answer, _ pass: Pass?) -> Bool {
    guard case .user = identity else { return false }
    let offers = answer.headers.all.filter { $0.name == "www-authenticate" }.map(\.value)
    if offers.contains(where: { Challenge.scheme($0) == "basic" }) { return false }
    let challenges = offers.compactMap { Challenge($0) }
    guard let fresh = challenges.first(where: { $0.algorithm == .sha256 }) ?? challenges.first
    else { return false }
    // Another request may have been told already.
    if let challenge, pass?.nonce != challenge.nonce { return true }
    guard pass?.nonce == nil || fresh.isStale else { return false }
    challenge = fresh
    count = 0
    return true
  }
}

/// What a server asks of those who are to prove that they know a password without telling it.
struct Challenge {
  let nonce: String
  let isStale: Bool
  let algorithm: Algorithm
  private let realm: String
  private let opaque: String?
  private let hasQuality: Bool
  /// The name of the algorithm as it is sent back.
  private let name: String?

  static func scheme(_ text: String) -> String {
    text.prefix { $0 != " " }.lowercased()
  }

  /// Nil for what is no digest, or is one of a kind that is not known.
  init?(_ text: String) {
    guard Challenge.scheme(text) == "digest" else { return nil }
    let fields = Challenge.fields(text.dropFirst(7))
    guard let realm = fields["realm"], let nonce = fields["nonce"] else { return nil }
    self.realm = realm
    self.nonce = nonce
    opaque = fields["opaque"]
    isStale = fields["stale"]?.lowercased() == "true"
    name = fields["algorithm"]
    switch name?.uppercased() {
    case nil, "MD5": algorithm = .md5
    case "SHA-256": algorithm = .sha256
    default: return nil
    }
    let qualities = fields["qop"]?.split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    if let qualities, !qualities.contains("auth") { return nil }
    hasQuality = qualities != nil
  }

  /// `name=value, name="value"`.
  private static func fields(_ text: Substring) -> [String: String] {
    var fields: [String: String] = [:]
    var rest = text
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].filter { $0 != " " && $0 != "," }.lowercased()
      rest = rest[rest.index(after: equals)...].drop { $0 == " " }
      var value = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let next = rest.popFirst(), next != "\"" {
          if next == "\\", let escaped = rest.popFirst() { value.append(escaped) } else { value.append(next) }
        }
      } else {
        value = String(rest.prefix { $0 != "," && $0 != " " })
        rest = rest.dropFirst(value.count)
      }
      fields[name] = value
    }
    return fields
  }

  func answer(
    _ user: String, _ password: Secret, _ method: String, _ path: Substring, _ count: Int
  ) throws(Failure) -> String {
    let digest = try Digest(algorithm)
    func hash(_ bytes: [UInt8]) throws(Failure) -> String { Hex.text(try digest.value(of: bytes)) }
    let known = try hash(password.reveal { Array("\(user):\(realm):".utf8) + $0 })
    let asked = try hash(Array("\(method):\(path)".utf8))
    let digits = Hex.text(withUnsafeBytes(of: UInt32(truncatingIfNeeded: count).bigEndian) { Array($0) })
    let salt = String(UInt64.random(in: 0 ... .max), radix: 16)
    let middle = hasQuality ? "\(nonce):\(digits):\(salt):auth" : nonce
    let proof = try hash(Array("\(known):\(middle):\(asked)".utf8))
    var text = "Digest username=\(Challenge.quoted(user)), realm=\(Challenge.quoted(realm)), "
    text += "nonce=\(Challenge.quoted(nonce)), uri=\(Challenge.quoted(String(path))), "
    text += "response=\"\(proof)\""
    if let name { text += ", algorithm=\(name)" }
    if let opaque { text += ", opaque=\(Challenge.quoted(opaque))" }
    if hasQuality { text += ", qop=auth, nc=\(digits), cnonce=\"\(salt)\"" }
    return text
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for letter in text {
      if letter == "\"" || letter == "\\" { out += "\\" }
      out.append(letter)
    }
    return out + "\""
  }
}
