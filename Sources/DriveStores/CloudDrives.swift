internal import CloudDrive
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
    try check(folder, of: location)
    let loop = try loop()
    let terms = Caller.Terms(
      wishes, width: remote.width, frequency: remote.frequency, hours: remote.hours)
    let manner = manner(remote, terms)
    return try CloudDrive2(
      location: location.trimmed, site, root: folder, try identity(remote, "CLOUDDRIVE"), loop,
      terms, log
    ) { () throws(Failure) in try Courier(loop, manner) }
  }
}
