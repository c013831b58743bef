package import Core
internal import System
internal import Values

/// The two files in which all tools of AWS keep profiles: `~/.aws/config` and
/// `~/.aws/credentials`.
package struct SharedFiles: Sendable {
  package let configPath: String
  package let credentialsPath: String
  private let config: Ini
  private let credentials: Ini

  /// Reads those of the two that exist.
  package init(_ environment: Environment) throws(Failure) {
    let paths = SharedFiles.paths(environment)
    configPath = paths.config ?? "~/.aws/config"
    credentialsPath = paths.credentials ?? "~/.aws/credentials"
    config = try SharedFiles.read(paths.config)
    credentials = try SharedFiles.read(paths.credentials)
  }

  private static func paths(_ environment: Environment) -> (config: String?, credentials: String?) {
    func path(_ variable: Variable, _ usual: String) -> String? {
      let chosen = environment[variable] ?? "~/.aws/" + usual
      guard chosen.hasPrefix("~/") else { return chosen }
      return environment["HOME"].map { $0 + chosen.dropFirst() }
    }
    return (path(.configFile, "config"), path(.credentialsFile, "credentials"))
  }

  private static func read(_ path: String?) throws(Failure) -> Ini {
    guard let path, let bytes = try Path(text: path).contentsIfThere() else { return Ini() }
    return try Ini(bytes, file: path)
  }

  /// The profile of a name; nil if neither file has it.
  package func profile(_ name: String) -> Profile? {
    var settings: [String: Profile.Setting] = [:]
    var isThere = false
    // What the credentials say wins; in the config, "profile default" wins over "default".
    for (ini, path, accepts) in [
      (
        config, configPath,
        { (section: Ini.Section) in
          name == "default" && section.kind == name && section.name == nil
        }
      ),
      (config, configPath, { $0.kind == "profile" && $0.name == name }),
      (credentials, credentialsPath, { SharedFiles.title($0) == name }),
    ] {
      for section in ini.sections where accepts(section) {
        isThere = true
        for entry in section.entries { settings[entry.name] = Profile.Setting(entry, path) }
      }
    }
    let own = credentials.sections.contains { SharedFiles.title($0) == name }
    return isThere ? Profile(name: name, settings: settings, isInCredentials: own) : nil
  }

  private static func title(_ section: Ini.Section) -> String {
    section.kind + (section.name.map { " " + $0 } ?? "")
  }

  /// The names of all profiles, for suggestions.
  package var names: [String] {
    let configured = config.sections.compactMap { section in
      section.kind == "profile" ? section.name : section.kind == "default" ? "default" : nil
    }
    return Set(configured + credentials.sections.map(SharedFiles.title)).sorted()
  }

  /// A section of the config that profiles refer to by name: `services` or `sso-session`.
  package func section(_ kind: String, _ name: String) -> [String: Profile.Setting]? {
    guard let section = config.sections.first(where: { $0.kind == kind && $0.name == name }) else {
      return nil
    }
    return Dictionary(
      uniqueKeysWithValues: section.entries.map { ($0.name, Profile.Setting($0, configPath)) })
  }
}

/// What the shared files say under one name.
package struct Profile: Sendable {
  package struct Setting: Sendable {
    package let value: Secret
    /// The file and the line.
    package let place: String
    private let block: [Ini.Entry]
    private let file: String

    init(_ entry: Ini.Entry, _ file: String) {
      value = entry.value
      place = "\(file):\(entry.line)"
      block = entry.block
      self.file = file
    }

    package var text: String { value.reveal { String(decoding: $0, as: UTF8.self) } }

    /// A setting of its block.
    package subscript(name: String) -> Setting? {
      block.last { $0.name == name }.map { Setting($0, file) }
    }
  }

  package let name: String
  private let settings: [String: Setting]
  /// Whether the credentials file has a section of it.
  package let isInCredentials: Bool

  init(name: String, settings: [String: Setting], isInCredentials: Bool) {
    self.name = name
    self.settings = settings
    self.isInCredentials = isInCredentials
  }

  /// A setting with a value or a block; an empty one counts as unset.
  package subscript(name: String) -> Setting? { settings[name] }

  package func text(_ name: String) -> String? {
    settings[name].flatMap { $0.value.isEmpty ? nil : $0.text }
  }
}

extension Path {
  /// More than any file of settings or tokens holds.
  private static let longest = 4 << 20

  /// What the file holds; nil if there is none.
  func contentsIfThere() throws(Failure) -> [UInt8]? {
    do throws(Failure) { return try contents() } catch {
      if error.kind == .absent { return nil }
      throw error
    }
  }

  private func contents() throws(Failure) -> [UInt8] {
    let file = try openToRead()
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= Path.longest {
      let count = try chunk.withUnsafeMutableBufferPointer { (chunk) throws(Failure) in
        try file.read(into: UnsafeMutableRawBufferPointer(chunk), self)
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
    throw Failure(.config, "\(self)", "it is larger than 4 MiB")
  }
}
