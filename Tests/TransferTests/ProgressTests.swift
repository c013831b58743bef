import Core
import Glibc
import Records
import Stream
import Support
import System
import Testing
import Values

@testable import Transfer

@Suite struct ProgressTests {
  private func advance(_ change: (inout Advance) -> Void) -> Advance {
    var advance = Advance()
    change(&advance)
    return advance
  }

  @Test("while more may come, totals are the least there is, and no end is foretold")
  func open() {
    let some = advance {
      ($0.entries, $0.bytes, $0.totalEntries, $0.totalBytes) = (1, 512, 4, 4_096)
    }
    #expect(some.line(after: 1_000_000_000) == "1 of 4+ files, 512 B of 4.0 KiB+, 512 B/s")
    #expect(some.timeLeft(after: 1_000_000_000) == nil)
  }

  @Test("the rest takes as long as what is done took, by bytes and by files")
  func timeLeft() {
    let half = advance {
      ($0.entries, $0.bytes, $0.totalEntries, $0.totalBytes) = (2, 1 << 20, 4, 2 << 20)
      $0.isCounted = true
    }
    #expect(half.timeLeft(after: 90_000_000_000)?.text == "1m30s")
    let all = advance {
      ($0.entries, $0.failed, $0.vanished, $0.totalEntries) = (1, 2, 1, 4)
      $0.isCounted = true
    }
    #expect(all.timeLeft(after: 1_000_000_000) == nil)
    #expect(all.line(after: 0).hasPrefix("4 of 4 files, 0 B of 0 B, 0 B/s, 2 failed"))
    let none = advance { ($0.totalEntries, $0.isCounted) = (4, true) }
    #expect(none.timeLeft(after: 1_000_000_000) == nil)
    let endless = advance {
      ($0.bytes, $0.totalEntries, $0.totalBytes, $0.isCounted) = (1, 1, .max, true)
    }
    #expect(endless.timeLeft(after: .max) != nil)
  }

  @Test("more than was known of is never more than all")
  func unknown() {
    let more = advance { ($0.entries, $0.bytes, $0.totalEntries, $0.isCounted) = (3, 7, 2, true) }
    #expect(more.line(after: 1_000_000_000) == "3 of 3 files, 7 B of 7 B, 7 B/s")
  }

  @Test("records of progress have the members that are declared, and read back as they were")
  func records() throws {
    let site = Site()
    site.terms.jobs = 2
    site.terms.rate = Size(bytes: 65_536)
    site.shell("for i in 1 2 3; do head -c 32768 /dev/zero >a/$i; done")
    let pipe = try Pipe()
    let entries = (1...3).map { #"{"path":"\#($0)","size":32768}"# }
    let head = site.listing
    let tail = #"{"type":"tail","complete":true,"records":3}"#
    let variables = ["S4L_PROGRESS_FD": "\(pipe.writer.number)"]
    let result = try site.run([head] + entries + [tail], environment: variables)
    #expect(result.status == .success)
    let (reader, writer) = pipe.release()
    close(writer)
    defer { close(reader) }
    let lines = Input(reader, "progress")
    let parser = Parser()
    var seen: [Advance] = []
    while let line = try lines.next() {
      let record = try parser.parse(line)
      #expect(record.kind == .progress)
      let names = Set(Kind.progress.members.map(\.name) + ["type"])
      #expect(Set(ProgressTests.names(of: line)).isSubset(of: names))
      for member in Kind.progress.required { #expect(record.has(member)) }
      seen.append(try Advance(record))
    }
    try #require(seen.count >= 3)
    #expect(seen.map(\.isComplete) == seen.dropLast().map { _ in false } + [true])
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.bytes <= $1.bytes })
    #expect(seen[0].totalBytes == 98_304 && seen[0].bytes == 0)
    let last = seen[seen.count - 1]
    #expect(last.entries == 3 && last.bytes == 98_304 && last.isCounted)
  }

  private static func names(of line: UnsafeRawBufferPointer) -> [String] {
    String(decoding: line, as: UTF8.self).split(separator: ",").map { part in
      String(part.split(separator: "\"")[part.hasPrefix("{") ? 1 : 0])
    }
  }

  @Test("a reader who does not read holds nobody up")
  func full() throws {
    let site = Site()
    site.shell("echo text >a/f")
    let pipe = try Pipe()
    let filling = [UInt8](repeating: 10, count: 1 << 20)
    _ = fcntl(pipe.writer.number, F_SETFL, O_NONBLOCK)
    while write(pipe.writer.number, filling, filling.count) > 0 {}
    _ = fcntl(pipe.writer.number, F_SETFL, 0)
    let variables = ["S4L_PROGRESS_FD": "\(pipe.writer.number)"]
    let result = try site.run(site.section(site.listing, #"{"path":"f"}"#), environment: variables)
    #expect(result.status == .success && site.text("b/f") == "text\n")
  }
}
