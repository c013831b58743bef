import Core
import Records
import System
import Testing
import Values

@testable import Stream

/// A stage that takes what is called "mine", and remembers what it was told.
private struct Diary: Stage {
  var told: [String] = []
  var failsAt: String?

  mutating func begin(_ head: inout Head) throws(Failure) {
    told.append("begin")
    if failsAt == "begin" { throw Failure(.io, "", "begin") }
  }

  mutating func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    if failsAt == "take" { throw Failure(.data, "", "take") }
    return record.holds(.path, "mine")
  }

  mutating func end(_ ending: Ending, _ section: Section) throws(Failure) {
    switch ending {
    case .tail: told.append("tail")
    case .cut: told.append("cut")
    case .bare: told.append("bare")
    }
    if failsAt == "end" { throw Failure(.io, "", "end") }
  }
}

@Suite struct RelayTests {
  private static let head = #"{"type":"head","version":1,"view":"listing","root":"/r"}"#
  private static func tail(_ records: Int, _ holes: Int = 0, _ more: String = "") -> String {
    #"{"type":"tail","complete":true,"records":\#(records),"holes":\#(holes)\#(more)}"#
  }

  private func run(
    _ lines: [String], failsAt: String? = nil
  ) throws -> (told: [String], status: Status?, text: [String], failure: Failure?) {
    let sheet = try Sheet()
    var relay = Relay(StreamReader(try input(lines.joined(separator: "\n"))), sheet.section, quiet)
    var stage = Diary(failsAt: failsAt)
    var status: Status?
    var failure: Failure?
    do { status = try relay.run(&stage) } catch { failure = error }
    let text = try sheet.text().split(separator: "\n").map { String($0) }
    return (stage.told, status, text, failure)
  }

  @Test("what is not its own is forwarded and counted anew, under a head and tail of its own")
  func forwards() throws {
    let run = try run([
      Self.head, #"{"path":"a","size":5}"#, #"{"path":"mine","size":9}"#, #"{"type":"x","y":1}"#,
      Self.tail(3, 0, #","target_entries":7,"bytes":14"#),
    ])
    #expect(run.told == ["begin", "tail"])
    #expect(run.status == .success)
    #expect(
      run.text == [
        #"{"type":"head","version":1,"tool":"s4l-test","view":"listing","root":"/r"}"#,
        #"{"path":"a","size":5}"#, #"{"type":"x","y":1}"#,
        #"{"type":"tail","complete":true,"records":2,"entries":1,"bytes":5,"holes":0,"#
          + #""target_entries":7}"#,
      ])
  }

  @Test(
    "a hole or a failed outcome that passes makes the status partial; a chosen hole does not",
    arguments: [
      (#"{"type":"hole","path":"a","kind":"refused"}"#, 1, Status.partial),
      (#"{"type":"hole","path":"a","kind":"chosen"}"#, 1, .success),
      (#"{"type":"hole","path":"a"}"#, 1, .partial),
      (#"{"type":"outcome","path":"a","ok":false}"#, 0, .partial),
      (#"{"type":"outcome","path":"a","ok":true}"#, 0, .success),
      (#"{"type":"outcome","path":"a"}"#, 0, .success),
    ])
  func partial(line: String, holes: Int, status: Status) throws {
    #expect(try run([Self.head, line, Self.tail(1, holes)]).status == status)
  }

  @Test("a stream without a head is given out without one")
  func bare() throws {
    let run = try run([#"{"path":"a"}"#, #"{"path":"mine"}"#])
    #expect(run.told == ["bare"])
    #expect(run.text == [#"{"path":"a"}"#])
  }

  @Test("each section is ended once, by its own tail")
  func sections() throws {
    let run = try run([Self.head, Self.tail(0), Self.head, #"{"path":"a"}"#, Self.tail(1)])
    #expect(run.told == ["begin", "tail", "begin", "tail"])
    #expect(run.text.filter { $0.contains("\"tail\"") }.count == 2)
  }

  @Test("a cut section ends incomplete, and only then the failure is told")
  func cut() throws {
    for lines in [[Self.head, "{\"path\":\"a\"}"], [Self.head, "{\"path\":\"a\"}", Self.tail(2)]] {
      let run = try run(lines)
      #expect(run.told == ["begin", "cut"])
      #expect(run.failure?.kind == .data)
      #expect(run.text.last?.contains(#""complete":false,"records":1"#) == true)
    }
  }

  @Test("whatever fails, the stage is told once that it is over")
  func failures() throws {
    let lines = [Self.head, "{\"path\":\"a\"}", Self.tail(1)]
    #expect(try run(lines, failsAt: "begin").told == ["begin", "cut"])
    #expect(try run(lines, failsAt: "end").told == ["begin", "tail"])
    let take = try run(lines, failsAt: "take")
    #expect(take.told == ["begin", "cut"])
    #expect(take.failure == Failure(.data, "test:2", "take"))
    #expect(take.text.last?.contains(#""complete":false"#) == true)
    let garbage = try run([Self.head, "{garbage"])
    #expect(garbage.told == ["begin", "cut"])
    #expect(garbage.failure?.subject == "test:2")
    #expect(try run([]).told == [])
  }
}

@Suite struct OwnershipTests {
  private func record<Answer>(_ line: String, _ look: (Record) throws -> Answer) throws -> Answer {
    let parser = Parser()
    return try Array(line.utf8).withUnsafeBytes { try look(try parser.parse($0)) }
  }

  @Test(
    "who copies, deletes or reads what",
    arguments: [
      (#"{"path":"a"}"#, "c-r", "--r", "--r"),
      (#"{"type":"change","path":"a","do":"copy"}"#, "c-r", "c-r", "--r"),
      (#"{"type":"change","path":"a","do":"copy","to":"right"}"#, "c-r", "c-r", "--r"),
      (#"{"type":"change","path":"a","do":"copy","to":"left"}"#, "---", "---", "c--"),
      (#"{"type":"change","path":"a","do":"delete"}"#, "-d-", "-d-", "---"),
      (#"{"type":"change","path":"a","do":"delete","to":"left"}"#, "---", "---", "-d-"),
      (#"{"type":"change","path":"a","do":"keep"}"#, "--r", "--r", "--r"),
      (#"{"type":"event","path":"a","event":"write"}"#, "c-r", "c-r", "c-r"),
      (#"{"type":"event","path":"a","event":"remove"}"#, "-d-", "-d-", "-d-"),
      (#"{"type":"hole","path":"a"}"#, "---", "---", "---"),
      (#"{"type":"outcome","path":"a","did":"copy","ok":false}"#, "---", "---", "---"),
      (#"{"path":"a/"}"#, "c--", "---", "---"),
      (#"{"path":"a","link":"b"}"#, "c--", "---", "---"),
    ])
  func owners(line: String, none: String, right: String, left: String) throws {
    for (side, expected) in [(nil, none), (.right, right), (.left, left)] as [(Side?, String)] {
      let found = try record(line) { record in
        (Ownership.copies(record, to: side) ? "c" : "-")
          + (Ownership.deletes(record, on: side) ? "d" : "-")
          + (Ownership.reads(record) ? "r" : "-")
      }
      #expect(found == expected, "\(line) \(side.map { "\($0)" } ?? "none")")
    }
  }

  @Test("a retry takes failed copies and nothing else")
  func retry() throws {
    let table = [
      (#"{"type":"outcome","path":"a","did":"copy","ok":false}"#, true),
      (#"{"type":"outcome","path":"a","did":"copy","ok":true}"#, false),
      (#"{"type":"outcome","path":"a","did":"delete","ok":false}"#, false),
      (#"{"type":"outcome","path":"a","did":"copy"}"#, false),
      (#"{"type":"outcome","did":"copy","ok":false}"#, false),
      (#"{"path":"a"}"#, false),
    ]
    for (line, expected) in table {
      #expect(try record(line) { Ownership.copies($0, to: nil, isRetry: true) } == expected)
    }
  }

  @Test("a location stands on the side that the plan names, on that which was chosen, or on none")
  func sides() throws {
    var plan = Head(.plan)
    plan.left = Path(text: "/l")
    plan.right = Path(text: "/r")
    #expect(try Side.of(Path(text: "/r"), chosen: nil, in: plan) == .right)
    #expect(try Side.of(Path(text: "/l"), chosen: nil, in: plan) == .left)
    #expect(try Side.of(Path(text: "/x"), chosen: .left, in: plan) == .left)
    let failure = #expect(throws: Failure.self) {
      try Side.of(Path(text: "/x"), chosen: nil, in: plan)
    }
    #expect(failure?.kind == .usage)
    #expect(try Side.of(Path(text: "/x"), chosen: nil, in: Head(.listing)) == nil)
    #expect(Side.left.other == .right && Side.right.location(in: plan) == plan.right)
  }
}
