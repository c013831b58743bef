package import Core
internal import Store
package import Values

/// What the root of a listing says of the server behind it.
package struct Origin: Equatable, Sendable {
  /// Where players reach the server; nil if the root does not tell.
  package var base: String?
  /// The form of links that it takes; nil if the root does not tell.
  package var template: String?
  /// The path of the root on the server.
  package var root = Path(text: "/")

  package init(_ location: Path?) throws(Failure) {
    guard let location else { return }
    switch try Location(location) {
    case .folder(let path): root = path
    case .remote(_, let path): root = path
    case .store(let scheme, let rest):
      let host = rest.bytes.prefix { $0 != Path.slash }
      root = Path(rest.bytes.dropFirst(host.count))
      let isSecure = scheme.hasSuffix("s")
      let kinds = [
        "openlist": "openlist", "clouddrive": "cd2", "dav": "{base}{path_enc}",
      ]
      guard let kind = kinds[isSecure ? String(scheme.dropLast()) : scheme] else { return }
      template = kind
      // Whoever is named before the host is not told to those who read a .strm.
      let plain = host[((host.lastIndex(of: UInt8(ascii: "@")) ?? -1) + 1)...]
      base = (isSecure ? "https://" : "http://") + String(decoding: plain, as: UTF8.self)
    }
  }
}
