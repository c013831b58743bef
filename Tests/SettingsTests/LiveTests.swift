import Core
import Foundation
import Testing
import Values

@testable import Settings

@Suite("A configuration that follows its file")
final class LiveTests {
  private let folder: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/s4l-settings.XXXXXX").utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
    #expect(mkdir(folder + "/s4l", 0o700) == 0)
    try write("[log]\nlevel = \"warn\"\n")
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
  }

  private var file: String { folder + "/s4l/s4l.toml" }

  private func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    #expect(chmod(file, 0o600) == 0)
  }

  private func live() throws -> LiveConfiguration {
    try LiveConfiguration(
      nil, Environment(["HOME": folder, "XDG_CONFIG_HOME": folder]),
      Log(tool: "test", level: .fatal))
  }

  private func level(_ live: LiveConfiguration) -> String? {
    live.current.group("log")?.text("level")
  }

  @Test("a version is heeded when it has stayed for a second look")
  func settled() throws {
    let live = try live()
    try write("[log]\n")
    #expect(!live.refresh() && level(live) == "warn")
    try write("[log]\nlevel = \"error\"\n")
    #expect(!live.refresh() && level(live) == "warn")
    #expect(live.refresh() && level(live) == "error")
    #expect(!live.refresh())
  }

  @Test("a file that is broken, or gone, changes nothing until it is there again")
  func slips() throws {
    let live = try live()
    try write("[log\n")
    for _ in 0..<3 { #expect(!live.refresh() && level(live) == "warn") }
    #expect(unlink(file) == 0)
    for _ in 0..<3 { #expect(!live.refresh() && level(live) == "warn") }
    try write("[log]\nlevel = \"error\"\n")
    #expect(!live.refresh() && live.refresh() && level(live) == "error")
  }

  @Test("a child that reads the copy has it whole, also when another is made meanwhile")
  func copy() throws {
    let live = try live()
    let before = try Data(contentsOf: URL(fileURLWithPath: file))
    let reader = try #require(FileHandle(forReadingAtPath: live.copy))
    try write("[log]\nlevel = \"error\"\n")
    #expect(!live.refresh() && live.refresh())
    #expect(try reader.readToEnd() == before)
    let after = try Data(contentsOf: URL(fileURLWithPath: live.copy))
    #expect(after == (try Data(contentsOf: URL(fileURLWithPath: file))))
  }
}
