internal import Command
package import Core
internal import Credentials
internal import HTTP
internal import S3
internal import Settings
package import Signing
package import Store
package import System
package import Values

/// Opens what a user or a head names, of whatever kind it is: the one place that knows all stores.
package final class Stores {
  package let loop: Loop
  private let environment: Environment
  private let log: Log
  private let wishes: Wishes
  private var opened: [Path: Place] = [:]
  private var configuration: Configuration?

  package init(
    _ environment: Environment, _ log: Log, _ wishes: Wishes = Wishes()
  ) throws(Failure) {
    loop = try Loop()
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
    case .store(let scheme, _):
      throw Failure(
        .unavailable, "\(path)", "this release knows no stores of scheme \(scheme)")
    case .remote(let name, let rest): place = try remote(named: name, rest)
    }
    opened[path] = place
    return place
  }

  // MARK: Remotes

  private func remote(named name: String, _ rest: Path) throws(Failure) -> Place {
    let location = Path(Array("\(name):".utf8) + rest.bytes)
    let remote = try Remote(group(named: name, for: location))
    switch remote.type {
    case "path":
      let folder = (remote.folder ?? Path(text: "/")).appending(rest)
      return .folder(try Location.folder(folder).folder())
    case "s3":
      let place = remote.bucket.map { Path(text: $0).appending(rest) } ?? rest
      return .store(try bucket(location, place, remote))
    default:
      throw Failure(
        .unavailable, "\(location)", "this release knows no stores of type \(remote.type)")
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

  // MARK: S3

  private func bucket(
    _ location: Path, _ place: Path, _ remote: Remote
  ) throws(Failure) -> S3Store {
    let cut = place.bytes.firstIndex(of: Path.slash) ?? place.bytes.endIndex
    let name = String(decoding: place.bytes[..<cut], as: UTF8.self)
    guard !name.isEmpty, !name.contains("@"), name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw Failure(.usage, "\(location)", "it names no bucket, as in s3://bucket/prefix") }
    let profile = wishes.profile ?? remote.profile
    let files = try SharedFiles(environment)
    let around = try Surroundings(environment, files, profile: profile)
    let endpoint = try (wishes.endpoint ?? remote.endpoint ?? around.endpoint)
      .map { (text) throws(Failure) in try Endpoint(text) }
    let provider = try provider(remote, endpoint)
    let region =
      wishes.region ?? remote.region ?? around.region
      ?? endpoint.flatMap { provider.region(host: $0.host) } ?? provider.region
    let style = Address.Style(rawValue: remote.addressing ?? around.addressing.rawValue) ?? .auto
    let site = Site(region: region) { region in
      Address(
        bucket: name,
        endpoint: endpoint
          ?? .amazon(region, isDual: around.usesDualstack, isFederal: around.usesFIPS),
        style: style, prefersPath: provider.style == .path)
    }
    let courier = try courier(remote, around)
    let given = Given(
      access: remote.access, secret: remote.secret, session: remote.session, profile: profile,
      isAnonymous: wishes.isAnonymous)
    let purse = Purse(loop, environment, given) { () throws(Failure) in courier }
    return try S3Store(
      location: Stores.trimmed(location), prefix: Path(place.bytes[cut...]), loop,
      courier, purse, site, terms(remote, around, provider), log)
  }

  private static func trimmed(_ location: Path) -> Path {
    var bytes = location.bytes
    while bytes.last == Path.slash { bytes.removeLast() }
    return Path(bytes)
  }

  private func provider(_ remote: Remote, _ endpoint: Endpoint?) throws(Failure) -> Provider {
    if let name = wishes.provider ?? remote.provider {
      if let provider = Provider(named: name) { return provider }
      let known = Provider.all.map(\.name).joined(separator: ", ")
      throw Failure(.usage, "provider", "\"\(name)\" must be one of \(known)")
    }
    return endpoint.map { Provider(host: $0.host) } ?? .aws
  }

  private func courier(
    _ remote: Remote, _ around: Surroundings
  ) throws(Failure) -> Courier {
    if remote.isInsecure {
      log.warn("TLS is not verified, as the configuration says", ["remote": .text(remote.name)])
    }
    return try Courier(
      loop,
      Courier.Manner(
        authorities: wishes.authorities ?? remote.authorities ?? around.authorities,
        isInsecure: remote.isInsecure, most: wishes.width ?? remote.width ?? S3Terms().width,
        agent: "s4l/\(Release.version)"))
  }

  private func terms(
    _ remote: Remote, _ around: Surroundings, _ provider: Provider
  ) -> S3Terms {
    var terms = S3Terms()
    terms.provider = provider
    switch around.requestChecksums {
    case .whenRequired: terms.provider.hasChecksums = false
    case .whenSupported, nil: break
    }
    terms.storageClass = remote.storageClass
    terms.partSize = wishes.partSize
    if let partSize = wishes.partSize { terms.wholeUpTo = max(partSize, provider.parts.smallest) }
    if let width = wishes.width ?? remote.width { terms.width = width }
    if let attempts = around.attempts { terms.attempts = attempts }
    terms.rate = wishes.rate
    terms.isAnonymous = wishes.isAnonymous
    return terms
  }
}

extension Purse: Keyring {
  package func fetch(_ then: @escaping (Result<Keys?, Failure>) -> Void) { keys(then) }
}
