import Core
import Glibc
import Records
import Support
import System
import Testing
import Values

@testable import Inbox

@Suite struct InboxTests {
  private let sandbox = Sandbox()
  private let root = Path(text: "drive:/115")

  private var folder: Path { sandbox.folder.appending("state/inbox") }

  private func inbox(_ limit: Int = Inbox.usualLimit) -> Inbox { Inbox(folder, limit: limit) }

  private func line(_ path: String, _ event: String = "create") -> String {
    #"{"type":"event","root":"drive:/115","path":"\#(path)","event":"\#(event)"}"#
  }

  @discardableResult
  private func append(_ lines: [String], to inbox: Inbox, _ job: String = "job") throws -> Int {
    let text = lines.map { $0 + "\n" }.joined()
    return try Array(text.utf8).withUnsafeBytes { (bytes) throws(Failure) in
      try inbox.append(bytes, for: job).generation
    }
  }

  /// What a run would read: the lines between head and tail.
  private func events(_ haul: Haul?) throws -> [String] {
    let lines = House.text(try #require(haul).section).split(separator: "\n").map(String.init)
    #expect(
      lines.first
        == #"{"type":"head","version":1,"tool":"s4l-hook","view":"events","root":"drive:/115"}"#)
    let count = lines.count - 2
    #expect(lines.last == #"{"type":"tail","complete":true,"records":\#(count)}"#)
    #expect(haul?.count == count)
    return Array(lines.dropFirst().dropLast())
  }

  /// A child that another test is just starting may hold for a moment what we have let go of.
  private func take(_ inbox: Inbox) throws -> Haul? {
    while true {
      do throws(Failure) { return try inbox.take("job", root: root) } catch {
        guard error.kind == .later else { throw error }
      }
    }
  }

  private func file(_ name: String) -> String { House.text(folder.appending(name)) }

  @Test("events that could not be settled stay, in order, before what came since")
  func kept() throws {
    let inbox = inbox()
    try append(["a", "b", "c", "a"].map { line($0) }, to: inbox)
    let haul = try take(inbox)
    try append([line("d")], to: inbox)
    let left = try haul?.giveBack { (event) throws(Failure) in event.ownPath != Path(text: "b") }
    #expect(left == 3 && file("job.taken").split(separator: "\n").count == 3)
    let next = try take(inbox)
    #expect(try events(next) == ["a", "c", "a", "d"].map { line($0) })
    #expect(try next?.giveBack { _ in false } == 0)
    #expect(House.names(in: folder) == ["job.lock"])
  }

  @Test("what is appended is taken as one section, in order")
  func section() throws {
    let inbox = inbox()
    #expect(try inbox.pending(["job", "other"]).isEmpty)
    #expect(try take(inbox) == nil)
    try append([line("a"), line("b")], to: inbox)
    try append([line("a", "remove")], to: inbox)
    try append([line("x")], to: inbox, "other")
    #expect(try inbox.pending(["job", "other", "third"]) == ["job", "other"])
    let haul = try take(inbox)
    #expect(try events(haul) == [line("a"), line("b"), line("a", "remove")])
    #expect(try inbox.pending(["job"]) == ["job"])
    try haul?.done()
    #expect(try inbox.pending(["job", "other"]) == ["other"])
    #expect(House.names(in: folder) == ["job.lock", "other.events"])
  }

  @Test("the folder is its owner's alone")
  func mode() throws {
    try append([line("a")], to: inbox())
    let found = folder.withCString { Inode.at(AT_FDCWD, $0, followsLinks: false) }
    #expect(try found.get().permissions == 0o700)
  }

  @Test("what comes in during a run stays for the next one")
  func meanwhile() throws {
    let inbox = inbox()
    let first = try append([line("a")], to: inbox)
    #expect(try append([line("b")], to: inbox) == first)
    let haul = try take(inbox)
    // The appender is told that this is another file, for which another run is needed.
    #expect(try append([line("c")], to: inbox) != first)
    #expect(try events(haul) == [line("a"), line("b")])
    try haul?.done()
    #expect(try events(try take(inbox)) == [line("c")])
  }

  @Test("nobody takes what another run has in hand")
  func exclusive() throws {
    let inbox = inbox()
    try append([line("a")], to: inbox)
    let haul = try take(inbox)
    let seen = #expect(throws: Failure.self) { try self.inbox().take("job", root: self.root) }
    #expect(seen?.kind == .later)
    #expect(try events(haul) == [line("a")])
  }

  @Test("what a run has not done comes first in the next", arguments: [true, false])
  func left(isGivenBack: Bool) throws {
    let inbox = inbox()
    try append([line("a")], to: inbox)
    for (name, wanted) in [("b", ["a"]), ("c", ["a", "b"]), ("d", ["a", "b", "c"])] {
      // A run that dies does no more than let go.
      let haul = try take(inbox)
      #expect(try events(haul) == wanted.map { line($0) })
      if isGivenBack { try haul?.giveBack() }
      try append([line(name)], to: inbox)
    }
  }

  /// Every state in which a run can be killed while it takes.
  @Test(
    "a run that died while it took has lost nothing",
    arguments: [
      ["events": "c"], ["incoming": "c"], ["incoming": "b", "events": "c"],
      ["taken": "a", "events": "b"], ["taken": "a", "incoming": "b", "events": "c"],
      ["taken": "a", "incoming": "b", "merged": "a"], ["taken": "a", "section": "x"],
      ["incoming": "b", "merged": "ab", "taken": "a"], ["taken": "ab", "incoming": "b"],
    ] as [[String: String]])
  func steps(_ state: [String: String]) throws {
    try folder.makeFolders(mode: 0o755)
    for (ending, letters) in state {
      let text = letters.map { line(String($0)) + "\n" }.joined()
      House.write(Array(text.utf8), to: folder.appending("job.\(ending)"))
    }
    let letters = ["taken", "incoming", "events"].map { state[$0] ?? "" }.joined()
    // What stands in two places, one after the other, was told twice.
    let wanted = letters == "abb" ? "ab" : letters
    let haul = try take(inbox())
    let seen = try events(haul)
    let lines: [String] = wanted.map { line(String($0)) }
    #expect(seen == lines)
    try haul?.done()
    #expect(House.names(in: folder) == ["job.lock"])
  }

  @Test("what is told twice in a row is told once, and nothing else is")
  func repeated() throws {
    let inbox = inbox()
    try append([line("a"), line("a"), line("b"), line("a"), line("a", "remove")], to: inbox)
    try append([line("a", "remove"), line("a")], to: inbox)
    #expect(
      try events(try take(inbox)) == [
        line("a"), line("b"), line("a"), line("a", "remove"), line("a"),
      ])
  }

  @Test("half a line that somebody left goes, what is whole stays", arguments: [10, 70_000])
  func torn(_ length: Int) throws {
    try folder.makeFolders(mode: 0o755)
    let half = String(repeating: "x", count: length)
    for (before, after) in [("", ""), (line("a") + "\n", line("a") + "\n")] {
      House.write(Array((before + half).utf8), to: folder.appending("job.events"))
      try append([line("b")], to: inbox())
      #expect(file("job.events") == after + line("b") + "\n")
    }
  }

  @Test("what is no event is left out and counted")
  func flaws() throws {
    let inbox = inbox()
    try append(
      [line("a"), "\0\0\0", "{}", #"{"type":"entry","path":"a"}"#, line("b"), "{"], to: inbox)
    let haul = try take(inbox)
    #expect(try events(haul) == [line("a"), line("b")])
    #expect(haul?.flaws == 4)
    try haul?.done()
    try append(["nonsense"], to: inbox)
    #expect(try take(inbox) == nil)
    #expect(try inbox.pending(["job"]).isEmpty)
  }

  @Test("more than the bound is refused, and what is there stays as it is")
  func bound() throws {
    let length = line("a").utf8.count + 1
    let inbox = inbox(3 * length)
    try append([line("a"), line("b")], to: inbox)
    let seen = #expect(throws: Failure.self) {
      try self.append([self.line("c"), self.line("d")], to: inbox)
    }
    #expect(seen?.kind == .unavailable)
    #expect(file("job.events") == line("a") + "\n" + line("b") + "\n")
    try append([line("c")], to: inbox)
    #expect(throws: Failure.self) { try self.append([self.line("d")], to: inbox) }
    // Runs that never get done do not have it grow for ever either.
    #expect(try take(inbox)?.count == 3)
    try append([line("e")], to: inbox)
    let haul = try take(inbox)
    #expect(haul?.count == 3)
    try haul?.done()
    #expect(try events(try take(inbox)) == [line("e")])
  }

  @Test("two that append to one file see each other's")
  func two() throws {
    let one = inbox()
    let other = inbox()
    for number in 0..<20 {
      try append([line("\(number)")], to: number % 2 == 0 ? one : other)
      if number == 9 {
        let haul = try one.take("job", root: root)
        #expect(haul?.count == 10)
        try haul?.done()
      }
    }
    #expect(try events(try take(other)) == (10..<20).map { line("\($0)") })
  }

  @Test(
    "a job's id is no path",
    arguments: [
      ("a", "a"), ("../a", "%2e.%2fa"), ("a/b", "a%2fb"), (".", "%2e"), ("a%2fb", "a%252fb"),
      ("电影", "电影"), ("a\nb", "a%0ab"), ("a b", "a b"), ("a.b", "a.b"), ("A", "A"),
    ])
  func names(_ job: String, _ stem: String) throws {
    try append([line("a")], to: inbox(), job)
    #expect(House.names(in: folder) == ["\(stem).events"])
    #expect(try inbox().pending([job]) == [job])
  }

  @Test("an id that no file can have is refused")
  func endless() throws {
    for job in ["", String(repeating: "a", count: 241), String(repeating: "/", count: 81)] {
      #expect(throws: Failure.self) { try Slot(job) }
    }
    #expect(throws: Never.self) { try Slot(String(repeating: "a", count: 240)) }
  }

  @Test("a place that cannot be written is told")
  func place() throws {
    House.write([], to: sandbox.folder.appending("state"))
    #expect(throws: Failure.self) { try self.append([self.line("a")], to: self.inbox()) }
  }
}
