package import Core
package import HTTP
internal import Values

/// Where a redirect leads.
package enum Hop {
  private static let most = 5

  /// Where an answer sends whoever asked at `url`, who keeps count of that.
  package static func next(
    _ answer: Answer, from url: String, _ hops: inout Int
  ) throws(Failure) -> String {
    hops += 1
    if hops > most { throw Failure(.unavailable, "", "it is sent from place to place") }
    return try target(answer.headers["location"] ?? "", from: url)
  }

  /// The address that `location` stands for in an answer from `url`. Only what speaks HTTP is gone
  /// to.
  package static func target(_ location: String, from url: String) throws(Failure) -> String {
    let text = location.prefix { $0 != "#" }
    guard !text.isEmpty else { throw Failure(.unavailable, "", "it is said to be elsewhere") }
    let start = url.utf8.firstIndex(of: UInt8(ascii: ":")) ?? url.startIndex
    let scheme = url[..<start]
    let whole: String
    if let colon = text.firstIndex(where: { ":/?".contains($0) }), text[colon] == ":" {
      let other = text[..<colon].lowercased()
      guard other == "http" || other == "https", text[colon...].hasPrefix("://") else {
        throw Failure(.refused, "", "it is said to be at an address of another kind than HTTP")
      }
      whole = String(text)
    } else if text.hasPrefix("//") {
      whole = "\(scheme):\(text)"
    } else {
      whole = stem(of: url, forPath: text.hasPrefix("/"), isQuery: text.hasPrefix("?")) + text
    }
    let origin = origin(of: whole)
    let host = origin.split(separator: "/").dropFirst().first ?? ""
    // What stands before a host is somebody's name and password, which are not ours to send.
    guard !host.isEmpty, !host.contains("@") else {
      throw Failure(.refused, "", "it is said to be at an address without a plain host")
    }
    return origin + escaped(whole[origin.endIndex...])
  }

  /// What an address begins with, up to the end of its host.
  package static func origin(of url: String) -> Substring {
    guard let start = url.place(of: "://") else { return url[...] }
    let end = url[start.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
    return url[..<end]
  }

  private static func stem(of url: String, forPath: Bool, isQuery: Bool) -> String {
    let origin = origin(of: url)
    if forPath { return String(origin) }
    let path = url[origin.endIndex...].prefix { $0 != "?" && $0 != "#" }
    if isQuery { return String(origin + path) }
    guard let slash = path.lastIndex(of: "/") else { return origin + "/" }
    return String(origin + path[...slash])
  }

  /// The same, with what no request can hold escaped.
  private static func escaped(_ text: Substring) -> String {
    var out = ""
    for byte in text.utf8 {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\"") {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += "%" + Hex.text([byte]).uppercased()
      }
    }
    return out
  }
}
