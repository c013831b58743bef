internal import Command
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
    for part in folder.parts where part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
      throw Failure(.usage, "\(location)", "a folder of a drive is named without . and ..")
    }
    guard String(validating: folder.bytes, as: UTF8.self) != nil else {
      throw Failure(.usage, "\(location)", "names on a drive are UTF-8")
    }
    let loop = try loop()
    let terms = Caller.Terms(
      wishes, width: remote.width, frequency: remote.frequency, hours: remote.hours)
    return OpenListDrive(
      location: location.trimmed, address: server, root: folder, try identity(remote), loop,
      try courier(remote, terms, loop), terms, log)
  }

  private func courier(
    _ remote: Remote, _ terms: Caller.Terms, _ loop: Loop
  ) throws(Failure) -> Courier {
    if remote.isInsecure {
      log.warn("TLS is not verified, as the configuration says", ["remote": .text(remote.name)])
    }
    return try Courier(
      loop,
      Courier.Manner(
        authorities: wishes.authorities ?? remote.authorities, isInsecure: remote.isInsecure,
        most: terms.width, agent: "s4l/\(Release.version)"))
  }

  /// Who asks: as the remote says; where it says nothing, as the environment does.
  private func identity(_ remote: Remote) throws(Failure) -> Identity {
    if let token = remote.token { return .token(token) }
    if let user = remote.user {
      guard let password = remote.password else {
        throw Failure(.config, "remote.\(remote.name)", "it has a user without a password")
      }
      return .user(user, password: password, code: remote.otp)
    }
    if let token = environment["OPENLIST_TOKEN"] { return .token(Secret(Array(token.utf8))) }
    guard let user = environment["OPENLIST_USER"] else { return .guest }
    guard let password = environment["OPENLIST_PASSWORD"] else {
      throw Failure(.config, "OPENLIST_USER", "it stands without OPENLIST_PASSWORD")
    }
    return .user(user, password: Secret(Array(password.utf8)), code: nil)
  }
}
