package import Core
package import Values

/// A server and a folder there, as `host[:port]/path` names them behind a scheme, or as a URL does.
package struct ServerAddress: Equatable, Sendable {
  package let isEncrypted: Bool
  /// With its port, in small letters.
  package let host: String
  /// What follows, without slashes around it.
  package let path: Path

  /// What stands behind `scheme://`. `port` is what is meant where none is named.
  package init(_ scheme: String, _ rest: Path, isEncrypted: Bool, port: Int) throws(Failure) {
    let bytes = rest.bytes
    let cut = bytes.firstIndex(of: Path.slash) ?? bytes.endIndex
    let host = bytes[..<cut]
    // What may be a secret is not repeated.
    if host.contains(UInt8(ascii: "@")) {
      throw Failure(
        .usage, "\(scheme)://", "a location holds no passwords; s4l-drives(7) tells where they go")
    }
    guard let text = ServerAddress.host(host, port) else {
      throw Failure(
        .usage, "\(scheme)://\(rest)", "it names no host, as in \(scheme)://host:\(port)/path")
    }
    self.isEncrypted = isEncrypted
    self.host = text
    path = Path(bytes[cut...].split(separator: Path.slash).joined(separator: [Path.slash]))
  }

  /// A URL of http or https.
  package init(url: String) throws(Failure) {
    for (prefix, isEncrypted, port) in [("https://", true, 443), ("http://", false, 80)]
    where url.lowercased().hasPrefix(prefix) {
      let rest = Path(text: String(url.dropFirst(prefix.count)))
      let scheme = String(prefix.dropLast(3))
      self = try ServerAddress(scheme, rest, isEncrypted: isEncrypted, port: port)
      return
    }
    throw Failure(.config, "endpoint", "an address begins with https:// or http://")
  }

  /// `http://host:port/path`, where the path is that of a URL.
  package var url: String {
    (isEncrypted ? "https://" : "http://") + host + (path.isEmpty ? "" : "/\(path)")
  }

  private static func host(_ bytes: ArraySlice<UInt8>, _ port: Int) -> String? {
    var name = bytes
    var digits = bytes[bytes.endIndex...]
    let bracket = bytes.lastIndex(of: UInt8(ascii: "]")) ?? bytes.startIndex
    if let colon = bytes[bracket...].lastIndex(of: UInt8(ascii: ":")) {
      name = bytes[..<colon]
      digits = bytes[(colon + 1)...]
    }
    let isClean = name.allSatisfy { byte in
      byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}%?#".utf8.contains(byte)
    }
    let number = digits.isEmpty ? port : Int(String(decoding: digits, as: UTF8.self)) ?? 0
    guard !name.isEmpty, isClean, (1...65_535).contains(number),
      digits.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return String(decoding: name, as: UTF8.self).lowercased() + ":\(number)"
  }
}
