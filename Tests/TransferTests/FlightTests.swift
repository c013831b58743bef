import Core
import Glibc
import Records
import Store
import Stream
import Support
import System
import Testing
import Values

@testable import Transfer

/// What is under way when a run has to wait, or to stop.
@Suite struct FlightTests {
  private let site = Site()
  private let store: MemoryStore
  private let output: Scratch
  private let flight: Flight
  private let dispatch: Dispatch
  private let section: Section
  private let parser = Parser()

  init() throws {
    store = try MemoryStore()
    output = try Scratch()
    site.shell("echo 1 >a/f; echo 1 >a/g")
    section = Section(Output(output.descriptor, "stdout"), tool: "s4l-put")
    let progress = Progress(
      Log(tool: "s4l-put", level: .fatal), isQuiet: true, Environment([:]))
    flight = Flight(Terms(), nil, store, section, progress)
    dispatch = Dispatch(to: store, from: try Source(site.path("a"), follows: false), flight)
  }

  private func carry(_ path: String) throws {
    let line = Array(#"{"path":"\#(path)"}"#.utf8)
    try line.withUnsafeBytes { try dispatch.carry(try parser.parse($0)) }
  }

  private func written() throws -> [String] {
    try section.output.flush()
    try output.rewind()
    let lines = Input(output.descriptor, "stdout")
    var all: [String] = []
    while let line = try lines.next() { all.append(String(decoding: line, as: UTF8.self)) }
    return all
  }

  @Test("no more are under way than the share that was given, which can only make it fewer")
  func share() throws {
    var terms = Terms()
    terms.jobs = 8
    terms.heed(Environment(["S4L_MOST_FILES": "2"]))
    #expect(terms.jobs == 2 && terms.most == 2)
    terms.heed(Environment(["S4L_MOST_FILES": "none"]))
    terms.heed(Environment(["S4L_MOST_FILES": "-1"]))
    #expect(terms.most == 2)
    terms.width = 16
    let progress = Progress(
      Log(tool: "s4l-put", level: .fatal), isQuiet: true, Environment([:]))
    #expect(Flight(terms, nil, store, section, progress).width == 2)
    terms.width = 1
    #expect(Flight(terms, nil, store, section, progress).width == 1)
    // A run says that it shares tokens, but they cannot be reached: its own is there.
    terms.heed(Environment(["S4L_MOST_FILES": "9", "S4L_TOKENS_FD": "-1"]))
    #expect(terms.most == 1 && terms.jobs == 1)
  }

  @Test(
    "told to stop, what is under way may end; what does not is given up and said to have failed")
  func stops() throws {
    store.neverAnswers = ["g"]
    try carry("f")
    try carry("g")
    flight.isStopped = { true }
    flight.grace = 1_000_000
    try carry("h")
    try dispatch.end()
    let lines = try written()
    #expect(lines.count == 2)
    #expect(lines[0].contains(#""path":"f""#) && lines[0].contains(#""ok":true"#))
    #expect(lines[1].contains(#""path":"g""#))
    #expect(lines[1].contains(#""ok":false,"kind":"later""#))
    #expect(store.calls == ["put f", "put g"])
  }

  @Test("while input is waited for, outcomes are written as they come")
  func rests() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let (input, other) = (ends[0], ends[1])
    store.delay = { $0 == "g" ? 3_000_000_000_000 : 0 }
    try carry("f")
    try carry("g")
    store.loop.after(5_000_000) { _ = write(other, "x", 1) }
    try dispatch.rest(until: input)
    let lines = try written()
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#""path":"f""#) == true)
  }
}
