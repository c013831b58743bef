package import Core
internal import Settings
internal import Store
internal import System
package import Values

extension Configuration {
  /// A location as claims spell it, so that two names of one place are the same: folders absolute
  /// and without links, remotes by what they stand for.
  package func claimed(_ location: Path) throws(Failure) -> Path {
    switch try Location(location) {
    case .folder(let path): return try path.resolved()
    case .store(let scheme, let rest) where ["dav", "davs"].contains(scheme):
      return Configuration.address(
        try WebPlace(scheme, rest, isEncrypted: scheme == "davs"))
    case .store(let scheme, let rest) where ["openlist", "openlists"].contains(scheme):
      let isEncrypted = scheme == "openlists"
      return Configuration.drive(
        "openlist",
        try ServerAddress(
          scheme, rest, isEncrypted: isEncrypted, port: isEncrypted ? 443 : 5_244))
    case .store(let scheme, let rest) where ["clouddrive", "clouddrives"].contains(scheme):
      let isEncrypted = scheme == "clouddrives"
      return Configuration.drive(
        "clouddrive",
        try ServerAddress(
          scheme, rest, isEncrypted: isEncrypted, port: isEncrypted ? 443 : 19_798))
    case .store(let scheme, let rest): return Configuration.address(scheme, rest)
    case .remote(let name, let rest):
      guard let remote = group("remote", named: name), remote.isPresent else { return location }
      switch remote.text("type") {
      case "path": return try Path(text: remote.text("path") ?? "/").appending(rest).resolved()
      case "s3":
        return Configuration.address(
          "s3", Path(text: remote.text("bucket") ?? "").appending(rest))
      case "az":
        return Configuration.address(
          "az", Path(text: remote.text("container") ?? "").appending(rest))
      case "webdav":
        guard let endpoint = remote.text("endpoint") else { return location }
        let folder = Path(text: remote.text("path") ?? "").appending(rest)
        return Configuration.address(try WebPlace(url: endpoint), folder)
      case "openlist", "clouddrive":
        let server = try ServerAddress(url: remote.text("endpoint") ?? "")
        let folder = Path(text: remote.text("path") ?? "").appending(rest)
        return Configuration.drive(remote.text("type") ?? "", server, folder)
      default: return location
      }
    }
  }

  /// A place of a WebDAV server, by whatever name it goes, with TLS or without.
  private static func address(_ place: WebPlace, _ rest: Path = Path()) -> Path {
    let host = Path(text: place.host).appending(place.path).appending(rest)
    return address("dav", host)
  }

  /// A folder of a server, however its address is written. Whether it is reached by TLS is no part
  /// of that, nor where on it the service answers: at worst two places count as one.
  private static func drive(
    _ scheme: String, _ server: ServerAddress, _ folder: Path = Path()
  ) -> Path {
    address(scheme, Path(text: server.host).appending(server.path).appending(folder))
  }

  private static func address(_ scheme: String, _ rest: Path) -> Path {
    Path(Array("\(scheme)://".utf8) + rest.parts.joined(separator: [Path.slash]))
  }
}
