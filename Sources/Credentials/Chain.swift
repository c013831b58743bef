package import Core
internal import Signing
internal import Values

/// Finds where the keys come from: the first place that has some, in the order in which all tools
/// of AWS look.
///
/// 1. what is given, 2. the environment, 3. a profile's role, 4. a web identity, 5. the credentials
/// file, 6. a profile's program, 7. the config file, 8. the container, 9. the instance. A place
/// that is set up but fails ends the search: other keys would do something else. Nothing is asked
/// here, so that a chain is a plain value to be tested.
package struct Chain {
  private let given: Given
  private let environment: Environment
  private let files: SharedFiles
  private let profile: Profile?

  package init(
    _ given: Given, _ environment: Environment, _ files: SharedFiles
  ) throws(Failure) {
    self.given = given
    self.environment = environment
    self.files = files
    profile = try files.chosen(given.profile, environment)
  }

  /// The place; nil if there is none.
  package func source() throws(Failure) -> Source? {
    if let keys = try givenKeys() { return .fixed(keys) }
    // Who names a profile means it, whatever the environment holds.
    if given.profile == nil, let keys = try environmentKeys() { return .fixed(keys) }
    if let profile, let source = try role(of: profile, after: []) { return source }
    if let source = try webIdentity() { return source }
    if let profile, let source = try own(of: profile) { return source }
    if let source = try container() { return source }
    return try instance()
  }

  private func givenKeys() throws(Failure) -> Keys? {
    guard given.access != nil || given.secret != nil else { return nil }
    guard let access = given.access, let secret = given.secret else {
      let missing = given.access == nil ? "access_key" : "secret_key"
      throw Failure(.config, missing, "the two keys must be given together")
    }
    return Keys(access: Chain.text(access), secret: secret, session: given.session)
  }

  private func environmentKeys() throws(Failure) -> Keys? {
    guard let access = environment[.accessKey] else { return nil }
    guard let secret = environment[.secretKey] else {
      throw Failure(
        .config, Variable.accessKey.rawValue, "\(Variable.secretKey.rawValue) must be set with it")
    }
    let session = environment[.sessionToken].map { Secret(Array($0.utf8)) }
    return Keys(access: access, secret: Secret(Array(secret.utf8)), session: session)
  }

  /// The keys that stand in a profile.
  private func keys(of profile: Profile) throws(Failure) -> Keys? {
    let access = profile["aws_access_key_id"]
    let secret = profile["aws_secret_access_key"]
    guard let place = (access ?? secret)?.place else { return nil }
    guard let access, let secret, !access.value.isEmpty, !secret.value.isEmpty else {
      let missing = access?.value.isEmpty ?? true ? "aws_access_key_id" : "aws_secret_access_key"
      throw Failure(.config, place, "profile \(profile.name) has no \(missing)")
    }
    let session = profile["aws_session_token"]?.value
    return Keys(
      access: access.text, secret: secret.value, session: session?.isEmpty ?? true ? nil : session)
  }

  /// What a profile has of its own: keys or a program. The credentials file comes before the
  /// program, the program before the config file.
  private func own(of profile: Profile) throws(Failure) -> Source? {
    if profile.isInCredentials, let keys = try keys(of: profile) { return .fixed(keys) }
    if let line = profile["credential_process"], !line.value.isEmpty {
      return .command(Source.Command(line: line.text, place: line.place))
    }
    return try keys(of: profile).map { .fixed($0) }
  }

  // MARK: Roles

  /// The role of a profile, and where the keys come from with which it is taken on. `visited` are
  /// the profiles that led here.
  private func role(of profile: Profile, after visited: [String]) throws(Failure) -> Source? {
    guard let arn = profile["role_arn"] else { return nil }
    let role = try role(arn, profile)
    if let file = profile["web_identity_token_file"] {
      return .webIdentity(role, tokenFile: file.text)
    }
    if let device = profile["mfa_serial"] {
      throw Failure(
        .config, device.place,
        "a code of this device cannot be asked for here: use credential_process")
    }
    let (from, by) = (profile["source_profile"], profile["credential_source"])
    if let by, from == nil { return .role(role, try named(by)) }
    guard let from, by == nil else {
      throw Failure(
        .config, arn.place,
        "profile \(profile.name) needs either source_profile or credential_source")
    }
    return .role(role, try source(from, of: profile, after: visited + [profile.name]))
  }

  private func source(
    _ setting: Profile.Setting, of profile: Profile, after visited: [String]
  ) throws(Failure) -> Source {
    guard let next = files.profile(setting.text) else {
      throw Failure(.config, setting.place, "there is no profile \(setting.text)")
    }
    // A profile may be its own source if it has keys.
    if next.name == profile.name, let keys = try keys(of: next) { return .fixed(keys) }
    if visited.contains(next.name) {
      throw Failure(.config, setting.place, "profile \(next.name) leads back to itself")
    }
    if let source = try role(of: next, after: visited) { return source }
    if let source = try own(of: next) { return source }
    throw Failure(.config, setting.place, "profile \(next.name) has no keys")
  }

  private func named(_ setting: Profile.Setting) throws(Failure) -> Source {
    let found: Source?
    switch setting.text {
    case "Environment": found = try environmentKeys().map { .fixed($0) }
    case "EcsContainer": found = try container()
    case "Ec2InstanceMetadata": found = try instance()
    default:
      throw Failure(
        .config, setting.place, "expected Environment, EcsContainer or Ec2InstanceMetadata")
    }
    guard let found else { throw Failure(.config, setting.place, "it has no keys here") }
    return found
  }

  private func role(_ arn: Profile.Setting, _ profile: Profile) throws(Failure) -> Source.Role {
    var seconds: Int?
    if let setting = profile["duration_seconds"] {
      guard let number = Int(setting.text), number > 0 else {
        throw Failure(.config, setting.place, "expected a number of seconds")
      }
      seconds = number
    }
    return try complete(
      Source.Role(
        arn: arn.text, sessionName: profile.text("role_session_name"),
        externalID: profile.text("external_id"), seconds: seconds, place: arn.place, service: "",
        region: ""))
  }

  private func webIdentity() throws(Failure) -> Source? {
    guard let file = environment[.webIdentityTokenFile] else { return nil }
    guard let arn = environment[.roleARN] else {
      throw Failure(
        .config, Variable.webIdentityTokenFile.rawValue,
        "\(Variable.roleARN.rawValue) must be set with it")
    }
    let role = try complete(
      Source.Role(
        arn: arn, sessionName: environment[.roleSessionName], place: Variable.roleARN.rawValue,
        service: "", region: ""))
    return .webIdentity(role, tokenFile: file)
  }

  /// Adds the service that lends the keys of the role.
  private func complete(_ role: Source.Role) throws(Failure) -> Source.Role {
    var role = role
    role.region =
      environment[.region] ?? environment[.defaultRegion] ?? profile?.text("region") ?? "us-east-1"
    let chosen = try Surroundings.endpoint(of: "sts", .tokenEndpoint, environment, files, profile)
    let ending = role.region.hasPrefix("cn-") ? ".cn" : ""
    role.service = chosen ?? "https://sts.\(role.region).amazonaws.com\(ending)"
    return role
  }

  // MARK: Services beside us

  private func container() throws(Failure) -> Source? {
    var container = Source.Container(url: "")
    container.token = environment[.containerToken].map { Secret(Array($0.utf8)) }
    container.tokenFile = environment[.containerTokenFile]
    if let path = environment[.containerRelative] {
      container.url = "http://169.254.170.2" + path
    } else if let url = environment[.containerFull] {
      guard Address(url)?.mayLend ?? false else {
        throw Failure(
          .config, Variable.containerFull.rawValue,
          "it must begin with https:// or name this machine or one of the known addresses")
      }
      container.url = url
    } else {
      return nil
    }
    return .container(container)
  }

  private func instance() throws(Failure) -> Source? {
    if try environment.flag(.metadataDisabled) == true { return nil }
    let isIPv6 = environment[.metadataMode]?.lowercased() == "ipv6"
    let usual = isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    var endpoint = environment[.metadataEndpoint] ?? usual
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    let seconds = environment[.metadataTimeout].map { Span(text: $0 + "s") }
    guard let timeout = seconds ?? Span(nanoseconds: 1_000_000_000) else {
      throw Failure(.config, Variable.metadataTimeout.rawValue, "expected a number of seconds")
    }
    let attempts = environment[.metadataAttempts].map { Int($0) } ?? 1
    guard let attempts, attempts > 0 else {
      throw Failure(.config, Variable.metadataAttempts.rawValue, "expected a number from 1")
    }
    return .instance(Source.Instance(endpoint: endpoint, timeout: timeout, attempts: attempts))
  }

  static func text(_ secret: Secret) -> String {
    secret.reveal { String(decoding: $0, as: UTF8.self) }
  }
}
