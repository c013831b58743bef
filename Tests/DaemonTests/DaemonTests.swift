import Core
import Foundation
import Glibc
import Support
import Testing
import Values

/// The daemon with its real children.
@Suite(.serialized) struct DaemonTests {
  private let sandbox = Sandbox()

  private func configure(_ more: String = "", interval: String = "1000d") {
    let text = """
      [[sync_jobs]]
      id = "documents"
      source_path = "\(sandbox.folder)/from"
      destination_path = "\(sandbox.folder)/to"
      [sync_jobs.schedule]
      type = "interval"
      interval = "\(interval)"

      [[sync_jobs]]
      id = "watched"
      source_path = "\(sandbox.folder)/watched"
      destination_path = "\(sandbox.folder)/copied"

      [[file_watchers]]
      id = "watcher"
      watch_path = "\(sandbox.folder)/watched"
      sync_job_id = "watched"
      debounce_ms = 50
      \(more)
      """
    House.write(Array(text.utf8), to: sandbox.folder.appending("c.toml"))
  }

  private func daemon(_ words: String...) -> Sandbox.Outcome {
    sandbox.run(["s4l-daemon"] + words + ["--config=c.toml"])
  }

  /// Starts it, and ends it whatever happens.
  private func living(_ body: () throws -> Void) throws {
    _ = sandbox.shell("mkdir -p from watched; echo a >from/a")
    let start = daemon("start", "--log-level=debug")
    #expect(start.status == 0, "\(start) \(log)")
    defer { _ = daemon("stop") }
    try body()
  }

  private var log: String { sandbox.shell("cat $XDG_STATE_HOME/s4l/daemon.log").text }

  private struct Status: Decodable {
    struct Child: Decodable {
      var name: String
      var pid: Int32?
      var state: String
      var restarts: Int
    }
    var pid: Int32
    var children: [Child]

    subscript(name: String) -> Child? { children.first { $0.name == name } }
  }

  private func status() throws -> Status {
    let outcome = daemon("status", "--json")
    try #require(outcome.status == 0, "\(outcome) \(log)")
    return try JSONDecoder().decode(Status.self, from: Data(outcome.output))
  }

  /// Looks until it is so; a bound is that of the whole run of the tests.
  private func until(_ isSo: () throws -> Bool) rethrows { while try !isSo() {} }

  private func isAlive(_ pid: Int32) -> Bool {
    // One that nobody has waited for yet is none any more.
    let state = sandbox.shell("cut -d' ' -f3 /proc/\(pid)/stat 2>/dev/null").text
    return !state.isEmpty && state != "Z\n"
  }

  @Test("a damaged file of queues is told before anything is started, with what to do")
  func damaged() throws {
    configure()
    _ = sandbox.shell(
      "mkdir -p $XDG_STATE_HOME/s4l; cd $XDG_STATE_HOME; "
        + "yes rubbish | head -1000 >s4l/queue.db")
    let start = daemon("start")
    defer { _ = daemon("stop") }
    #expect(start.status == 65, "\(start) \(log)")
    #expect("\(start) \(log)".contains("moved away"), "\(start) \(log)")
    #expect(daemon("status").status == 69)
  }

  @Test("it is ready when start returns, runs what is due and what changes, and stop ends it all")
  func life() throws {
    let odd = "odd\u{1B}[31m"
    configure(
      "[[sync_jobs]]\nid = \"odd\\u001b[31m\"\nsource_path = \"/a\"\ndestination_path = \"/b\"")
    var pids: [Int32] = []
    try living {
      let now = try status()
      #expect(Set(now.children.map(\.name)) == ["cron", "worker", "watcher"])
      pids = [now.pid] + now.children.compactMap(\.pid)
      until { sandbox.shell("cat to/a").text == "a\n" }
      // It may still be about to watch.
      until {
        _ = sandbox.shell("echo b >watched/b")
        return sandbox.shell("cat copied/b").text == "b\n"
      }
      let again = daemon("start")
      #expect(again.status == 75 && again.complaint.contains("running already"), "\(again)")
      #expect(daemon("status").text.contains("documents\ton\tnext 20"))
      #expect(daemon("status").text.contains(Path.visible(odd.utf8) + "\ton\tnext never"))
      #expect(daemon("logs", "--lines=1").text.split(separator: "\n").count == 1)
    }
    #expect(pids.count == 4 && pids.allSatisfy { !isAlive($0) })
    #expect(daemon("status").status == 69 && daemon("stop").status == 69)
    #expect(daemon("reload").status == 69)
    #expect(log.contains("\"msg\":\"ended\""))
  }

  @Test("whoever is killed is there again, and when the daemon is killed nobody stays")
  func killed() throws {
    configure()
    try living {
      for name in ["cron", "worker", "watcher"] {
        let before = try #require(try status()[name]?.pid)
        _ = kill(before, SIGKILL)
        try until {
          let child = try status()[name]
          return child?.state == "running" && child?.pid != before && child?.restarts == 1
        }
      }
      let last = try status()
      _ = kill(last.pid, SIGKILL)
      let pids = last.children.compactMap(\.pid)
      #expect(pids.count == 3)
      until { pids.allSatisfy { !isAlive($0) } }
      #expect(daemon("status").status == 69)
      // Another may take its place at once.
      #expect(daemon("start").status == 0)
      #expect(try status().pid != last.pid)
    }
  }

  @Test("only those are started anew whose part of the configuration has changed")
  func reloaded() throws {
    configure()
    try living {
      let before = try status()
      configure("[hook]\nlisten = \"127.0.0.1:0\"\ntoken = \"x\"", interval: "2000d")
      #expect(daemon("reload").status == 0)
      try until { try status()["hook"]?.state == "running" }
      try until { try status()["cron"]?.pid != before["cron"]?.pid }
      let after = try status()
      #expect(after["worker"]?.pid == before["worker"]?.pid)
      #expect(after["watcher"]?.pid == before["watcher"]?.pid)
      #expect(after["cron"]?.restarts == 0)
      configure(interval: "2000d")
      try until { try status()["hook"] == nil }
      #expect(try status()["cron"]?.pid == after["cron"]?.pid)
    }
  }

  @Test("a configuration with a mistake changes nothing, and the log says why; nor does a storm")
  func mistaken() throws {
    configure()
    try living {
      let before = try status()
      configure("[concurrency]\nmax_concurrent_syncs = 0")
      until { log.contains("the configuration that was in force stays") }
      #expect(daemon("reload").status == 0)
      until { log.contains("the configuration that was in force stays, until the file is right") }
      #expect(!log.contains("says the same"))
      #expect(try status().children.compactMap(\.pid) == before.children.compactMap(\.pid))
      configure()
      for _ in 0..<30 { #expect(daemon("reload").status == 0) }
      #expect(try status().children.compactMap(\.pid) == before.children.compactMap(\.pid))
    }
    configure("[concurrency]\nmax_concurrent_syncs = 0")
    let start = daemon("start")
    #expect(start.status == 78 && start.complaint.contains("daemon.log"), "\(start)")
  }

  @Test("what counts from the next start on is named, or has it start anew")
  func anew() throws {
    configure()
    try living {
      let before = try status()
      configure("[daemon]\nlog_level = \"debug\"")
      until { log.contains("daemon.log_level: what has changed counts from the next start") }
      configure("[daemon]\nlog_level = \"info\"\nauto_restart_on_config_change = true")
      try until {
        let outcome = daemon("status", "--json")
        if outcome.status != 0 { return false }
        let now = try JSONDecoder().decode(Status.self, from: Data(outcome.output))
        return now["cron"].map { $0.state == "running" && $0.pid != before["cron"]?.pid } ?? false
      }
      #expect(try status().pid == before.pid)
    }
  }

  @Test("a job that waits is not queued twice, and a full queue refuses loudly")
  func jobs() throws {
    configure()
    #expect(daemon("run", "documents").status == 0)
    let again = daemon("run", "documents")
    #expect(again.status == 75 && again.complaint.contains("waits or runs"), "\(again)")
    configure("[concurrency]\nsync_queue_size = 1")
    let full = daemon("run", "watched")
    #expect(full.status == 75 && full.complaint.contains("sync_queue_size"), "\(full)")
    // However many ask at once.
    let jobs = (1...9).map {
      "[[sync_jobs]]\nid = \"j\($0)\"\nsource_path = \"/a\"\ndestination_path = \"/b\"\n"
    }
    configure("[concurrency]\nsync_queue_size = 4\n" + jobs.joined())
    let many = sandbox.shell(
      """
      for n in 1 2 3 4 5 6 7 8 9; do
        { s4l-daemon run j$n --config=c.toml 2>/dev/null; echo $? >j$n; } &
      done
      wait
      cat j?
      """)
    #expect(many.text.split(separator: "\n").count { $0 == "0" } == 3, "\(many)")
    #expect(many.text.split(separator: "\n").count { $0 == "75" } == 6, "\(many)")
    configure()
    let unknown = daemon("run", "document")
    #expect(unknown.status == 66 && unknown.complaint.contains("documents"), "\(unknown)")
    #expect(daemon("run").status == 64)
    #expect(daemon("stop", "documents").status == 64)
  }

  @Test("what a PocketBase says reaches the children, and counts while it is away")
  func distant() throws {
    let record: [String: any Sendable] = [
      "id": "000000000000001", "name": "far", "enabled": true, "schedule": "every:1000d",
      "spec": [
        "source_path": "\(sandbox.folder)/from", "destination_path": "\(sandbox.folder)/far",
      ],
    ]
    func offer(_ server: PocketBaseServer, _ records: [String: any Sendable]) throws {
      try server.set(["collections": ["sync_jobs": records] as [String: any Sendable]])
    }
    do {
      let server = try PocketBaseServer()
      try offer(server, [:])
      configure(server.configuration)
      try living {
        #expect(try status()["pocketbase"]?.state == "running")
        while try server.listeners() == 0 {}
        try offer(server, ["000000000000001": record])
        try server.touch("sync_jobs")
        // It is run by its schedule, which nobody but the server has told.
        until { sandbox.shell("cat far/a").text == "a\n" }
        #expect(daemon("status").text.contains("far\ton\tnext 20"))
        // What makes no sense changes nothing.
        try offer(server, ["000000000000001": record.merging(["schedule": "never"]) { $1 }])
        try server.touch("sync_jobs")
        until { log.contains("none of what it says counts") }
        #expect(daemon("status").text.contains("far\ton\tnext 20"))
      }
    }
    // The server is no more.
    _ = sandbox.shell("rm -r far")
    try living {
      #expect(daemon("status").text.contains("far\ton\t"))
      #expect(daemon("run", "far").status == 0)
      until { sandbox.shell("cat far/a").text == "a\n" }
      until { log.contains("the last good copy stays") }
    }
  }

  @Test("another server than the configured one is asked for one run")
  func elsewhere() throws {
    let server = try PocketBaseServer()
    let record: [String: any Sendable] = [
      "id": "000000000000001", "name": "far",
      "spec": ["source_path": "/srv/a", "destination_path": "/srv/b"],
    ]
    try server.set([
      "collections": ["sync_jobs": ["000000000000001": record]] as [String: any Sendable]
    ])
    configure(server.configuration.replacingOccurrences(of: server.endpoint, with: "http://x"))
    let start = daemon("start", "--pocketbase-url=\(server.endpoint)")
    #expect(start.status == 0, "\(start) \(log)")
    defer { _ = daemon("stop") }
    until { sandbox.shell("cat $XDG_STATE_HOME/s4l/pocketbase.toml").text.contains("far") }
    let front = try sandbox.start(
      [
        "s4l-daemon", "start", "--foreground", "--config=c.toml", "--quiet",
        "--pocketbase-url=http://y",
      ])
    #expect(try front.wait() == .exited(75))
  }

  @Test("systemd hears that it is ready, alive, reloading and ending")
  func heard() throws {
    configure()
    _ = sandbox.shell("mkdir -p from watched")
    let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(file) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = "\(sandbox.home)/notify"
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    chmod(path, 0o777)
    let process = try sandbox.start(
      ["s4l-daemon", "start", "--foreground", "--config=c.toml", "--quiet"],
      environment: ["NOTIFY_SOCKET=\(path)", "WATCHDOG_USEC=20000"])
    var heard: [String] = []
    func listen(for word: String) {
      while heard.last != word {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = recv(file, &bytes, bytes.count, 0)
        if count <= 0 { return }
        heard.append(String(decoding: bytes.prefix(count), as: UTF8.self))
      }
    }
    for word in ["READY=1", "WATCHDOG=1", "WATCHDOG=1"] {
      listen(for: word)
      heard.append("")
    }
    kill(process.identifier, SIGHUP)
    for word in ["RELOADING=1", "READY=1"] { listen(for: word) }
    kill(process.identifier, SIGTERM)
    listen(for: "STOPPING=1")
    _ = try process.wait()
  }
}
