internal import Values

/// A request as it came, whole.
package struct Request: Sendable {
  /// In capitals, as in `GET`.
  package var method: String
  /// What was asked for, letter by letter: the path and the query.
  package var target: [UInt8]
  /// The path, its escapes resolved, once. It begins with a slash and holds no NUL.
  package var path: [UInt8]
  /// What stands behind the `?`, as it came.
  package var query: [UInt8]
  /// By names in small letters, in the order in which they came.
  package var headers: [(name: String, value: String)] = []
  package var body: [UInt8] = []
  /// Who sent it, or who stands between us.
  package var remote: HostAddress

  /// Takes a target apart; nil if it is not the path of anything here.
  package init?(_ method: String, _ target: [UInt8], from remote: HostAddress) {
    let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    guard target.first == UInt8(ascii: "/"), let path = Request.decoded(target[..<mark]) else {
      return nil
    }
    self.method = method
    self.target = target
    self.path = path
    query = Array(target[mark...].dropFirst())
    self.remote = remote
  }

  /// The first header of this name, which is written in small letters.
  package func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value
  }

  /// The first parameter of this name in the query.
  package func parameter(_ name: String) -> [UInt8]? {
    for pair in query.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let found = Request.decodedWords(parts[0]), found.elementsEqual(name.utf8) else {
        continue
      }
      return parts.count == 2 ? Request.decodedWords(parts[1]) : []
    }
    return nil
  }

  /// Of a query, where a space may be written as a plus.
  private static func decodedWords(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    decoded(bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }[...])
  }

  /// The bytes that are meant; nil where an escape is none, or hides a NUL.
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    guard bytes.contains(UInt8(ascii: "%")) else { return bytes.contains(0) ? nil : Array(bytes) }
    var out: [UInt8] = []
    var at = bytes.startIndex
    while at < bytes.endIndex {
      var byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "%") {
        guard bytes.endIndex - at >= 2, let high = Hex.value(bytes[at]),
          let low = Hex.value(bytes[at + 1])
        else { return nil }
        byte = high << 4 | low
        at += 2
      }
      if byte == 0 { return nil }
      out.append(byte)
    }
    return out
  }
}
