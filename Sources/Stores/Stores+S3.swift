internal import Command
package import Core
package import Credentials
internal import HTTP
internal import Objects
internal import S3
package import Signing
internal import Store
internal import System
package import Values

/// Buckets that speak S3.
extension Stores {
  func bucket(
    _ location: Path, _ place: Path, _ remote: Remote
  ) throws(Failure) -> S3Store {
    let cut = place.bytes.firstIndex(of: Path.slash) ?? place.bytes.endIndex
    let name = String(decoding: place.bytes[..<cut], as: UTF8.self)
    // What may be a secret is not repeated.
    if name.contains("@") {
      throw Failure(.usage, "s3://", "a location holds no keys; s4l-s3(7) tells where they go")
    }
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw Failure(.usage, "\(location)", "it names no bucket, as in s3://bucket/prefix") }
    guard String(validating: place.bytes, as: UTF8.self) != nil else {
      throw Failure(.usage, "\(location)", "names in a bucket are UTF-8")
    }
    let profile = wishes.profile ?? remote.profile
    let files = try SharedFiles(environment)
    let around = try Surroundings(environment, files, profile: profile)
    let endpoint = try endpoint(remote, around)
    let provider = try provider(remote, endpoint)
    let region =
      wishes.region ?? remote.region ?? around.region
      ?? endpoint.flatMap { provider.region(host: $0.host) } ?? provider.region
    let style = Address.Style(rawValue: remote.addressing ?? around.addressing.rawValue) ?? .auto
    let site = Site(bucket: name, region: region) { region in
      Address(
        bucket: name,
        endpoint: endpoint
          ?? .amazon(region, isDual: around.usesDualstack, isFederal: around.usesFIPS),
        style: style, prefersPath: provider.style == .path)
    }
    let loop = try loop()
    let courier = try courier(remote, around, loop)
    let given = Given(
      access: remote.access, secret: remote.secret, session: remote.session, profile: profile,
      isAnonymous: isAnonymous(remote))
    let purse = Purse(loop, environment, given) { () throws(Failure) in courier }
    var terms = terms(remote, around, provider)
    // Keys that a remote has of its own are nobody else's.
    terms.account = [
      endpoint.map { "\($0.isEncrypted) \($0.host)\($0.path)" } ?? "", profile ?? "",
      remote.access == nil ? "" : remote.name,
    ].joined(separator: "\n")
    return try S3Store(
      location: Stores.trimmed(location), prefix: Path(place.bytes[cut...]), loop,
      courier, purse, site, terms, log)
  }

  private func isAnonymous(_ remote: Remote) -> Bool { wishes.isAnonymous || remote.isAnonymous }

  private func endpoint(
    _ remote: Remote, _ around: Surroundings
  ) throws(Failure) -> Endpoint? {
    if let text = wishes.endpoint {
      do { return try Endpoint(text) } catch {
        throw Failure(.usage, "--endpoint", error.reason)
      }
    }
    return try (remote.endpoint ?? around.endpoint).map { (text) throws(Failure) in
      try Endpoint(text)
    }
  }

  package static func trimmed(_ location: Path) -> Path {
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
    _ remote: Remote, _ around: Surroundings, _ loop: Loop
  ) throws(Failure) -> Courier {
    if remote.isInsecure {
      log.warn("TLS is not verified, as the configuration says", ["remote": .text(remote.name)])
    }
    return try Courier(
      loop,
      Courier.Manner(
        authorities: wishes.authorities ?? remote.authorities ?? around.authorities,
        isInsecure: remote.isInsecure, most: wishes.width ?? remote.width ?? Measure().width,
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
    if let width = wishes.width ?? remote.width { terms.measure.width = width }
    if let attempts = around.attempts { terms.measure.attempts = attempts }
    terms.measure.rate = wishes.rate
    terms.measure.frequency = wishes.frequency ?? remote.frequency
    terms.isAnonymous = isAnonymous(remote)
    return terms
  }
}

extension Purse: Keyring {
  package func fetch(_ then: @escaping (Result<Keys?, Failure>) -> Void) { keys(then) }
}
