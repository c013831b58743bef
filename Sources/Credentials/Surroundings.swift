package import Core
package import Values

/// What the environment and the profile say of the service, besides the keys.
///
/// All of it yields to what our own configuration and options say.
package struct Surroundings: Equatable, Sendable {
  package enum Addressing: String, Sendable { case auto, path, virtual }
  package enum Checking: String, Sendable {
    case whenSupported = "when_supported"
    case whenRequired = "when_required"
  }

  package var region: String?
  package var endpoint: String?
  package var addressing = Addressing.auto
  package var usesDualstack = false
  package var usesFIPS = false
  /// Certificates to trust.
  package var authorities: Path?
  /// Nil if nothing was said.
  package var requestChecksums: Checking?
  package var responseChecksums: Checking?
  package var attempts: Int?

  package init() {}

  package init(
    _ environment: Environment, _ files: SharedFiles, profile name: String? = nil
  ) throws(Failure) {
    let profile = try files.chosen(name, environment)
    region = environment[.region] ?? environment[.defaultRegion] ?? profile?.text("region")
    endpoint = try Surroundings.endpoint(of: "s3", .storeEndpoint, environment, files, profile)
    let store = profile?["s3"]
    if let style = store?["addressing_style"] {
      addressing = try Surroundings.choice(style.text, at: style.place)
    }
    usesDualstack = try Surroundings.flag(
      environment, .dualstack,
      store?["use_dualstack_endpoint"] ?? profile?["use_dualstack_endpoint"])
    usesFIPS = try Surroundings.flag(environment, .fips, profile?["use_fips_endpoint"])
    let bundle = environment[.authorities] ?? profile?.text("ca_bundle")
    authorities = bundle.map(Path.init(text:))
    requestChecksums = try Surroundings.choice(
      environment, .requestChecksums, profile?["request_checksum_calculation"])
    responseChecksums = try Surroundings.choice(
      environment, .responseChecksums, profile?["response_checksum_validation"])
    attempts = try Surroundings.attempts(environment, profile)
  }

  /// Where a service answers, if anything but its own name says so.
  static func endpoint(
    of service: String, _ variable: Variable, _ environment: Environment, _ files: SharedFiles,
    _ profile: Profile?
  ) throws(Failure) -> String? {
    let ignores = try flag(
      environment, .ignoresEndpoints, profile?["ignore_configured_endpoint_urls"])
    if ignores { return nil }
    if let url = environment[variable] ?? environment[.endpoint] { return url }
    if let services = profile?["services"] {
      guard let section = files.section("services", services.text) else {
        throw Failure(.config, services.place, "there is no section [services \(services.text)]")
      }
      if let url = section[service]?["endpoint_url"] { return url.text }
    }
    return profile?.text("endpoint_url")
  }

  private static func attempts(
    _ environment: Environment, _ profile: Profile?
  ) throws(Failure) -> Int? {
    let setting = profile?["max_attempts"]
    guard let text = environment[.attempts] ?? setting?.text else { return nil }
    guard let count = Int(text), count > 0 else {
      let place = environment[.attempts] == nil ? setting?.place : nil
      throw Failure(.config, place ?? Variable.attempts.rawValue, "expected a number from 1")
    }
    return count
  }

  static func flag(_ text: String, at place: String) throws(Failure) -> Bool {
    switch text.lowercased() {
    case "true", "1": return true
    case "false", "0": return false
    default: throw Failure(.config, place, "expected true or false")
    }
  }

  private static func flag(
    _ environment: Environment, _ variable: Variable, _ setting: Profile.Setting?
  ) throws(Failure) -> Bool {
    if let flag = try environment.flag(variable) { return flag }
    guard let setting else { return false }
    return try flag(setting.text, at: setting.place)
  }

  private static func choice<Choice: RawRepresentable<String>>(
    _ environment: Environment, _ variable: Variable, _ setting: Profile.Setting?
  ) throws(Failure) -> Choice? {
    if let text = environment[variable] { return try choice(text, at: variable.rawValue) }
    guard let setting else { return nil }
    return try choice(setting.text, at: setting.place)
  }

  private static func choice<Choice: RawRepresentable<String>>(
    _ text: String, at place: String
  ) throws(Failure) -> Choice {
    guard let choice = Choice(rawValue: text.lowercased()) else {
      throw Failure(.config, place, "\"\(text)\" is none of the values that it can have")
    }
    return choice
  }
}

extension SharedFiles {
  /// The profile that was asked for, else that of the environment, else the one called default; a
  /// profile that was asked for must be there.
  func chosen(_ name: String?, _ environment: Environment) throws(Failure) -> Profile? {
    let variable = [Variable.profile, .defaultProfile].first { environment[$0] != nil }
    guard let wanted = name ?? variable.flatMap({ environment[$0] }) else {
      return profile("default")
    }
    if let found = profile(wanted) { return found }
    let near = Suggestion.nearest(to: wanted, among: names).map { "; the nearest is \($0)" } ?? ""
    let subject = name == nil ? variable?.rawValue ?? "profile" : "profile"
    throw Failure(
      .config, subject,
      "there is no profile \(wanted) in \(configPath) or \(credentialsPath)\(near)")
  }
}
