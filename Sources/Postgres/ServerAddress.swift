package import Core
internal import Values

/// Which database of which server is meant, and as whom.
///
/// The address is one that libpq understands, postgresql://[USER@]HOST[:PORT]/DATABASE[?KEY=VALUE]
/// or with more than one host; what it leaves open is as libpq's variables and files say.
package struct ServerAddress: Sendable {
  let text: String
  let password: Secret?
  /// How many nanoseconds a connection may take; nil for as long as it will.
  let patience: Int64?
  /// What is taken out of whatever is said of this server.
  let secrets: [String]
  /// The address as it may be shown: without a password, and without what stands behind a `?`.
  package let name: String

  /// Whether a text is an address of a server at all.
  package static func fits(_ text: String) -> Bool {
    text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
  }

  package init(
    _ text: String, password: Secret?, _ environment: Environment
  ) throws(Failure) {
    name = ServerAddress.shown(text)
    guard ServerAddress.fits(text), !text.utf8.contains(0) else {
      throw Failure(.usage, name, "an address begins with postgresql:// and holds no NUL byte")
    }
    if password?.reveal({ $0.contains(0) }) == true {
      throw Failure(.config, name, "its password holds a NUL byte")
    }
    self.text = text
    self.password = password
    let seconds = environment["PGCONNECT_TIMEOUT"].flatMap { Int64($0) } ?? 15
    patience = seconds > 0 ? min(seconds, 86_400) * 1_000_000_000 : nil
    let given = [
      environment["PGPASSWORD"], password?.reveal { String(decoding: $0, as: UTF8.self) },
      ServerAddress.owner(text),
    ]
    secrets = given.compactMap { $0 }.filter { !$0.isEmpty }
  }

  /// Words of libpq or of the server without any secret of ours in them.
  func cleaned(_ words: String) -> String {
    var words = words
    for secret in secrets {
      var rest = words[...]
      var clean = ""
      while let place = rest.place(of: secret) {
        clean += rest[..<place.lowerBound] + Secret.shown
        rest = rest[place.upperBound...]
      }
      words = clean + rest
    }
    return words
  }

  /// The password in an address, as it is written there.
  private static func owner(_ text: String) -> String? {
    guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    let words = text[..<at]
    guard let colon = words.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let password = words[words.utf8.index(after: colon)...]
    return password.hasPrefix("//") ? nil : String(password)
  }

  /// Whether a secret may be in it: then it must not come from a command line, which all users of
  /// a machine can read. Where that is not plain, it is taken to be so.
  package static func mayHoldPassword(_ text: String) -> Bool {
    let rest = text.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3)
    let place = rest.prefix { $0 != UInt8(ascii: "/") }
    if let at = place.lastIndex(of: UInt8(ascii: "@")), place[..<at].contains(UInt8(ascii: ":")) {
      return true
    }
    guard let question = rest.firstIndex(of: UInt8(ascii: "?")) else { return false }
    return rest[question...].dropFirst().split(separator: UInt8(ascii: "&")).contains { pair in
      let key = pair.prefix { $0 != UInt8(ascii: "=") }
      return key.contains(UInt8(ascii: "%")) || key.elementsEqual("password".utf8)
        || key.elementsEqual("sslpassword".utf8)
    }
  }

  /// The part of an address that is no secret. A password with a slash or a question mark in it
  /// is a mistake that must not show it either, so all up to the last @ goes.
  private static func shown(_ text: String) -> String {
    var rest = Substring(text)
    guard let scheme = rest.place(of: "://") else { return "postgresql://" }
    rest = rest[scheme.upperBound...]
    let bytes = Array(rest.utf8)
    let start = bytes.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? 0
    let place = bytes[start...].prefix { $0 != UInt8(ascii: "?") }
    return "postgresql://" + String(decoding: place, as: UTF8.self)
  }
}
