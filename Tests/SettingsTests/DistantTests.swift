import Core
import Foundation
import Testing
import Values

@testable import Settings

/// What a PocketBase says, beside a file.
@Suite struct DistantTests {
  private static let copy = """
    [pocketbase]
    url = "http://p"

    [daemon]
    log_level = "debug"
    ssh_command = "evil"

    [[sync_jobs]]
    id = "a"
    source_path = "/far"
    destination_path = "/b"
    [sync_jobs.schedule]
    type = "cron"
    expression = "0 0 * * *"
    """

  private func whole(_ file: String, _ variables: [String: String] = [:]) -> Resolution {
    Resolution(
      Array(file.utf8), file: "f", environment: Environment(variables),
      distant: Distant(Array(DistantTests.copy.utf8)))
  }

  @Test("the environment over the file over what it says, key by key")
  func order() {
    let file = """
      [[sync_jobs]]
      id = "a"
      source_path = "/near"
      [sync_jobs.schedule]
      type = "interval"
      interval = "5m"
      """
    let both = whole(file)
    #expect(both.errors == [])
    let job = both.configuration.group("sync_jobs", named: "a")
    #expect(job?.text("source_path") == "/near" && job?.text("destination_path") == "/b")
    // Half of a schedule means nothing beside another.
    #expect(job?.text("schedule.interval") == "5m" && job?.text("schedule.expression") == nil)
    #expect(both.problems.map(\.key) == ["daemon.ssh_command"])
    #expect(both.configuration.group("daemon")?.text("ssh_command") == nil)
    #expect(both.configuration.group("daemon")?.text("log_level") == "debug")
    let told = whole("[daemon]\nlog_level = \"warn\"\n", ["S4L_DAEMON_LOG_LEVEL": "error"])
    #expect(told.configuration.group("daemon")?.text("log_level") == "error")
    #expect(
      whole("[daemon]\nlog_level = \"warn\"\n").configuration.group("daemon")?.text("log_level")
        == "warn")
  }

  @Test("only the keys that are meant to be open are, and none that is secret or runs something")
  func open() {
    for section in Schema.sections {
      for setting in section.settings where Schema.isOpen(section.name, setting) {
        #expect(!setting.isSecret && !setting.isFile, "\(section.name).\(setting.name)")
        if !Schema.openLists.contains(section.name) {
          if case .path = setting.kind { Issue.record("\(section.name).\(setting.name)") }
          for word in ["command", "token", "key", "file", "listen", "dir", "delete"] {
            // Amounts of files and the like are none.
            let isName = setting.name.split(separator: "_").contains { $0 == word }
            #expect(
              !isName || setting.name == "file_metadata_cache_ttl_secs"
                || setting.name == "max_file_operations", "\(setting.name)")
          }
        }
      }
    }
  }

  @Test("two of one id are a mistake, and a text that is none too")
  func twins() {
    let job = "[[sync_jobs]]\nid = \"a\"\nsource_path = \"/s\"\ndestination_path = \"/d\"\n"
    #expect(Distant(Array((job + job).utf8)).errors.count == 1)
    #expect(Distant(Array("[".utf8)).errors.count == 1)
    #expect(Distant(Array(job.utf8)).errors == [])
  }

  @Test("a copy is followed as a file is, and one that is broken changes nothing")
  func followed() throws {
    var template = Array((NSTemporaryDirectory() + "/s4l-distant.XXXXXX").utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + name), options: .atomic)
    }
    try FileManager.default.createDirectory(
      atPath: folder + "/s4l", withIntermediateDirectories: false)
    try write("[pocketbase]\nurl = \"http://p/\"\n", "/c.toml")
    let environment = Environment(["HOME": folder, "TMPDIR": folder, "XDG_STATE_HOME": folder])
    let file = Path(text: folder + "/c.toml")
    let live = try LiveConfiguration(file, environment, Log(tool: "test", level: .fatal))
    #expect(live.current.groups(of: "sync_jobs").isEmpty)
    try write(DistantTests.copy, "/s4l/pocketbase.toml")
    #expect(!live.refresh() && live.refresh())
    #expect(live.current.groups(of: "sync_jobs").map(\.name) == ["a"])
    try write("[[sync_jobs]]\nid = 5\n", "/s4l/pocketbase.toml")
    #expect(!live.refresh() && !live.refresh())
    #expect(live.current.groups(of: "sync_jobs").map(\.name) == ["a"])
    #expect(try Resolution.load(file, environment, alone: true).errors == [])
    // Where none is configured, a copy means nothing.
    try write(DistantTests.copy, "/s4l/pocketbase.toml")
    try write("", "/c.toml")
    #expect(try Resolution.load(file, environment).configuration.groups(of: "sync_jobs") == [])
  }

  @Test("what differs is told key by key")
  func differences() {
    let old = Distant(Array(DistantTests.copy.utf8)).groups
    let text = String(DistantTests.copy.replacing("/far", with: "/farther"))
    let new = Distant(Array(text.utf8)).groups
    #expect(Configuration.differences(from: old, to: old) == [])
    #expect(
      Configuration.differences(from: old, to: new) == [
        "  [[sync_jobs]] a", "-   source_path = \"/far\"", "+   source_path = \"/farther\"",
      ])
    #expect(Configuration.differences(from: [], to: old).allSatisfy { $0.hasPrefix("+ ") })
    #expect(Configuration.differences(from: old, to: []).allSatisfy { $0.hasPrefix("- ") })
  }
}
