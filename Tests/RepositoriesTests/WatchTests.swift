import Foundation
import Glibc
import Support
import Testing

/// The real time pipe and the comparisons, as one process keeps them going.
@Suite("Repositories that are watched") struct WatchTests {
  /// A good deal of change in the folder `name`: files new, written, moved and gone, in folders
  /// that are too.
  private func storm(_ name: String, _ seed: Int) -> String {
    """
    cd \(name)
    for i in $(seq 1 40); do
      mkdir -p d$i/in\(seed)
      echo \(seed) $i >d$i/in\(seed)/a; echo $i >>d$i/b; echo \(seed) >f$i.tmp; mv f$i.tmp f$i
      test $((i % 3)) = 0 && mv d$i moved$i-\(seed)
      test $((i % 5)) = 0 && rm -rf moved$i-\(seed) d$i
      if test $((i % 7)) = 0; then rm -f f$i; fi
    done
    """
  }

  @Test("the index follows storms of changes in two repositories, and says so")
  func storms() throws {
    let estate = Estate("one", "two")
    estate.shell("echo old >one/old; echo x >one/.hidden")
    try estate.watch()
    #expect(until { estate.told.count >= 2 }, "\(estate.said)")
    for seed in 1...3 {
      estate.shell(storm("one", seed) + "; cd ..; " + storm("two", seed + 1))
      for name in ["one", "two"] {
        #expect(estate.converges(name), "\(estate.account(of: name))")
      }
    }
    #expect(estate.status("one")["is_watching"] as? Bool == true)
    estate.signal(SIGTERM)
    #expect(try estate.ended() == .signalled(15))
    #expect(estate.status("one")["is_watching"] as? Bool == false)
    for name in ["one", "two"] {
      let history = estate.history(name)
      #expect(history.last?.kind == "startup")
      #expect(history.contains { $0.kind == "realtime" })
      #expect(history.allSatisfy { $0.state == "completed" }, "\(history)")
      #expect(estate.isTrue(name))
    }
    // All that they told is what we asked for: nothing went wrong.
    #expect(estate.said.split(separator: "\n") == ["s4l-run: warning: stopped by signal 15"])
  }

  @Test("what changes behind the back of the index is put right by a comparison, when asked to")
  func behind() throws {
    let estate = Estate("one")
    estate.shell("for i in $(seq 1 50); do echo $i >one/f$i; done")
    try estate.watch("one")
    #expect(until { estate.told.count >= 1 } && estate.converges("one"), "\(estate.said)")
    let script = """
      import sqlite3, os
      index = sqlite3.connect(os.environ['XDG_STATE_HOME'] + '/s4l/index.db', timeout=60)
      index.execute("UPDATE file_records SET file_size = 7 WHERE rowid % 3 = 0")
      index.execute("DELETE FROM file_records WHERE rowid % 3 = 1")
      index.commit()
      """
    let outcome = estate.sandbox.run(["python3", "-c", script])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(!estate.isTrue("one"))
    estate.signal(SIGUSR1)
    #expect(estate.converges("one"), "\(estate.said)")
    #expect(until { estate.history("one").first?.kind == "reconciliation" })
    let runs = estate.shell("s4l-run --history one")
    #expect(Estate.records(runs).first?["operation_type"] as? String == "reconciliation")
  }

  @Test("a stage that is killed is made good, whichever it is")
  func killed() throws {
    let estate = Estate("one")
    try estate.watch()
    #expect(until { estate.told.count >= 1 }, "\(estate.said)")
    for (seed, tool) in ["s4l-watch", "s4l-debounce", "s4l-hash", "s4l-index"].enumerated() {
      #expect(until { estate.stages("s4l-index").count == 1 })
      estate.shell("(\(storm("one", seed))) & ")
      let victims = estate.stages(tool)
      #expect(victims.count == 1)
      for victim in victims { kill(victim, SIGKILL) }
      #expect(until { estate.said.contains("\(tool) was killed by signal 9") }, "\(estate.said)")
      #expect(until { !estate.stages(tool).isEmpty && estate.stages(tool) != victims })
      #expect(estate.converges("one"), "\(estate.said)")
    }
    estate.shell("echo last >one/last")
    #expect(estate.converges("one"))
    // Only operations that were cut off have failed, and none is thought to be running still.
    estate.signal(SIGTERM)
    #expect(try estate.ended() == .signalled(15))
    #expect(!estate.history("one").contains { $0.state == "running" })
  }

  @Test("killed itself, it takes its pipes along, and the next one finds what was missed")
  func orphaned() throws {
    let estate = Estate("one")
    try estate.watch()
    #expect(until { estate.told.count >= 1 }, "\(estate.said)")
    let stages = ["s4l-watch", "s4l-debounce", "s4l-hash", "s4l-index"].flatMap {
      estate.stages($0)
    }
    #expect(stages.count == 4)
    estate.signal(SIGKILL)
    #expect(try estate.ended() == .signalled(9))
    #expect(until { stages.allSatisfy { kill($0, 0) != 0 } })
    estate.shell(storm("one", 9))
    #expect(!estate.isTrue("one"))
    try estate.watch()
    #expect(estate.converges("one"), "\(estate.said)")
  }

  @Test("a repository whose folder is missing is tried again, and disturbs no other")
  func missing() throws {
    let estate = Estate("one", "gone")
    estate.shell("rmdir gone")
    try estate.watch()
    #expect(until { estate.said.contains("gone: it is not watched: ") }, "\(estate.said)")
    estate.shell("echo a >one/a")
    #expect(estate.converges("one"), "\(estate.said)")
    estate.shell("mkdir gone; echo b >gone/b")
    #expect(until { estate.isTrue("gone") }, "\(estate.said)")
  }
}
