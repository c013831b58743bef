package import Core
internal import Digests
internal import Values

/// The signature of Azure's storage: says that a request was made by who holds a key of the
/// account, and has not been changed since.
///
/// It covers all that the service looks at: the length of the body but not its bytes, for which a
/// digest among the headers stands. Like `Signer` it knows no clock, and belongs to one thread at a
/// time.
package final class SharedKey {
  package let account: String
  private let mac: MAC
  private let text = Buffer(capacity: 1_024)

  /// What has a line of its own. That of the length is empty where there is no body, that of the
  /// date because it is told by a header of the service's own.
  private static let lines = [
    "content-encoding", "content-language", "content-length", "content-md5", "content-type", "",
    "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range",
  ]

  /// The key as it is written everywhere, in base64.
  package init(_ account: String, _ key: Secret) throws(Failure) {
    self.account = account
    guard let bytes = key.reveal({ Base64.decode($0) }), !bytes.isEmpty else {
      throw Failure(.config, "account key", "it is no key: keys of accounts are base64")
    }
    mac = try MAC(key: bytes)
  }

  /// The header `Authorization` of a request, whose body has so many bytes.
  package func authorization(_ request: Request, length: Int) throws(Failure) -> String {
    try write(request, length)
    let code = Base64.text(try mac.code(text.bytes))
    return "SharedKey \(account):\(code)"
  }

  /// Writes the text that is signed.
  private func write(_ request: Request, _ length: Int) throws(Failure) {
    text.clear()
    text.append(text: request.method)
    text.append(UInt8(ascii: "\n"))
    for name in SharedKey.lines {
      if name == "content-length", length > 0 { text.append(integer: length) }
      let header = request.headers.first { SharedKey.isSame($0.name, name) }
      if let header { text.append(text: header.value) }
      text.append(UInt8(ascii: "\n"))
    }
    var own = request.headers.filter { SharedKey.isOwn($0.name) }
    SharedKey.sort(&own)
    for header in own { append(header, end: "\n") }
    text.append(UInt8(ascii: "/"))
    text.append(text: account)
    text.append(text: request.path)
    var query = request.query
    SharedKey.sort(&query)
    for parameter in query {
      text.append(UInt8(ascii: "\n"))
      append(parameter, end: "")
    }
  }

  private func append(_ pair: (name: String, value: String), end: StaticString) {
    text.append(text: pair.name)
    text.append(UInt8(ascii: ":"))
    text.append(text: pair.value)
    text.append(end)
  }

  private static func isOwn(_ name: String) -> Bool { name.hasPrefix("x-ms-") }

  private static func isSame(_ name: String, _ line: String) -> Bool {
    name.utf8.count == line.utf8.count && name.lowercased() == line
  }

  /// By insertion, as there are few. A low line comes before digits, as the service has it.
  private static func sort(_ pairs: inout [(name: String, value: String)]) {
    for place in pairs.indices.dropFirst() {
      let pair = pairs[place]
      var at = place
      while at > 0, isBefore(pair.name, pairs[at - 1].name) {
        pairs[at] = pairs[at - 1]
        at -= 1
      }
      pairs[at] = pair
    }
  }

  private static func isBefore(_ one: String, _ other: String) -> Bool {
    var others = other.utf8.makeIterator()
    for byte in one.utf8 {
      guard let theirs = others.next() else { return false }
      if byte != theirs { return weight(byte) < weight(theirs) }
    }
    return others.next() != nil
  }

  private static func weight(_ byte: UInt8) -> UInt8 {
    byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
  }
}
