import Core
import Foundation
import Testing
import Values

@testable import Settings

@Suite("Configuration files")
final class FileTests {
  let folder: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/s4l-settings.XXXXXX").utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
  }

  private func write(_ text: String, _ name: String, mode: mode_t = 0o600) throws -> Path {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    #expect(chmod(path, mode) == 0)
    return Path(text: path)
  }

  private func environment(_ more: [String: String] = [:]) -> Environment {
    Environment(["HOME": folder, "XDG_CONFIG_HOME": folder + "/xdg"].merging(more) { $1 })
  }

  private func level(_ named: Path?, _ environment: Environment) throws -> String? {
    try Resolution.load(named, environment).configuration.group("log")?.text("level")
  }

  @Test("the file named wins over S4L_CONFIG, which wins over the user's")
  func search() throws {
    #expect(try level(nil, environment()) == "warn")
    _ = try write("[log]\nlevel = 'info'", "xdg/s4l/s4l.toml")
    #expect(try level(nil, environment()) == "info")
    let chosen = try write("[log]\nlevel = 'debug'", "chosen.toml")
    let variable = environment(["S4L_CONFIG": "\(chosen)"])
    #expect(try level(nil, variable) == "debug")
    let named = try write("[log]\nlevel = 'trace'", "named.toml")
    #expect(try level(named, variable) == "trace")
  }

  @Test("the user's file is looked for before the machine's")
  func usual() {
    #expect(
      Resolution.usualPaths(environment()).map(\.description)
        == [folder + "/xdg/s4l/s4l.toml", "/etc/s4l/s4l.toml"])
    #expect(Resolution.usualPaths(Environment([:])).map(\.description) == ["/etc/s4l/s4l.toml"])
  }

  @Test("a file that was asked for must exist and be one")
  func absent() {
    for (name, kind) in [("none", Failure.Kind.absent), ("", .io)] {
      let path = Path(text: folder + "/" + name)
      let failure = #expect(throws: Failure.self) { try Resolution.load(path, environment()) }
      #expect(failure?.kind == kind)
    }
  }

  @Test("permissions for everybody earn a warning only where there is a secret")
  func permissions() throws {
    let shared = try write("[redis]\npassword = 'x'", "shared", mode: 0o644)
    #expect(try Resolution.load(shared, environment()).problems.count == 1)
    let group = try write("[redis]\npassword = 'x'", "group", mode: 0o640)
    #expect(try Resolution.load(group, environment()).problems == [])
    let open = try write("[redis]\ndb = 1", "open", mode: 0o644)
    #expect(try Resolution.load(open, environment()).problems == [])
  }

  @Test("a secret comes from its key, or from its file without the last newline")
  func secrets() throws {
    let file = try write("hunter2\n", "password")
    let one = resolve("[redis]\npassword_file = '\(file)'").configuration.group("redis")
    let other = resolve("[redis]\npassword = 'hunter2'").configuration.group("redis")
    #expect(try one?.secret("password") == Secret(Array("hunter2".utf8)))
    #expect(try other?.secret("password") == Secret(Array("hunter2".utf8)))
    #expect(try resolve("[redis]").configuration.group("redis")?.secret("password") == nil)
    let gone = resolve("[redis]\npassword_file = '/none'").configuration.group("redis")
    #expect(throws: Failure.self) { try gone?.secret("password") }
  }

  @Test("a configuration is written for its owner alone, and replaces a file only by force")
  func draft() throws {
    let path = Path(text: folder + "/new.toml")
    try Draft.write("a", to: path, replacing: false)
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let failure = #expect(throws: Failure.self) {
      try Draft.write("b", to: path, replacing: false)
    }
    #expect(failure?.kind == .refused)
    #expect(try String(contentsOfFile: "\(path)", encoding: .utf8) == "a")
    try Draft.write("b", to: path, replacing: true)
    #expect(try String(contentsOfFile: "\(path)", encoding: .utf8) == "b")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["new.toml"])
  }

  @Test("a configuration with an error is not given to a tool")
  func errors() throws {
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(null) }
    let log = Log(tool: "t", descriptor: null)
    let failure = #expect(throws: Failure.self) {
      try resolve("[redis]\ndb = 99\ntls = 1").configuration(reporting: log)
    }
    #expect(failure == Failure(.config, "f.toml", "2 errors; nothing was done"))
    #expect(try resolve("[redis]\nx = 1").configuration(reporting: log).groups.isEmpty == false)
  }
}
