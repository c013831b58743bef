package import Core
internal import Settings
internal import Store
package import Values

extension Configuration {
  /// What chooses the service behind a location, besides what claims spell: the same bucket of
  /// another account is another place. No secret is in it. It is empty for folders, and where the
  /// location says it all.
  package func service(
    of location: Path, _ environment: Environment
  ) throws(Failure) -> [String] {
    let remote: Group?
    let type: String
    switch try Location(location) {
    case .folder: return []
    case .store(let scheme, _): (remote, type) = (nil, scheme)
    case .remote(let name, _):
      remote = group("remote", named: name)
      type = remote?.text("type") ?? ""
    }
    switch type {
    case "s3": return Configuration.bucketService(remote, environment)
    case "az":
      do throws(Failure) { return [try Configuration.account(remote, environment)] } catch {
        throw Failure(.config, "\(location)", error.reason)
      }
    default: return []
    }
  }

  private static func bucketService(_ remote: Group?, _ environment: Environment) -> [String] {
    let profile = remote?.text("profile") ?? environment["AWS_PROFILE"] ?? ""
    if let endpoint = remote?.text("endpoint") { return [plain(endpoint), profile] }
    let variables = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]
    return variables.map { plain(environment[$0] ?? "") } + [profile]
  }

  /// Where an account of Azure answers; the environment counts only where the remote names nobody.
  private static func account(
    _ remote: Group?, _ environment: Environment
  ) throws(Failure) -> String {
    let text = try remote?.secret("connection_string")?.reveal {
      String(decoding: $0, as: UTF8.self)
    }
    let keys = ["connection_string", "account", "account_key", "sas_token"]
    let isOwn = keys.contains { remote?[$0] != nil }
    func variable(_ name: String) -> String? {
      isOwn ? nil : environment["AZURE_STORAGE_" + name]
    }
    if let endpoint = remote?.text("endpoint") { return plain(endpoint) }
    if let text = text ?? variable("CONNECTION_STRING") {
      let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      return plain(try ConnectionString(line).endpoint)
    }
    let name = remote?.text("account") ?? variable("ACCOUNT")
    return name.map { ConnectionString.endpoint($0) } ?? ""
  }

  private static func plain(_ url: String) -> String { Distant.plain(url) }
}
