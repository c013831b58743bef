package import Core
internal import Plugin
internal import Settings
package import Store
package import System
package import Values

/// Opens what a user or a head names, of whatever kind it is.
package final class Stores {
  /// Opens a drive by the scheme of its address, or by the type of its remote; nil if it is none.
  package typealias Drives = (
    _ stores: Stores, _ location: Path, _ kind: String, _ rest: Path, _ remote: Remote?
  ) throws(Failure) -> (any Store)?

  package let environment: Environment
  package let log: Log
  package let wishes: Wishes
  private let drives: Drives
  private var sharedLoop: Loop?
  private var plugins: [PluginStore] = []
  private var opened: [Path: Place] = [:]
  private var configuration: Configuration?

  /// Whoever has no use for drives is smaller without them.
  package init(
    _ environment: Environment, _ log: Log, _ wishes: Wishes = Wishes(),
    _ drives: @escaping Drives = { _, _, _, _, _ throws(Failure) in nil }
  ) {
    self.drives = drives
    self.environment = environment
    self.log = log
    self.wishes = wishes
  }

  /// Opens a location. Nothing is asked of a store before it is needed, and a location that is
  /// opened again is the same store.
  package func open(_ path: Path) throws(Failure) -> Place {
    if let place = opened[path] { return place }
    let place: Place
    switch try Location(path) {
    case .folder: place = .folder(try Location(path).folder())
    case .store(scheme: "s3", let rest): place = .store(try bucket(path, rest, Remote()))
    case .store(let scheme, let rest):
      if let drive = try drives(self, path, scheme, rest, nil) {
        place = .store(drive)
      } else {
        place = .store(try plugin(scheme, rest))
      }
    case .remote(let name, let rest): place = try remote(named: name, rest)
    }
    opened[path] = place
    return place
  }

  /// Lets go of what is open, plugins above all, which are programs.
  package func close() {
    for plugin in plugins { plugin.close() }
    plugins = []
  }

  /// The loop that all stores of a process share.
  package func loop() throws(Failure) -> Loop {
    if let sharedLoop { return sharedLoop }
    let made = try Loop()
    sharedLoop = made
    return made
  }

  private func plugin(_ scheme: String, _ rest: Path) throws(Failure) -> PluginStore {
    let tools = try Tools.current(environment)
    let store = try PluginStore(scheme: scheme, rest, try loop(), tools, environment)
    plugins.append(store)
    return store
  }

  // MARK: Remotes

  private func remote(named name: String, _ rest: Path) throws(Failure) -> Place {
    let location = Path(Array("\(name):".utf8) + rest.bytes)
    let remote = try Remote(group(named: name, for: location))
    switch remote.type {
    case "path":
      guard !rest.climbs else {
        throw Failure(.usage, "\(location)", "a part .. would lead out of the remote")
      }
      let folder = (remote.folder ?? Path(text: "/")).appending(rest)
      return .folder(try Location.folder(folder).folder())
    case "s3":
      let place = remote.bucket.map { Path(text: $0).appending(rest) } ?? rest
      return .store(try bucket(location, place, remote))
    default:
      if let drive = try drives(self, location, remote.type, rest, remote) { return .store(drive) }
      throw Failure(
        .unavailable, "\(location)", "this release knows no stores of type \(remote.type)")
    }
  }

  /// What the configuration says of the remote that a location lies in, and the path below it; nil
  /// for what is no remote, or is one that only another machine knows.
  package func remote(
    of location: Path
  ) throws(Failure) -> (remote: Remote, rest: Path)? {
    guard case .remote(let name, let rest) = try Location(location) else { return nil }
    do throws(Failure) {
      return (try Remote(group(named: name, for: location)), rest)
    } catch {
      guard error.kind == .absent else { throw error }
      return nil
    }
  }

  private func group(
    named name: String, for location: Path
  ) throws(Failure) -> Configuration.Group {
    let configuration: Configuration
    if let known = self.configuration {
      configuration = known
    } else {
      configuration = try Resolution.load(nil, environment).configuration(reporting: log)
      self.configuration = configuration
    }
    if let group = configuration.group("remote", named: name), group.isPresent { return group }
    let known = configuration.groups(of: "remote").compactMap(\.name)
    let near = Suggestion.nearest(to: name, among: known).map { "; the nearest is \($0)" } ?? ""
    throw Failure(
      .absent, "\(location)",
      "there is no [remote.\(name)] in the configuration\(near) "
        + "(a file of that name is written ./\(location))")
  }
}
