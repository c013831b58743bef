internal import Core
internal import Drives
internal import HTTP
internal import Store
internal import Stores
internal import Values
internal import WebDAV

/// Servers that speak WebDAV.
extension Stores {
  /// `dav://host:port/path`, or `davs://`, by TLS.
  func webDAV(
    _ location: Path, _ scheme: String, _ rest: Path
  ) throws(Failure) -> WebDAVDrive {
    let isEncrypted = scheme == "davs"
    let place = try WebPlace(scheme, rest, isEncrypted: isEncrypted)
    return try webDAV(location, place, Remote())
  }

  /// A remote of the configuration, below whose endpoint `rest` lies.
  func webDAV(
    _ location: Path, _ rest: Path, _ remote: Remote
  ) throws(Failure) -> WebDAVDrive {
    guard let endpoint = remote.endpoint else {
      throw Failure(.config, "[remote.\(remote.name)]", "endpoint is missing")
    }
    let folder = (remote.folder ?? Path()).appending(rest)
    let bare = Path(folder.parts.joined(separator: [Path.slash]))
    return try webDAV(location, try WebPlace(url: endpoint).appending(bare), remote)
  }

  private func webDAV(
    _ location: Path, _ place: WebPlace, _ remote: Remote
  ) throws(Failure) -> WebDAVDrive {
    var terms = Caller.Terms(
      wishes, width: remote.width ?? Stores.davWidth, frequency: remote.frequency,
      hours: remote.hours)
    if let attempts = environment["WEBDAV_MAX_ATTEMPTS"].flatMap({ Int($0) }) {
      terms.attempts = attempts
    }
    let loop = try loop()
    let courier = try Courier(loop, manner(remote, terms))
    return WebDAVDrive(
      location: location.trimmed, place, try identity(remote), loop, courier, terms, log)
  }

  private static let davWidth = 8

  /// What a remote says of its own comes before what the environment says for all.
  private func identity(_ remote: Remote) throws(Failure) -> Login.Identity {
    if wishes.isAnonymous || remote.isAnonymous { return .nobody }
    if let token = remote.token { return .token(token) }
    func secret(_ name: String) -> Secret? { environment[name].map { Secret(Array($0.utf8)) } }
    if remote.user == nil, remote.password == nil, let token = secret("WEBDAV_TOKEN") {
      return .token(token)
    }
    let password = remote.password ?? secret("WEBDAV_PASSWORD")
    guard let user = remote.user ?? environment["WEBDAV_USER"] else {
      if password == nil { return .nobody }
      throw Failure(.config, "\(remote.name.isEmpty ? "WEBDAV_USER" : "user")", "it is missing")
    }
    guard !user.contains(":") else {
      throw Failure(.config, "user", "the name of a user holds no colon")
    }
    return .user(user, password ?? Secret([]))
  }
}
