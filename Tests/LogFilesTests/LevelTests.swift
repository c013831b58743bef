import Core
import Support
import System
import Testing
import Values

@testable import LogFiles

@Suite struct LevelTests {
  @Test("the level of a line is known in every format that tells it", arguments: Log.Level.allCases)
  func levels(_ level: Log.Level) throws {
    for format in Log.Format.allCases {
      for coloured in [false, true] {
        let scratch = try Scratch()
        var log = Log(tool: "s4l-x", level: .trace, format: format, coloured: coloured)
        log.descriptor = scratch.descriptor
        log.say(level, "info warn error", ["level": .text("fatal")])
        let path = Path(text: "/proc/self/fd/\(scratch.descriptor)")
        let line = try Array(#require(House.read(path)))
        let told = Log.Level(ofLine: line.dropLast())
        #expect(told == (format == .plain ? nil : level), "\(House.text(path))")
      }
    }
    for other in ["", "Fatal error: x", "2026-11-28T", "{\"ts\":\"", "ts=1 level=info"] {
      #expect(Log.Level(ofLine: Array(other.utf8)[...]) == nil)
    }
  }
}
