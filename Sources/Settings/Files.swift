package import Core
internal import Glibc
internal import System
package import Values

/// Where configurations are found, read and written.
extension Resolution {
  /// Reads the configuration in force: the file named, else the one of `S4L_CONFIG`, else the
  /// user's, else the machine's, else nothing but defaults and environment.
  ///
  /// Why only one file: what is in force can then be read in one place. Where it names a
  /// PocketBase, the copy of what that says is added, unless only the file's own is asked for.
  package static func load(
    _ named: Path? = nil, _ environment: Environment, alone: Bool = false
  ) throws(Failure) -> Resolution {
    let own = try file(named, environment)
    guard !alone, !own.takesNoCopy, let server = own.server, let path = copyPath(environment),
      let bytes = try Contents.of(path)?.bytes
    else { return own }
    let distant = Distant(bytes, below: own.bounds)
    if let other = distant.server, other != server {
      return own.saying(
        .warning(.pocketbase, "\(path)", "it is of another server, \(other): it does not count"))
    }
    return own.adding(distant, environment)
  }

  /// The same with what a PocketBase says.
  package func adding(_ distant: Distant, _ environment: Environment) -> Resolution {
    Resolution(
      bytes, file: file ?? "", environment: environment, isShared: isShared, distant: distant)
  }

  /// The PocketBase that is configured, if any.
  package var server: String? {
    configuration.group("pocketbase")?.text("url").map(Distant.plain)
  }

  /// Whether it is configured for logs alone, and says nothing of the configuration.
  package var takesNoCopy: Bool {
    configuration.group("pocketbase")?.flag("read_config") == false
  }

  /// What of this machine it may name.
  package var bounds: Bounds { Bounds(configuration) }

  /// Where the copy of what a PocketBase says is kept; nil where there is no home for it.
  package static func copyPath(_ environment: Environment) -> Path? {
    environment.folder(.state).map { Path(text: $0).appending("pocketbase.toml") }
  }

  /// How many bytes of a configuration are read at most.
  package static let longest = Contents.longest

  /// A copy of what a PocketBase said; nil where there is none.
  package static func copy(at path: Path) throws(Failure) -> Distant? {
    try Contents.of(path).map { Distant($0.bytes) }
  }

  private static func file(
    _ named: Path?, _ environment: Environment
  ) throws(Failure) -> Resolution {
    let chosen = named ?? environment["S4L_CONFIG"].map(Path.init(text:))
    if let chosen {
      guard let resolution = try read(chosen, environment) else {
        throw Failure(.absent, "\(chosen)", Failure.words(ENOENT))
      }
      return resolution
    }
    for path in usualPaths(environment) {
      if let resolution = try read(path, environment) { return resolution }
    }
    return Resolution([], file: "", environment: environment)
  }

  /// The files that are tried in turn when none is named.
  package static func usualPaths(_ environment: Environment) -> [Path] {
    let user = environment.folder(.config).map { Path(text: $0).appending("s4l.toml") }
    return (user.map { [$0] } ?? []) + [Path(text: "/etc/s4l/s4l.toml")]
  }

  /// Logs what is wrong and gives the configuration, unless something in it is an error.
  package func configuration(reporting log: Log) throws(Failure) -> Configuration {
    // Of the stages of a pipe, one says it for all.
    let warning: Log.Level = log.standing == .silent ? .info : .warn
    for problem in problems {
      switch problem.gravity {
      case .warning: log.say(warning, problem.description, [:])
      // Whoever runs the job says so; to all others it does not matter.
      case .flaw: log.debug(problem.description)
      case .error: log.error(problem.description)
      }
    }
    if let first = errors.first {
      let count = errors.count == 1 ? "1 error" : "\(errors.count) errors"
      throw Failure(.config, file ?? first.origin.place, "\(count); nothing was done")
    }
    return configuration
  }

  private static func read(_ path: Path, _ environment: Environment) throws(Failure) -> Resolution?
  {
    guard let contents = try Contents.of(path) else { return nil }
    return Resolution(
      contents.bytes, file: "\(path)", environment: environment, isShared: contents.isShared)
  }
}

extension Environment {
  /// What is left when only places matter: an environment that overrides no key.
  package var places: [String: String] {
    let names = ["S4L_CONFIG", "HOME"] + Folder.allCases.map(\.variable)
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in self[name].map { (name, $0) } })
  }
}

extension Configuration.Group {
  /// A secret, from its own key or from the file that `KEY_file` names; without the newline at
  /// that file's end.
  package func secret(_ key: String) throws(Failure) -> Secret? {
    if case .secret(let secret)? = self[key] { return secret }
    guard let file = text(key + "_file") else { return nil }
    guard var bytes = try Contents.of(Path(text: file))?.bytes else {
      throw Failure(.absent, "\(label).\(key)_file", "\(file): \(Failure.words(ENOENT))")
    }
    if bytes.last == 10 { bytes.removeLast() }
    if bytes.last == 13 { bytes.removeLast() }
    return Secret(bytes)
  }
}

/// A small file as a whole.
struct Contents {
  var bytes: [UInt8] = []
  /// Whether every user of the machine may read it.
  var isShared = false

  /// More than any configuration needs.
  static let longest = 4 << 20

  /// The contents; nil where there is no such file.
  static func of(_ path: Path) throws(Failure) -> Contents? {
    let number = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    let error = errno
    if number < 0 {
      if error == ENOENT || error == ENOTDIR { return nil }
      throw Failure(errno: error, path)
    }
    let descriptor = Descriptor(owning: number)
    var contents = Contents()
    var status = stat()
    if fstat(descriptor.number, &status) == 0 { contents.isShared = status.st_mode & S_IROTH != 0 }
    try contents.fill(from: descriptor.number, path)
    return contents
  }

  private mutating func fill(from descriptor: Int32, _ path: Path) throws(Failure) {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      let error = errno
      if count < 0 {
        if error == EINTR { continue }
        throw Failure(errno: error, path)
      }
      if count == 0 { return }
      bytes += chunk[..<count]
      if bytes.count > Contents.longest { throw Failure(.config, "\(path)", "more than 4 MiB") }
    }
  }
}

extension Path {
  func withCString<Answer>(_ body: (UnsafePointer<CChar>) -> Answer) -> Answer {
    (bytes.prefix { $0 != 0 } + [0]).withUnsafeBytes { raw in
      raw.withMemoryRebound(to: CChar.self) { buffer in
        // The closing zero is always there, so the buffer is never empty.
        buffer.baseAddress.map(body) ?? withUnsafePointer(to: 0, body)
      }
    }
  }
}
