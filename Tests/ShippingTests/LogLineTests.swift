import Core
import Foundation
import Support
import Testing
import Values

@testable import Shipping

@Suite struct LogLineTests {
  private let origin = LogLine.Origin(host: "nas", run: "1-x")
  private let now = Timestamp(seconds: 1_700_000_000, nanoseconds: 7_654_321)

  private func line(_ text: String, number: Int = 1) throws -> (Log.Level, [String: Any]) {
    try line(Array(text.utf8), number: number)
  }

  private func line(_ bytes: [UInt8], number: Int = 1) throws -> (Log.Level, [String: Any]) {
    let line = try LogLine(bytes, number: number, origin, at: now)
    let object = try JSONSerialization.jsonObject(with: Data(line.record))
    return (line.level, try #require(object as? [String: Any]))
  }

  @Test("a line of ours is taken apart")
  func ours() throws {
    let (level, record) = try line(
      #"{"ts":"2026-11-28T12:00:00.123Z","level":"warn","tool":"s4l-put","msg":"a \"b\"","n":3}"#)
    #expect(level == .warn)
    #expect(record["ts"] as? String == "2026-11-28 12:00:00.123Z")
    #expect(record["level"] as? String == "warn" && record["tool"] as? String == "s4l-put")
    #expect(record["msg"] as? String == "a \"b\"")
    #expect((record["data"] as? [String: Any])?["n"] as? Int == 3)
    #expect(record["host"] as? String == "nas" && record["run"] as? String == "1-x")
  }

  @Test(
    "any other line is what it says, now",
    arguments: ["plain", "{", "{}x", "[1]", #"{"level":7}"#, #"{"a":1,"a":2}"#])
  func others(text: String) throws {
    let (level, record) = try line(text)
    #expect(level == .info)
    #expect(record["ts"] as? String == "2023-11-14 22:13:20.007Z")
    if text.hasPrefix(#"{"level"#) {
      #expect((record["data"] as? [String: Any])?["level"] as? Int == 7)
    } else {
      #expect(record["msg"] as? String == text)
    }
  }

  @Test("bytes that are no text, and very many, become a message that a server takes")
  func hostile() throws {
    let (_, record) = try line([0xFF, 0x1B, 0x5B, 0x41, 0x00, 0x62])
    #expect(record["msg"] as? String == "\u{FFFD}\u{FFFD}[A\u{FFFD}b")
    let (_, long) = try line(String(repeating: "\u{e4}", count: 6_000))
    let message = try #require(long["msg"] as? String)
    #expect(message.count == 4_800 && message.hasSuffix("..."))
  }

  @Test("an id is that of the line, its place, and who sends it")
  func ids() throws {
    func id(_ text: String, _ number: Int = 1) throws -> String {
      try #require(try line(text, number: number).1["id"] as? String)
    }
    #expect(try id("a") == id("a"))
    #expect(try id("a") != id("b"))
    #expect(try id("a") != id("a", 2))
    #expect(try id("a").utf8.allSatisfy { 48...57 ~= $0 || 97...122 ~= $0 })
    #expect(try id("a").count == 15)
  }
}
