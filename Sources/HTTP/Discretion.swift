package import Core
internal import Values

/// What a server is never quoted with: the secrets that requests have carried to it. Some servers
/// say in a refusal what they were given.
///
/// A message may be cut off in the middle of a secret, so a good part of one counts as the whole.
package struct Discretion {
  /// How much of a secret gives it away; shorter ones are hidden whole.
  private static let telling = 8
  /// What is shorter than this occurs in any text, and could be guessed.
  private static let least = 4
  /// Those of so many requests are known: tokens are renewed, and older ones have run out.
  private static let most = 16
  private static let headers = [
    "authorization", "cookie", "proxy-authorization", "x-amz-security-token",
  ]

  private var values: [String] = []
  private var secrets: [[UInt8]] = []

  package init() {}

  /// Takes in what a request is about to carry.
  package mutating func learn(_ exchange: Exchange) {
    for (name, value) in exchange.headers where Discretion.isSecret(name) {
      // A signature is for one request, and only proves what it does not hold.
      if value.hasPrefix("AWS4-") || value.hasPrefix("SharedKey ") || values.contains(value) {
        continue
      }
      values.append(value)
      if values.count > Discretion.most { values.removeFirst() }
      add(value)
    }
    for secret in exchange.secrets { secret.reveal { add($0) } }
  }

  private static func isSecret(_ name: String) -> Bool {
    headers.contains { $0.utf8.count == name.utf8.count && $0 == name.lowercased() }
  }

  /// The value of a header, of which the word before a blank is none.
  private mutating func add(_ value: String) {
    let bare = value.firstIndex(of: " ").map { value[value.index(after: $0)...] } ?? value[...]
    add(Array(bare.utf8))
    guard value.lowercased().hasPrefix("basic "), let plain = Base64.decode(Array(bare.utf8)),
      let colon = plain.firstIndex(of: UInt8(ascii: ":"))
    else { return }
    add(Array(plain[(colon + 1)...]))
  }

  private mutating func add(_ secret: [UInt8]) {
    for form in [secret, Array(Path.visible(secret).utf8)]
    where form.count >= Discretion.least && !secrets.contains(form) {
      secrets.append(form)
      if secrets.count > 4 * Discretion.most { secrets.removeFirst() }
    }
  }

  /// A text of a server without what it must not show.
  package func hide(_ text: String) -> String {
    if secrets.isEmpty { return text }
    let bytes = Array(text.utf8)
    var shown: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let hidden = secrets.map { Discretion.length(of: $0, in: bytes[place...]) }.max() ?? 0
      if hidden == 0 { shown.append(bytes[place]) } else { shown += Array(Secret.shown.utf8) }
      place += max(hidden, 1)
    }
    return String(decoding: shown, as: UTF8.self)
  }

  package func hide(_ failure: Failure) -> Failure {
    var failure = failure
    failure.reason = hide(failure.reason)
    return failure
  }

  /// How much of the secret stands at the start of these bytes, if it is enough to give it away.
  private static func length(of secret: [UInt8], in bytes: ArraySlice<UInt8>) -> Int {
    let count = zip(secret, bytes).prefix { $0 == $1 }.count
    return count >= min(secret.count, telling) ? count : 0
  }
}
