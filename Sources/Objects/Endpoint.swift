package import Core

/// The address of a service: `http://127.0.0.1:8000`, `https://host/path`.
package struct Endpoint: Equatable, Sendable {
  package let isEncrypted: Bool
  /// With its port, unless that is the usual one.
  package let host: String
  /// Without a slash at its end.
  package let path: String

  package init(isEncrypted: Bool, host: String, path: String = "") {
    self.isEncrypted = isEncrypted
    self.host = host
    self.path = path
  }

  /// Reads an address; a bare host is reached by TLS.
  package init(_ text: String) throws(Failure) {
    var rest = text[...]
    isEncrypted = !rest.hasPrefix("http://")
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    var host = String(rest[..<slash])
    var path = rest[slash...]
    while path.hasSuffix("/") { path = path.dropLast() }
    let usual = isEncrypted ? ":443" : ":80"
    if host.hasSuffix(usual) { host = String(host.dropLast(usual.count)) }
    let isClean = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isClean, !host.isEmpty, !host.contains("@"), !text.contains("?"), !text.contains("#")
    else {
      throw Failure(
        .config, "endpoint", "it must look like https://host:port, without user or query")
    }
    self.host = host
    self.path = String(path)
  }
}
