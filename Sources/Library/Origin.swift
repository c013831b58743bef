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
      guard let form = Origin.template(isSecure ? String(scheme.dropLast()) : scheme) else {
        return
      }
      template = form
      base = (isSecure ? "https://" : "http://") + Origin.plain(host)
    }
  }

  /// What a remote says: of which type it is, where its server answers, and the path there.
  package init(type: String, endpoint: String?, root: Path) {
    template = Origin.template(type)
    self.root = root
    guard template != nil, let endpoint, let slashes = endpoint.place(of: "://") else { return }
    let rest = Path(endpoint[slashes.upperBound...].utf8)
    let host = rest.bytes.prefix { $0 != Path.slash }
    let path = String(decoding: rest.bytes.dropFirst(host.count), as: UTF8.self)
    base = endpoint[..<slashes.upperBound] + Origin.plain(host) + path
  }

  /// The form of links that a store of this kind takes, by its type or the scheme of its address.
  package static func template(_ kind: String) -> String? {
    switch kind {
    case "openlist": "openlist"
    case "clouddrive": "cd2"
    case "dav", "webdav": "{base}{path_enc}"
    default: nil
    }
  }

  /// A host without whoever is named before it, who is not told to those who read a .strm.
  private static func plain(_ host: some BidirectionalCollection<UInt8>) -> String {
    let start = host.lastIndex(of: UInt8(ascii: "@")).map(host.index(after:)) ?? host.startIndex
    return String(decoding: host[start...], as: UTF8.self)
  }
}
