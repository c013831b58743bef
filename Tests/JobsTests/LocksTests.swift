import Annals
import Core
import Glibc
import Jobs
import Settings
import Support
import System
import Testing
import Values

@Suite("Claims of runs") struct LocksTests {
  private let sandbox = Sandbox()
  private var locks: Locks { Locks(folder: sandbox.folder.appending("locks")) }

  private func claim(
    _ mode: Claim.Mode, _ place: String, job: String = ""
  ) -> Claim {
    Claim(mode, [Path(text: place)], job: Array(job.utf8))
  }

  /// What is claimed first, what second, and whether both may be held.
  static let cases: [(Claim.Mode, String, String, Claim.Mode, String, String, Bool)] = [
    (.shared, "/a", "", .shared, "/a", "", true),
    (.shared, "/a", "", .alone, "/a", "", false),
    (.alone, "/a", "", .alone, "/a", "", false),
    (.alone, "/a", "", .alone, "/b", "", true),
    (.alone, "/a", "", .alone, "/a-b", "", true),
    (.alone, "/a", "", .alone, "/a/b/c", "", false),
    (.alone, "/a", "", .shared, "/a/b", "", false),
    (.shared, "/a/b", "", .alone, "/a", "", false),
    (.shared, "/a/b", "", .shared, "/a", "", true),
    (.alone, "/", "", .shared, "/a", "", false),
    (.alone, "s3://b", "", .shared, "s3://b/p", "", false),
    (.alone, "s3://b", "", .shared, "s3://bb/p", "", true),
    (.alone, "s3://b/photos", "", .alone, "s3://b/photos-old", "", true),
    (.shared, "/a", "job x", .shared, "/b", "job x", false),
    (.shared, "/a", "job x", .shared, "/a", "job y", true),
  ]

  @Test("who may run beside whom", arguments: cases)
  func conflicts(_ row: (Claim.Mode, String, String, Claim.Mode, String, String, Bool)) throws {
    let one = claim(row.0, row.1, job: row.2)
    let other = claim(row.3, row.4, job: row.5)
    #expect(one.conflicts(with: other) == !row.6 && other.conflicts(with: one) == !row.6)
    let held = try locks.take(one, run: "one")
    if row.6 {
      try locks.take(other, run: "other").release()
    } else {
      let refused = try locks.attempt(other, "other")
      guard case .failure(let holder) = refused else {
        Issue.record("it was given")
        return
      }
      #expect(holder.run == "one" && holder.process == "\(getpid())")
    }
    held.release()
  }

  @Test("what a run posts is seen while it lives, and goes with it, also when it was killed")
  func board() throws {
    let held = try locks.take(claim(.shared, "/a", job: "job a"), run: "one")
    let board = try held.openBoard()
    #expect(try locks.running().map(\.progress) == [[]])
    for text in ["a longer line\n", "short\n"] {
      #expect(pwrite(board, text, text.utf8.count, 0) == text.utf8.count)
    }
    #expect(try locks.running().map(\.progress) == [Array("short".utf8)])
    held.release()
    _ = sandbox.shell(
      "cd locks; printf 'shared\\0two\\0001\\0\\0job b\\0' >two.lock; echo x >two.progress",
      asRoot: true)
    // Whoever comes next finds what is left of one that died.
    try locks.take(claim(.shared, "/a"), run: "three").release()
    #expect(sandbox.shell("ls locks", asRoot: true).text == "gate\n")
  }

  @Test("two names of one drive are one place")
  func drives() throws {
    let document = """
      [remote.a]
      type = "openlist"
      endpoint = "http://NAS:5244/"
      path = "/media/"
      [remote.b]
      type = "openlist"
      endpoint = "https://nas/list"
      """
    let configuration = try Resolution(
      Array(document.utf8), file: "f.toml", environment: Environment([:])
    ).configuration(reporting: Log(tool: "test", level: .fatal))
    func claimed(_ text: String) throws -> String {
      "\(try configuration.claimed(Path(text: text)))"
    }
    for name in [
      "a:films", "a:/films/", "openlist://nas/media/films", "openlist://Nas:5244//media/films/",
    ] {
      #expect(try claimed(name) == "openlist://nas:5244/media/films")
    }
    #expect(try claimed("a:") == "openlist://nas:5244/media")
    #expect(try claimed("b:films") == "openlist://nas:443/list/films")
    #expect(try claimed("openlists://nas/films") == "openlist://nas:443/films")
  }

  @Test("what was given up can be taken again, and leaves no file")
  func release() throws {
    for _ in 0..<3 { try locks.take(claim(.alone, "/a"), run: "one").release() }
    #expect(House.names(in: sandbox.folder.appending("locks")) == ["gate"])
  }

  @Test("any bytes may be in a place or the name of a job")
  func bytes() throws {
    let odd = Claim(.alone, [Path([47, 255, 10, 65]), Path(text: "/b")], job: [255, 10])
    let held = try locks.take(odd, run: "one")
    let again = try locks.attempt(Claim(.shared, [Path([47, 255, 10, 65, 47, 1])]), "two")
    #expect(throws: Locks.Holder.self) { try again.get() }
    withExtendedLifetime(held) {}
  }

  @Test("a claim that waits is given when the other is given up, and refused when time is up")
  func patience() throws {
    let locks = locks
    let wanted = claim(.alone, "/a")
    let held = try locks.take(wanted, run: "one")
    #expect(throws: Failure.self) {
      try locks.take(wanted, run: "two", patience: Span(nanoseconds: 60_000_000))
    }
    let waiter = try #require(
      Thread {
        do throws(Failure) {
          try locks.take(wanted, run: "two", patience: Span(nanoseconds: 60_000_000_000)).release()
        } catch {
          Issue.record("\(error)")
        }
      })
    held.release()
    withExtendedLifetime(held) {}
    // A claim that was given up is free, whether or not this process still has it open.
    waiter.join()
  }

  @Test("the claim of a process that was killed is nobody's, once its children have gone too")
  func killed() throws {
    // A stage that outlives its run: it has inherited nothing but the lock.
    let ends = try System.Pipe().release()
    let stage: System.Process
    do {
      let held = try locks.take(claim(.alone, "/a"), run: "one")
      stage = try System.Process.start(
        program: Path(text: "/bin/cat"), arguments: [], stdin: ends.reader,
        extra: [(held.descriptor, 4)])
    }
    close(ends.reader)
    let other = claim(.shared, "/a/b")
    #expect(throws: Locks.Holder.self) { try locks.attempt(other, "two").get() }
    kill(stage.identifier, SIGKILL)
    _ = try stage.wait()
    close(ends.writer)
    try locks.attempt(other, "two").get().release()
  }

  @Test("what a run owed when it died is told to the next that owes the same, and only to it")
  func debts() throws {
    var owing = claim(.shared, "/a")
    owing.owes = true
    do { _ = try locks.take(owing, run: "one") }
    try locks.take(claim(.shared, "/a"), run: "two").release()
    let heir = try locks.take(owing, run: "three")
    #expect(heir.debts.map { "\($0.name)" } == ["one.lock"])
    heir.release()
    let next = try locks.take(owing, run: "four")
    #expect(next.debts.isEmpty)
    next.release()
  }
}
