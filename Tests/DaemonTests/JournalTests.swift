import Foundation
import Support
import Testing
import Values

/// What a daemon and its children say, in files that end in time, and on its way to PocketBase.
@Suite(.serialized) struct JournalTests {
  private let sandbox = Sandbox()

  private func configure(_ more: String) {
    let text = """
      [[sync_jobs]]
      id = "documents"
      source_path = "\(sandbox.folder)/from"
      destination_path = "\(sandbox.folder)/to"

      \(more)
      """
    House.write(Array(text.utf8), to: sandbox.folder.appending("c.toml"))
    _ = sandbox.shell("chmod 600 c.toml; chown 65534 c.toml; mkdir -p from", asRoot: true)
  }

  private func daemon(_ words: String...) -> Sandbox.Outcome {
    sandbox.run(["s4l-daemon"] + words + ["--config=c.toml"])
  }

  private func state(_ command: String) -> String {
    sandbox.shell("cd $XDG_STATE_HOME/s4l && " + command).text
  }

  private func until(_ isSo: () throws -> Bool) rethrows { while try !isSo() {} }

  @Test("a log of another day is ended, packed, and only so many are kept; all lines are there")
  func rotated() throws {
    configure("[daemon]\nlog_level = \"debug\"\nlog_keep = 2\nlog_max_size = \"1k\"")
    _ = sandbox.shell(
      """
      mkdir -p $XDG_STATE_HOME/s4l; cd $XDG_STATE_HOME/s4l; echo old >daemon.log
      touch -d '2001-02-03 12:00Z' daemon.log; echo x >daemon.log.2001-01-01
      echo y >daemon.log.2001-01-02; echo z >daemon.log.keep
      """)
    #expect(daemon("start").status == 0)
    until { state("zcat daemon.log.2001-02-03.gz 2>&1") == "old\n" }
    #expect(!state("ls").contains("daemon.log.2001-01-01"))
    #expect(state("cat daemon.log.keep") == "z\n")
    // Until one has ended for its size.
    let today = "ls | grep -c 'daemon.log.20[2-9]'"
    until {
      _ = daemon("reload")
      return state(today) != "0\n"
    }
    // A log that somebody moves away is begun anew.
    _ = state("mv daemon.log moved")
    until {
      _ = daemon("reload")
      return state("ls").contains("daemon.log\n")
    }
    #expect(daemon("stop").status == 0)
    #expect(state("tail -n 2 daemon.log").contains("\"ended\""))
    for line in state("cat daemon.log").split(separator: "\n") {
      #expect(line.hasPrefix("{\"ts\":") && line.hasSuffix("}"), "\(line)")
    }
  }

  @Test("lines of the daemon and of its children reach PocketBase, the last ones too")
  func shipped() throws {
    let logs: [String: any Sendable] = ["sync_logs": [String: String]()]
    let server = try PocketBaseServer(["collections": logs])
    configure(server.configuration)
    #expect(daemon("start").status == 0)
    #expect(daemon("run", "documents").status == 0)
    func said(_ tool: String, _ words: String) throws -> Bool {
      try server.records("sync_logs").contains { record in
        record["tool"] as? String == tool && (record["msg"] as? String)?.contains(words) == true
      }
    }
    try until { try said("s4l-put", "copied") }
    #expect(daemon("stop").status == 0)
    #expect(try said("s4l-daemon", "ready"))
    #expect(try said("s4l-daemon", "asked to end"))
    #expect(try !server.records("sync_logs").contains { $0["tool"] as? String == "s4l-ship" })
  }

  @Test("a server that is away holds nobody up; its lines go when it is back, and others never")
  func away() throws {
    let logs: [String: any Sendable] = ["sync_logs": [String: String]()]
    let server = try PocketBaseServer([
      "collections": logs, "fail": Array(repeating: 503, count: 2),
    ])
    configure(server.configuration)
    #expect(daemon("start").status == 0)
    // Whoever ships is killed: what it has not read is read by the next.
    let pid =
      "s4l-daemon status --json --config=$OLDPWD/c.toml | "
      + "sed 's/.*\"name\":\"ship\",\"pid\":\\([0-9]*\\).*/\\1/'"
    let first = state(pid)
    _ = state("kill -9 $(\(pid))")
    until { state(pid) != first }
    #expect(daemon("run", "documents").status == 0)
    try until {
      try server.records("sync_logs").contains { ($0["msg"] as? String) == "ready" }
    }
    #expect(daemon("stop").status == 0)
    configure(server.configuration + "ship_logs = false")
    #expect(daemon("start").status == 0)
    #expect(!daemon("status").text.contains("ship"))
    #expect(daemon("stop").status == 0)
  }
}
