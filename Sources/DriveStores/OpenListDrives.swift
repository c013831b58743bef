internal import Core
internal import Drives
internal import HTTP
internal import OpenList
internal import Store
internal import Stores
internal import System
internal import Values

/// Drives behind OpenList or AList.
extension Stores {
  /// `openlist://host:port/path`, and with TLS `openlists://`.
  func openList(
    _ location: Path, _ scheme: String, _ rest: Path
  ) throws(Failure) -> OpenListDrive {
    let isEncrypted = scheme == "openlists"
    let address = try ServerAddress(
      scheme, rest, isEncrypted: isEncrypted, port: isEncrypted ? 443 : 5_244)
    let server = (isEncrypted ? "https://" : "http://") + address.host
    return try openList(location, server: server, address.path, Remote())
  }

  /// A remote, whose endpoint may have a path of its own, at which the service answers.
  func openList(
    _ location: Path, _ rest: Path, _ remote: Remote
  ) throws(Failure) -> OpenListDrive {
    guard let endpoint = remote.endpoint else {
      throw Failure(.config, "remote.\(remote.name)", "it has no endpoint")
    }
    let folder = (remote.folder ?? Path()).appending(rest)
    return try openList(location, server: try ServerAddress(url: endpoint).url, folder, remote)
  }

  private func openList(
    _ location: Path, server: String, _ folder: Path, _ remote: Remote
  ) throws(Failure) -> OpenListDrive {
    try check(folder, of: location)
    let loop = try loop()
    let terms = Caller.Terms(
      wishes, width: remote.width, frequency: remote.frequency, hours: remote.hours)
    return OpenListDrive(
      location: location.trimmed, address: server, root: folder, try identity(remote, "OPENLIST"),
      loop,
      try Courier(loop, manner(remote, terms)), terms, log)
  }
}
