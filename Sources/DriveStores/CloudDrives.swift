internal import CloudDrive
internal import Command
internal import Core
internal import Drives
internal import HTTP
internal import Store
internal import Stores
internal import System
internal import Values

/// Drives behind CloudDrive2.
extension Stores {
  /// `clouddrive://host:port/path`, and with TLS `clouddrives://`.
  func cloudDrive(
    _ location: Path, _ scheme: String, _ rest: Path
  ) throws(Failure) -> CloudDrive2 {
    let isEncrypted = scheme == "clouddrives"
    let address = try ServerAddress(
      scheme, rest, isEncrypted: isEncrypted, port: isEncrypted ? 443 : 19_798)
    let site = CloudDrive2.Site((isEncrypted ? "https://" : "http://") + address.host)
    return try cloudDrive(location, site, address.path, Remote())
  }

  /// A remote, whose endpoint may have a path of its own, at which the service answers.
  func cloudDrive(
    _ location: Path, _ rest: Path, _ remote: Remote
  ) throws(Failure) -> CloudDrive2 {
    guard let endpoint = remote.endpoint else {
      throw Failure(.config, "remote.\(remote.name)", "it has no endpoint")
    }
    var site = CloudDrive2.Site(try ServerAddress(url: endpoint).url)
    site.publicAddress = try remote.publicURL.map { (url) throws(Failure) in
      try ServerAddress(url: url).url
    }
    site.transport = remote.transport.flatMap(Transport.init(rawValue:)) ?? .web
    return try cloudDrive(location, site, (remote.folder ?? Path()).appending(rest), remote)
  }

  private func cloudDrive(
    _ location: Path, _ site: CloudDrive2.Site, _ folder: Path, _ remote: Remote
  ) throws(Failure) -> CloudDrive2 {
    for part in folder.parts where part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
      throw Failure(.usage, "\(location)", "a folder of a drive is named without . and ..")
    }
    guard String(validating: folder.bytes, as: UTF8.self) != nil else {
      throw Failure(.usage, "\(location)", "names on a drive are UTF-8")
    }
    let loop = try loop()
    let terms = Caller.Terms(
      wishes, width: remote.width, frequency: remote.frequency, hours: remote.hours)
    if remote.isInsecure {
      log.warn("TLS is not verified, as the configuration says", ["remote": .text(remote.name)])
    }
    let manner = Courier.Manner(
      authorities: wishes.authorities ?? remote.authorities, isInsecure: remote.isInsecure,
      most: terms.width, agent: "s4l/\(Release.version)")
    return try CloudDrive2(
      location: location.trimmed, site, root: folder, try cloudIdentity(remote), loop, terms, log
    ) { () throws(Failure) in try Courier(loop, manner) }
  }

  /// Who asks: as the remote says; where it says nothing, as the environment does.
  private func cloudIdentity(_ remote: Remote) throws(Failure) -> Identity {
    if let token = remote.token { return .token(token) }
    if let user = remote.user {
      guard let password = remote.password else {
        throw Failure(.config, "remote.\(remote.name)", "it has a user without a password")
      }
      return .user(user, password: password, code: remote.otp)
    }
    if let token = environment["CLOUDDRIVE_TOKEN"] { return .token(Secret(Array(token.utf8))) }
    guard let user = environment["CLOUDDRIVE_USER"] else { return .nobody }
    guard let password = environment["CLOUDDRIVE_PASSWORD"] else {
      throw Failure(.config, "CLOUDDRIVE_USER", "it stands without CLOUDDRIVE_PASSWORD")
    }
    return .user(user, password: Secret(Array(password.utf8)), code: nil)
  }
}
