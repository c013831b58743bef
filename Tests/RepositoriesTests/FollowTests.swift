import Glibc
import Support
import Testing

/// What is watched is what the configuration says now.
@Suite("Repositories whose configuration changes") struct FollowTests {
  private func text(_ estate: Estate, _ names: [String], keys: String = "") -> String {
    names.map { name in
      "[[repositories]]\nid = \"\(name)\"\npath = \"\(estate.folder(name))\"\n\(keys)\n"
    }.joined()
  }

  private func isWatched(_ estate: Estate, _ name: String) -> Bool {
    estate.status(name)["is_watching"] as? Bool == true
  }

  @Test("one that is new, changed or gone is heeded, and no other is disturbed")
  func follows() throws {
    let estate = Estate("one", "two")
    estate.configure(text(estate, ["one"]))
    try estate.watch()
    #expect(until { isWatched(estate, "one") }, "\(estate.said)")
    let first = estate.stages("s4l-watch")
    #expect(first.count == 1)

    estate.shell("echo a >two/a")
    estate.configure(text(estate, ["one", "two"]))
    #expect(estate.converges("two"), "\(estate.account(of: "two"))")
    #expect(Set(estate.stages("s4l-watch")).isSuperset(of: first))

    let second = Set(estate.stages("s4l-watch")).subtracting(first)
    #expect(second.count == 1)
    let plain = text(estate, ["one"])
    estate.configure(plain + text(estate, ["two"], keys: "filters = [\"*.tmp\"]"))
    #expect(
      until {
        let now = estate.stages("s4l-watch")
        return now.count == 2 && second.isDisjoint(with: now)
      })
    estate.shell("echo b >two/b.tmp; echo c >two/c")
    #expect(until { estate.shell("s4l-index list two").contains("\"c\"") }, "\(estate.said)")
    #expect(!estate.shell("s4l-index list two").contains("b.tmp"))

    estate.configure(plain)
    #expect(until { !isWatched(estate, "two") }, "\(estate.said)")
    #expect(estate.stages("s4l-watch") == first)
    estate.shell("echo z >one/z")
    #expect(estate.converges("one"), "\(estate.account(of: "one"))")
    estate.signal(SIGTERM)
    #expect(try estate.ended() == .signalled(15))
    #expect(!isWatched(estate, "one"))
  }

  @Test("the daemon has it follow too, and does not start it again for that")
  func daemon() {
    let estate = Estate("one", "two")
    estate.configure(text(estate, ["one"]))
    estate.shell("s4l-daemon start")
    defer { estate.shell("s4l-daemon stop") }
    func process() -> String {
      estate.shell(
        "s4l-daemon status --json | "
          + "sed 's/.*\"name\":\"repositories\",\"pid\":\\([0-9]*\\).*/\\1/'")
    }
    let log = "cat \"$XDG_STATE_HOME/s4l/daemon.log\""
    #expect(until { isWatched(estate, "one") }, "\(estate.shell(log))")
    let first = process()
    estate.configure(text(estate, ["one", "two"]))
    #expect(until { isWatched(estate, "two") }, "\(estate.shell(log))")
    #expect(process() == first)
    #expect(isWatched(estate, "one"))
  }

  @Test("one that is wrong, or names nothing to watch, changes nothing, and that is said")
  func wrong() throws {
    let estate = Estate("one")
    try estate.watch()
    #expect(until { isWatched(estate, "one") }, "\(estate.said)")
    let first = estate.stages("s4l-watch")
    estate.configure("[[repositories]\n")
    #expect(until { estate.said.contains("that was in force stays") }, "\(estate.said)")
    estate.configure(text(estate, ["one"], keys: "enabled = false"))
    #expect(until { estate.said.contains("goes on being watched") }, "\(estate.said)")
    #expect(estate.stages("s4l-watch") == first)
    // Right again, and elsewhere: all are begun anew.
    let other = estate.sandbox.folder.appending("other.db")
    estate.configure("[index]\ndatabase = \"\(other)\"\n" + text(estate, ["one"]))
    #expect(until { estate.shell("test -e \(other) && echo yes || true") == "yes\n" })
    estate.shell("echo z >one/z")
    #expect(estate.converges("one"), "\(estate.account(of: "one"))")
    #expect(estate.stages("s4l-watch") != first)
  }
}
