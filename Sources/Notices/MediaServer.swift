package import Core
internal import Settings
package import Values

/// A media server that wants to know of changes: a `[[notify]]` of the configuration.
package struct MediaServer: Sendable {
  package enum Dialect: String, Sendable {
    case emby, jellyfin, kodi
  }

  package let name: String
  let dialect: Dialect
  /// Without a slash at its end.
  let url: String
  let map: PathMap
  package let quiet: Span
  /// What proves to the server who we are.
  let proof: Proof
  /// Whether Kodi is to forget what is gone.
  let cleans: Bool
  let authorities: Path?
  let isInsecure: Bool

  enum Proof: Sendable {
    case none
    case key(Secret)
    case password(user: String, Secret)
  }

  package init(_ group: Configuration.Group) throws(Failure) {
    name = group.name ?? ""
    dialect = group.text("type").flatMap { Dialect(rawValue: $0) } ?? .jellyfin
    var url = group.text("url") ?? ""
    while url.last == "/" { url.removeLast() }
    self.url = url
    do { map = try PathMap(group.list("map")) } catch {
      throw Failure(.config, "\(group.label).map", "\(error.subject): \(error.reason)")
    }
    quiet = group.text("debounce").flatMap { Span(text: $0) } ?? Span(nanoseconds: 30_000_000_000)
    cleans = group.flag("clean") ?? false
    authorities = group.text("ca_file").map { Path(text: $0) }
    isInsecure = group.flag("insecure") ?? false
    if dialect == .kodi {
      let password = try group.secret("password")
      let user = group.text("user") ?? (password == nil ? nil : "kodi")
      proof = user.map { .password(user: $0, password ?? Secret([])) } ?? .none
    } else {
      proof = try group.secret("api_key").map { .key($0) } ?? .none
    }
  }

  /// The servers of a configuration, or those of them that are named.
  ///
  /// One that cannot be used is told and left out: no run fails for it.
  package static func find(
    _ names: [String], in configuration: Configuration, _ log: Log
  ) throws(Failure) -> [MediaServer] {
    let groups = configuration.groups(of: "notify")
    for name in names where !groups.contains(where: { $0.name == name }) {
      let near = Suggestion.nearest(to: name, among: groups.compactMap(\.name))
      throw Failure(
        .usage, name,
        "no [[notify]] has this name" + (near.map { "; the nearest is \($0)" } ?? ""))
    }
    var servers: [MediaServer] = []
    for group in groups where names.isEmpty || names.contains(group.name ?? "") {
      do throws(Failure) { servers.append(try MediaServer(group)) } catch {
        log.warn("\(group.name ?? ""): it will not be told of anything: \(error.message)")
      }
    }
    return servers
  }
}
