import Core
import Glibc
import Support
import Testing
import Values

@testable import LogFiles

/// The files themselves, in a folder of their own.
@Suite struct LogFileTests {
  private let sandbox = Sandbox()
  private let noon: Int64 = 1_795_867_200
  private var path: Path { sandbox.folder.appending("a.log") }

  private func opened() -> Int32 {
    path.bytes.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { bytes in
      open(
        String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self),
        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }
  }

  private func say(_ words: String, _ file: Int32) { _ = write(file, words, words.utf8.count) }

  private func text(_ command: String) -> String { sandbox.shell(command, asRoot: true).text }

  @Test("it goes on in a new file as the same descriptor, and what was written stays whole")
  func goesOn() throws {
    let file = opened()
    defer { close(file) }
    let log = try #require(LogFile(path, file, Rotation(.never, most: 8, keep: 0), at: noon))
    for words in ["one\n", "two\n", "three\n", "four\n"] {
      _ = try log.prepare(for: words.utf8.count, at: noon)
      say(words, file)
    }
    #expect(text("cat a.log.2026-11-28") == "one\ntwo\n")
    #expect(text("cat a.log.2026-11-28.1") == "three\n")
    #expect(text("cat a.log") == "four\n")
    #expect(try log.unpacked().map { "\($0.name)" } == ["a.log.2026-11-28", "a.log.2026-11-28.1"])
  }

  @Test("one of an earlier day ends before the first line of today")
  func earlier() throws {
    let file = opened()
    defer { close(file) }
    say("old\n", file)
    _ = text("touch -d @\(noon) a.log")
    let rule = Rotation(.daily, most: 0, keep: 0)
    let log = try #require(LogFile(path, file, rule, at: noon + 86_400))
    #expect(try log.prepare(for: 4, at: noon + 86_400))
    say("new\n", file)
    #expect(text("cat a.log.2026-11-28 a.log") == "old\nnew\n")
  }

  @Test("a folder that takes no new file leaves it as it is, and it is tried again later")
  func failing() throws {
    let file = opened()
    defer { close(file) }
    let log = try #require(LogFile(path, file, Rotation(.never, most: 4, keep: 0), at: noon))
    _ = try log.prepare(for: 4, at: noon)
    say("one\n", file)
    // A folder that is not empty can be neither removed nor replaced.
    _ = text("mkdir -p a.log.new/x")
    #expect(throws: Failure.self) { try log.prepare(for: 4, at: noon) }
    #expect(try !log.prepare(for: 4, at: noon + 59))
    say("two\n", file)
    #expect(text("cat a.log") == "one\ntwo\n")
    _ = text("rm -r a.log.new")
    #expect(try log.prepare(for: 4, at: noon + 60))
    say("six\n", file)
    #expect(text("cat a.log.2026-11-28; echo; cat a.log") == "one\ntwo\n\nsix\n")
  }

  @Test("it follows its name when somebody moves the file away")
  func moved() throws {
    let file = opened()
    defer { close(file) }
    let log = try #require(LogFile(path, file, Rotation(.daily, most: 0, keep: 0), at: noon))
    say("one\n", file)
    _ = text("mv a.log b.log")
    try log.follow(at: noon)
    say("two\n", file)
    #expect(text("cat b.log; echo; cat a.log") == "one\n\ntwo\n")
  }

  @Test("too many of those that have ended go, and nothing else")
  func tidy() throws {
    let file = opened()
    defer { close(file) }
    let rule = Rotation(.daily, most: 0, keep: 2)
    let log = try #require(LogFile(path, file, rule, at: noon))
    _ = text(
      "touch a.log.2026-11-20 a.log.2026-11-21.gz a.log.2026-11-22 a.log.2026-11-23 a.log.1 "
        + "b.log.2026-11-01 a.log.2026-11-01.bak a.log.2026-11-0x")
    try log.tidy()
    #expect(
      text("ls").split(separator: "\n") == [
        "a.log", "a.log.1", "a.log.2026-11-01.bak", "a.log.2026-11-0x", "a.log.2026-11-22",
        "a.log.2026-11-23", "b.log.2026-11-01",
      ])
  }

  @Test("what is no file of that name is not ours to end")
  func foreign() {
    let file = opened()
    defer { close(file) }
    let rule = Rotation(.daily, most: 0, keep: 0)
    #expect(LogFile(sandbox.folder.appending("b.log"), file, rule, at: noon) == nil)
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    #expect(LogFile(path, ends[1], rule, at: noon) == nil)
    for end in ends { close(end) }
  }
}
