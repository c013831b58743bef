import Core
import Index
import Support
import System
import Testing
import Values

/// What events make of the records.
@Suite struct ApplyTests {
  private func event(_ event: String, _ path: String, _ more: String = "") -> String {
    #"{"type":"event","path":"\#(path)","event":"\#(event)"\#(more)}"#
  }

  @Test("each event does what it says", arguments: Kind.allCases)
  func each(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir d d/e; for n in a b d/x d/e/y d-z; do echo 1 >$n; done")
    yard.update()
    let hash = try yard.record("d/x")?.hash
    func takes(_ script: String, _ events: [String], _ line: Int = #line) {
      yard.shell("cd files; " + script)
      let outcome = yard.apply(events)
      #expect(outcome.status == 0, "\(script): \(outcome)")
      #expect(yard.difference() == "", "\(script): \(outcome)")
    }
    takes("echo 1 >n", [event("create", "n")])
    takes("echo 22 >a", [event("write", "a")])
    takes("rm b", [event("remove", "b")])
    takes("chmod 600 a", [event("chmod", "a")])
    takes("mv a b", [event("rename", "a", #","to":"b""#)])
    takes("mv d f", [event("rename", "d/", #","to":"f/""#)])
    #expect(try yard.record("f/x")?.hash == hash)
    #expect(try yard.record("f/e/y")?.hash.count == 64)
    takes("rm -r f", [event("remove", "f/")])
    takes("mkdir new; echo 1 >new/x", [event("create", "new/"), event("create", "new/x")])
    takes("mv b d-z", [event("rename", "b", #","to":"d-z""#)])
    // What was there and is gone before anybody looks is nothing.
    takes("true", [event("create", "fleeting"), event("remove", "fleeting")])
    takes("true", [event("create", "fleeting"), event("write", "fleeting")])
    // A folder of which nothing was known.
    takes(
      "mkdir -p u/v; echo 1 >u/v/x; echo 1 >u/y; mv u w",
      [event("create", "u/"), event("rename", "u/", #","to":"w/""#)])
    // One that was made and moved before the files in it were looked at.
    takes(
      "mkdir p; echo 1 >p/x; mv p q",
      [event("create", "p/"), event("create", "p/x"), event("rename", "p/", #","to":"q/""#)])
  }

  @Test("what happened is one operation, not one for each event", arguments: Kind.allCases)
  func history(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; for n in a b c; do echo 1 >$n; done")
    yard.update()
    yard.shell("cd files; rm a; echo 22 >b; seq -f n%.0f 500 | xargs touch")
    let outcome = yard.apply(
      [event("remove", "a"), event("write", "b")] + (1...500).map { event("create", "n\($0)") })
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains(#""operation_type":"realtime""#))
    let told = try yard.operations()
    #expect(told.map(\.kind) == [.realtime, .startup])
    let last = try #require(told.first)
    #expect(last.state == .completed)
    #expect([last.added, last.updated, last.removed] == [500, 1, 1])
    #expect(last.end != nil && last.milliseconds != nil)
    // Nothing that changes anything is no operation.
    yard.apply([event("write", "b"), event("remove", "a")])
    #expect(try yard.operations().count == 2)
  }

  @Test("what came is written before more is waited for", arguments: Kind.allCases)
  func prompt(_ kind: Kind) throws {
    let yard = try Yard(kind)
    let watcher = try Yard.Watcher(yard)
    for number in 0..<5 {
      yard.shell("echo 1 >files/\(number)")
      watcher.tell([event("create", "\(number)")])
      try yard.wait { try yard.record("\(number)") != nil }
    }
    #expect(yard.status.contains(#""is_watching":true"#))
    #expect(try watcher.end(records: 5) == .exited(0))
    #expect(yard.status.contains(#""is_watching":false"#))
    #expect(yard.difference() == "")
  }

  @Test("a listing among events is an update", arguments: Kind.allCases)
  func listing(_ kind: Kind) throws {
    let yard = try Yard(kind)
    let outcome = yard.shell(
      """
      cd files; for n in a b c d; do echo 1 >$n; done; cd ..; s4l-scan files >one
      cat one >stream; echo 1 >files/e
      cat - >>stream; rm files/a; touch files/f; s4l-scan files >>stream
      s4l-hash <stream | s4l-index apply photos
      """, yard.section([event("create", "e")]))
    // The first listing names a file that is gone when it is to be read.
    #expect(outcome.status == 1, "\(outcome)")
    #expect(yard.difference() == "")
    let told = try yard.operations()
    #expect(told.map(\.kind).filter { $0 != .realtime } == [.reconciliation, .startup])
    #expect(told.contains { $0.kind == .realtime && $0.added == 1 })
    #expect(told.allSatisfy { $0.state == .completed })
  }

  @Test("a folder that was made is looked into", arguments: Kind.allCases)
  func made(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir -p d/e f; echo 1 >d/a; echo 1 >d/e/b; echo 1 >d/.c; echo 1 >f/g")
    let events = [event("create", "d/"), event("create", "d/e/"), event("create", "gone/")]
    #expect(yard.apply(events).status == 0)
    #expect(try yard.record("d/a") != nil)
    #expect(try yard.record("d/e/b") != nil)
    #expect(try yard.record("f/g") == nil)
    #expect(yard.apply([event("create", "f/"), event("remove", "d/e/b")]).status == 0)
    #expect(try yard.record("d/e/b") == nil)
    yard.shell("rm files/d/e/b")
    #expect(yard.difference() == "")
  }

  @Test("events of other folders are not ours", arguments: Kind.allCases)
  func others(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("mkdir other; echo 1 >other/a; echo 1 >files/b; echo 1 >files/a")
    let outcome = yard.shell(
      "s4l-index apply photos",
      [
        #"{"type":"head","version":1,"tool":"x","view":"events"}"#,
        event("create", "a", #","root":"\#(yard.sandbox.folder)/other""#),
        event("create", "b", #","root":"\#(yard.root)""#),
        #"{"type":"tail","complete":true,"records":2,"holes":0}"#,
      ])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try yard.record("a") == nil)
    #expect(try yard.record("b") != nil)
  }

  @Test("what cannot be is told, and the rest goes on", arguments: Kind.allCases)
  func flaws(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("echo 1 >files/a; echo 1 >files/b")
    let outcome = yard.apply([
      event("create", "../x"), event("create", "a"), event("rename", "a"),
      event("remove", "/etc/passwd"), event("create", "b"),
    ])
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.complaint.contains("../x"), "\(outcome)")
    #expect(yard.difference() == "")
  }

  @Test("a folder that is lost takes nothing with it", arguments: Kind.allCases)
  func lost(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("echo 1 >files/a; echo 1 >files/b")
    yard.update()
    yard.shell("mv files away")
    let outcome = yard.apply([event("write", "a")])
    #expect(outcome.status != 0, "\(outcome)")
    #expect(try yard.record("a") != nil)
  }

  @Test("one of the configuration is made when it is needed", arguments: Kind.allCases)
  func configured(_ kind: Kind) throws {
    let yard = try Yard(kind, adds: false)
    let id = "6f1c1b1e-0a52-4c5d-9a55-7a0f7b1d2c3e"
    let config = """
      [[repositories]]
      id = "\(id)"
      name = "photos"
      path = "\(yard.root)"
      """
    let outcome = yard.shell(
      """
      cat >s4l.toml; export S4L_CONFIG="$PWD/s4l.toml"; echo 1 >files/a
      s4l-index status photos
      s4l-scan files | s4l-index update --dry-run photos && s4l-index repo list | wc -l
      s4l-scan files | s4l-index update photos && s4l-index repo list
      """, [config])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text.contains(#""repository_id":"\#(id)""#), "\(outcome)")
    #expect(try yard.store().repositories().map(\.id) == [id])
    #expect(try yard.store().totals(of: yard.store().repositories()[0]).files == 1)
  }

  @Test("an export is a listing, which makes nothing of the same files", arguments: Kind.allCases)
  func export(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir d; for n in a b d/c; do echo 1 >$n; done; cd ..; cp -a files twin")
    yard.update()
    let same = yard.shell("s4l-index export photos | s4l-diff --delete twin | grep -c '\"do\"'")
    #expect(same.text == "0\n", "\(same)")
    yard.shell("echo 333 >twin/a; rm twin/d/c; echo 1 >twin/x")
    let plan = yard.shell(
      #"s4l-index export photos | s4l-diff --delete twin | grep -o '"do":"[a-z]*"' | sort"#)
    #expect(plan.text == "\"do\":\"copy\"\n\"do\":\"copy\"\n\"do\":\"delete\"\n", "\(plan)")
  }
}
