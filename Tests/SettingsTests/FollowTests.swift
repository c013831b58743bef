import Core
import Foundation
import Testing
import Values

@testable import Settings

/// A configuration is followed while its file changes.
@Suite("Configurations that change")
final class FollowTests {
  private let folder: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/s4l-live.XXXXXX").utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
  }

  /// Puts a file in the place of the one before, as a whole.
  private func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/s4l.toml"), options: .atomic)
  }

  private func live() throws -> LiveConfiguration {
    let environment = Environment(["HOME": folder, "TMPDIR": folder])
    let log = Log(tool: "test", level: .fatal)
    return try LiveConfiguration(Path(text: folder + "/s4l.toml"), environment, log)
  }

  /// What is found twice counts.
  private func isNews(_ live: LiveConfiguration) -> Bool {
    let isEarly = live.refresh()
    return live.refresh() && !isEarly
  }

  private func width(_ live: LiveConfiguration) -> Int? {
    live.current.group("daemon")?.integer("concurrency")
  }

  private func copy(_ live: LiveConfiguration) throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: live.copy)), as: UTF8.self)
  }

  @Test("what is right counts, what is wrong does not, and what says the same is no news")
  func refresh() throws {
    try write("[daemon]\nconcurrency = 2\n")
    let live = try live()
    #expect(!isNews(live) && width(live) == 2)
    try write("[daemon]\nconcurrency = 3\n")
    #expect(isNews(live) && width(live) == 3)
    #expect(try copy(live) == "[daemon]\nconcurrency = 3\n")
    try write("[daemon]\nconcurrency = 0\n")
    #expect(!isNews(live) && width(live) == 3)
    #expect(try copy(live) == "[daemon]\nconcurrency = 3\n")
    try write("# the same\n[daemon]\nconcurrency = 3\n")
    #expect(!isNews(live) && width(live) == 3)
  }

  @Test("whoever has begun to read the copy reads the whole of what it was")
  func reading() throws {
    try write("[daemon]\nconcurrency = 2\n")
    let live = try live()
    let place = live.copy
    let reader = try #require(FileHandle(forReadingAtPath: place))
    try write("[daemon]\nconcurrency = 7\n")
    #expect(isNews(live) && live.copy == place)
    let read = try #require(try reader.readToEnd())
    #expect(String(decoding: read, as: UTF8.self) == "[daemon]\nconcurrency = 2\n")
    #expect(try copy(live) == "[daemon]\nconcurrency = 7\n")
  }
}
