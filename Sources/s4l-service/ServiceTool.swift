internal import Command
internal import Core
internal import Services
internal import Settings
internal import System
internal import Values

/// Makes s4l-daemon a service of the machine, or shows how.
@main
struct ServiceTool: Tool {
  enum Verb: String, Choice { case install, uninstall, print }
  enum Kind: String, Choice { case systemd, launchd, windows }

  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    [
      .value("service-name", nil, "NAME", \.name, "What it is called; s4l-daemon if not given."),
      .value("description", nil, "TEXT", \.text, "What it is said to be.")
        .with("install", "print"),
      .value("config", nil, "FILE", \.config, "The configuration that it runs with.")
        .with("install", "print"),
      .flag("user", nil, \.isPersonal, "A service of yours, not of the machine."),
      .value("run-as", nil, "USER", \.user, "Run as this user, who is there already.")
        .with("install", "print"),
      .value("program", nil, "FILE", \.program, "The s4l-daemon to run; ours if not given.")
        .with("install", "print"),
      .value("kind", nil, "KIND", \.kind, "For which system; systemd if not given.")
        .with("print"),
      .value("root", nil, "DIR", \.root, "Write below this folder, and run nothing.")
        .with("install", "uninstall"),
      .flag("at-boot", nil, \.waits, "Have it started with the machine only, not now.")
        .with("install"),
      .flag("dry-run", "n", \.isDry, "Change nothing; print each step.")
        .with("install", "uninstall"),
    ]
  }

  static var operands: [Operand<Self>] {
    [.one("VERB", \.verb, "What to do.", .choices(Verb.words))]
  }

  var name = Profile.usualName
  var text = Profile.usualDescription
  var config: Path?
  var isPersonal = false
  var user: String?
  var program: Path?
  var kind = Kind.systemd
  var root: Path?
  var waits = false
  var isDry = false
  var verb = Verb.print

  func run(_ io: Standard) throws(Failure) -> Status {
    if isPersonal, user != nil {
      throw Failure(.usage, "--run-as", "a service of --user runs as whoever installs it")
    }
    switch verb {
    case .print:
      let profile = try profile(io)
      let definition =
        switch kind {
        case .systemd: try SystemdUnit(profile).text
        case .launchd: try LaunchdPlist(profile).text
        case .windows: try WindowsCommands(profile).text
        }
      io.output.buffer.append(Array(definition.utf8))
      return .success
    case .install: return try Installing(self, try profile(io), io).install()
    case .uninstall: return try Installing(self, try profile(io), io).uninstall()
    }
  }

  /// What is known of the service. The configuration is only looked at where it tells something.
  private func profile(_ io: Standard) throws(Failure) -> Profile {
    let file = try file(io)
    var places: (written: [Path], read: [Path]) = ([], [])
    if verb != .uninstall, kind == .systemd, let file = try known(file, io) {
      places = (file.places(written: true), file.places(written: false))
    }
    return try Profile(
      name: name, description: text, reach: isPersonal ? .person : .machine(user: user ?? "s4l"),
      program: try daemon(), config: file, written: places.written, read: places.read)
  }

  private func file(_ io: Standard) throws(Failure) -> Path {
    if let config {
      if verb == .print, kind == .windows { return config }
      return config.absolute(from: try Path(text: ".").resolved())
    }
    if !isPersonal { return Path(text: "/etc/s4l/s4l.toml") }
    guard let folder = io.environment.folder(.config) else {
      throw Failure(.usage, "--config", "there is no HOME to look for a configuration in")
    }
    return Path(text: folder).appending("s4l.toml")
  }

  /// What is configured. What is printed, or written below a folder, may be for another machine,
  /// on which a file is to be.
  private func known(_ file: Path, _ io: Standard) throws(Failure) -> Configuration? {
    do throws(Failure) {
      return try Resolution.load(file, io.environment).configuration(reporting: io.log)
    } catch {
      let isForOther = verb == .print || root != nil && config == nil
      if isForOther, error.kind == .absent { return nil }
      throw error
    }
  }

  private func daemon() throws(Failure) -> Path {
    if let program { return program }
    switch try Tools.current().find("daemon") {
    case .runnable(let path): return path
    case .blocked(let path): throw Failure(.unavailable, "\(path)", "it may not be run")
    case .absent:
      if verb == .uninstall { return Path(text: "/usr/bin/s4l-daemon") }
      throw Failure(.unavailable, "s4l-daemon", "it is not installed; --program names another")
    }
  }
}
