import Core
import Doubles
import Records
import System
import Testing
import Values

@testable import Stream

@Suite struct StreamReaderTests {
  private enum Line: CaseIterable {
    case head, rightTail, wrongTail, entry, hole, garbage, blank
  }

  private struct Section { var records = 0, holes = 0 }

  /// What a reader should say, told from the whole input at once.
  private func expected(_ lines: [Line]) -> [String] {
    var steps: [String] = []
    var open: Section?
    var isBare = false
    var isClosed = false
    for line in lines where line != .blank {
      if line == .garbage { return steps + ["failure"] }
      guard var section = open else {
        switch line {
        case .head where !isBare:
          steps.append("head")
          open = Section()
        case .entry where !isClosed, .hole where !isClosed:
          isBare = true
          steps.append("record")
        default: return steps + ["failure"]
        }
        continue
      }
      switch line {
      case .head, .wrongTail: return steps + ["cut"]
      case .rightTail:
        steps.append("tail")
        open = nil
        isClosed = true
        continue
      default:
        steps.append("record")
        section.records += 1
        section.holes += line == .hole ? 1 : 0
      }
      open = section
    }
    if open != nil { return steps + ["cut"] }
    return steps + [isBare || isClosed ? "end" : "failure"]
  }

  private func text(_ lines: [Line]) -> String {
    var section = Section()
    return lines.map { line in
      switch line {
      case .head:
        section = Section()
        return #"{"type":"head","version":1,"view":"listing"}"#
      case .rightTail:
        return #"{"type":"tail","complete":true,"records":\#(section.records),"#
          + #""holes":\#(section.holes)}"#
      case .wrongTail: return #"{"type":"tail","complete":true,"records":\#(section.records + 1)}"#
      case .entry:
        section.records += 1
        return #"{"path":"a","size":1}"#
      case .hole:
        section.records += 1
        section.holes += 1
        return #"{"type":"hole","path":"b","kind":"io"}"#
      case .garbage: return "{garbage"
      case .blank: return " \t"
      }
    }.joined(separator: "\n")
  }

  private func found(_ text: String) throws -> [String] {
    let reader = StreamReader(try input(text))
    var steps: [String] = []
    while true {
      do {
        switch try reader.next() {
        case .head: steps.append("head")
        case .record: steps.append("record")
        case .tail: steps.append("tail")
        case .cut(let failure):
          #expect(failure.kind == .data)
          return steps + ["cut"]
        case .end: return steps + ["end"]
        }
      } catch {
        #expect(error.kind == .data)
        return steps + ["failure"]
      }
    }
  }

  @Test("every sequence of up to five lines is read as it should be", arguments: 0...5)
  func sequences(length: Int) throws {
    var sequences: [[Line]] = [[]]
    for _ in 0..<length {
      sequences = sequences.flatMap { start in Line.allCases.map { start + [$0] } }
    }
    for lines in sequences {
      let found = try found(text(lines) + (length % 2 == 0 ? "\n" : ""))
      #expect(found == expected(lines), "\(lines)")
    }
  }

  @Test("a line of up to 4 MiB is read, a longer one refused, however it arrives")
  func longLines() throws {
    for (extra, isFine) in [(0, true), (1, false), (1 << 20, false)] {
      let line = "{\"path\":\"" + String(repeating: "a", count: (4 << 20) - 11 + extra) + "\"}"
      let expected = isFine ? ["record", "end"] : ["failure"]
      #expect(try found("{\"path\":\"b\"}\n" + line + "\n") == ["record"] + expected)
      #expect(try found(line) == expected)
    }
  }

  @Test(
    "a head or tail that lacks what it must say is refused",
    arguments: [
      #"{"type":"head"}"#, #"{"type":"head","version":2,"view":"listing"}"#,
      #"{"type":"head","version":1,"view":"dream"}"#,
      #"{"type":"head","version":"1","view":"plan"}"#,
      #"{"type":"tail","records":0}"#, #"{"type":"tail","complete":true}"#,
      #"{"type":"tail","complete":1,"records":0}"#,
      #"{"type":"tail","complete":true,"records":-1}"#,
    ])
  func badFrames(text: String) throws {
    let isTail = text.contains("tail")
    let head = isTail ? #"{"type":"head","version":1,"view":"plan"}"# + "\n" : ""
    #expect(try found(head + text) == (isTail ? ["head", "failure"] : ["failure"]))
  }

  @Test("a head says after reading what it said when written")
  func heads() throws {
    var head = Head(.plan, root: Path([0xFF]))
    head.left = Path(text: "/a")
    head.right = Path(text: "s3://b/\u{e9}")
    head.isDry = true
    head.isOrdered = true
    head.filters = ["exclude=*.tmp", "hidden=no"]
    head.links = "follow"
    let sheet = try Sheet()
    try sheet.section.open(head)
    try sheet.section.close(isComplete: true)
    let reader = StreamReader(try input(try sheet.text()))
    guard case .head(let read) = try reader.next() else { Issue.record("no head"); return }
    #expect(read == head)
  }
}
