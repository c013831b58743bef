internal import Azure
internal import Command
internal import Core
internal import HTTP
internal import Objects
internal import Store
internal import Stores
internal import System
internal import Values

/// Containers of Azure's blob storage. They are opened here and not beside buckets, as whoever has
/// no use for either is smaller without them.
extension Stores {
  func azure(
    _ location: Path, _ rest: Path, _ remote: Remote
  ) throws(Failure) -> AzureStore {
    let place = remote.container.map { Path(text: $0).appending(rest) } ?? rest
    let cut = place.bytes.firstIndex(of: Path.slash) ?? place.bytes.endIndex
    let name = String(decoding: place.bytes[..<cut], as: UTF8.self)
    // What may be a secret is not repeated.
    if place.bytes.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "?") }),
      ContainerName.objection(name) != nil
    {
      throw Failure(.usage, "az://", "a location holds no keys; s4l-azure(7) tells where they go")
    }
    if let objection = ContainerName.objection(name) {
      let reason = name.isEmpty ? "it names no container, as in az://container/prefix" : objection
      throw Failure(remote.container == nil ? .usage : .config, "\(location)", reason)
    }
    guard String(validating: place.bytes, as: UTF8.self) != nil else {
      throw Failure(.usage, "\(location)", "names in a container are UTF-8")
    }
    let account = try account(location, remote)
    if let end = account.expired(at: Clock.now()) {
      log.warn("\(location): the shared access signature ended at \(end)")
    }
    let loop = try loop()
    return try AzureStore(
      location: Stores.trimmed(location), container: name, prefix: Path(place.bytes[cut...]),
      account, loop, try courier(remote, loop), try terms(remote), log)
  }

  private func courier(_ remote: Remote, _ loop: Loop) throws(Failure) -> Courier {
    if remote.isInsecure {
      log.warn("TLS is not verified, as the configuration says", ["remote": .text(remote.name)])
    }
    return try Courier(
      loop,
      Courier.Manner(
        authorities: wishes.authorities ?? remote.authorities, isInsecure: remote.isInsecure,
        most: wishes.width ?? remote.width ?? Measure().width, agent: "s4l/\(Release.version)"))
  }

  private func terms(_ remote: Remote) throws(Failure) -> AzureTerms {
    var terms = AzureTerms()
    terms.partSize = wishes.partSize
    if let partSize = wishes.partSize {
      terms.wholeUpTo = max(partSize, AzureTerms.limits.smallest)
    }
    if let width = wishes.width ?? remote.width { terms.measure.width = width }
    if let text = environment["AZURE_MAX_ATTEMPTS"] {
      guard let attempts = Texts.number(text), attempts > 0 else {
        throw Failure(.config, "AZURE_MAX_ATTEMPTS", "it is no number of attempts")
      }
      terms.measure.attempts = attempts
    }
    terms.measure.rate = wishes.rate
    terms.measure.frequency = wishes.frequency ?? remote.frequency
    return terms
  }

  // MARK: Who we are

  /// What the remote says comes before the environment, which is not looked at for what would not
  /// belong to it.
  private func account(_ location: Path, _ remote: Remote) throws(Failure) -> AzureAccount {
    let endpoint = wishes.endpoint ?? remote.endpoint
    let isOwn =
      remote.connectionString != nil || remote.account != nil || remote.accountKey != nil
      || remote.accessSignature != nil
    func variable(_ name: String) -> String? {
      isOwn ? nil : environment["AZURE_STORAGE_" + name]
    }
    if let text = text(remote.connectionString) ?? variable("CONNECTION_STRING") {
      return try name(remote, "connection_string", "CONNECTION_STRING") { () throws(Failure) in
        try AzureAccount(ConnectionString(text), endpoint: endpoint)
      }
    }
    let name = remote.account ?? variable("ACCOUNT")
    guard let place = endpoint ?? name.map({ ConnectionString.endpoint($0) }) else {
      throw Failure(
        .config, "\(location)",
        "nothing says which account it is in: set AZURE_STORAGE_CONNECTION_STRING, or see "
          + "s4l-azure(7)")
    }
    let proof = try proof(location, remote, name, variable)
    return AzureAccount(name ?? "", try Endpoint(place), proof)
  }

  private func proof(
    _ location: Path, _ remote: Remote, _ account: String?, _ variable: (String) -> String?
  ) throws(Failure) -> AzureAccount.Proof {
    if wishes.isAnonymous || remote.isAnonymous { return .nobody }
    if let key = remote.accountKey ?? variable("KEY").map({ Secret(Array($0.utf8)) }) {
      guard account != nil else {
        throw Failure(.config, "\(location)", "there is a key, but nothing says of which account")
      }
      return .key(key)
    }
    if let text = text(remote.accessSignature) ?? variable("SAS_TOKEN") {
      return try name(remote, "sas_token", "SAS_TOKEN") { () throws(Failure) in
        .signature(try ConnectionString.signature(text))
      }
    }
    throw Failure(
      .config, "\(location)",
      "there is neither a key nor a shared access signature; s4l-azure(7) tells where they go")
  }

  private func text(_ secret: Secret?) -> String? {
    secret?.reveal { bytes in
      let end = bytes.lastIndex { $0 != 10 && $0 != 13 } ?? -1
      return String(decoding: bytes[...end], as: UTF8.self)
    }
  }

  /// Tells of a mistake where it was made.
  private func name<Made>(
    _ remote: Remote, _ key: String, _ variable: String, _ make: () throws(Failure) -> Made
  ) throws(Failure) -> Made {
    do { return try make() } catch {
      let isVariable = remote.connectionString == nil && remote.accessSignature == nil
      let subject = isVariable ? "AZURE_STORAGE_" + variable : "remote.\(remote.name).\(key)"
      throw Failure(.config, subject, error.reason)
    }
  }
}
