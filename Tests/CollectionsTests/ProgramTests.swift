import Core
import Foundation
import Support
import System
import Testing
import Values

/// s4l-conf against the double.
@Suite struct ProgramTests {
  private let sandbox = Sandbox()
  private let server: PocketBaseServer

  private static let job: [String: any Sendable] = [
    "id": "000000000000001", "name": "documents", "enabled": true, "schedule": "every:5m",
    "spec": ["source_path": "/srv/a", "destination_path": "/srv/b"],
  ]

  init() throws {
    server = try PocketBaseServer()
    try offer(["sync_jobs": [ProgramTests.job], "config": [], "file_watchers": []])
    configure("")
  }

  private func offer(_ collections: [String: [[String: any Sendable]]]) throws {
    let all = collections.mapValues { records -> [String: any Sendable] in
      Dictionary(uniqueKeysWithValues: records.map { ($0["id"] as? String ?? "", $0) })
    }
    try server.set(["collections": all])
  }

  private func configure(_ more: String) {
    House.write(
      Array((server.configuration + more).utf8), to: sandbox.folder.appending("c.toml"))
    _ = sandbox.shell("chmod 600 c.toml; chown 65534 c.toml", asRoot: true)
  }

  private func conf(_ words: String...) -> Sandbox.Outcome {
    sandbox.run(["s4l-conf"] + words + ["--config=c.toml"])
  }

  private var copy: String { sandbox.shell("cat $XDG_STATE_HOME/s4l/pocketbase.toml").text }

  /// Pulling fails, loudly, and the copy stays as it is.
  private func refuses(
    _ status: Int32, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let before = copy
    let outcome = conf("pull")
    #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
    #expect(outcome.complaint.contains(words), "\(outcome)", sourceLocation: sourceLocation)
    let stays = before.isEmpty ? "there is no copy of it yet" : "the last good copy stays"
    #expect(outcome.complaint.contains(stays), "\(outcome)", sourceLocation: sourceLocation)
    #expect(copy == before, sourceLocation: sourceLocation)
    #expect(!outcome.complaint.contains(PocketBaseServer.password))
  }

  @Test(
    "what the server says is kept and counts, of old servers and of new ones",
    arguments: [false, true])
  func pulled(old: Bool) throws {
    try server.set(["old": old])
    let dry = conf("pull", "--dry-run")
    #expect(dry.status == 0 && dry.text.contains("+ [[sync_jobs]] documents"), "\(dry)")
    #expect(copy.isEmpty)
    #expect(conf("pull").status == 0)
    #expect(sandbox.shell("stat -c %a $XDG_STATE_HOME/s4l/pocketbase.toml").text == "600\n")
    #expect(!copy.contains(PocketBaseServer.password))
    let shown = conf("show", "--origin")
    #expect(shown.text.contains("interval = \"5m\"  # pocketbase"), "\(shown)")
    #expect(conf("get", "sync_jobs.documents.source_path").text == "/srv/a\n")
    let same = conf("pull", "--dry-run")
    #expect(same.status == 0 && same.text.isEmpty, "\(same)")
    let first = copy
    #expect(conf("pull").status == 0 && copy == first)
    // The file holds, key by key, and the environment over it.
    configure("[[sync_jobs]]\nid = \"documents\"\nsource_path = \"/mine\"\n")
    #expect(conf("get", "sync_jobs.documents.source_path").text == "/mine\n")
    #expect(conf("get", "sync_jobs.documents.schedule.interval").text == "5m\n")
    #expect(conf("pull", "--output=o.toml").status == 0)
    #expect(conf("pull", "--output=o.toml").status == 77)
    #expect(sandbox.shell("stat -c %a o.toml; grep -c documents o.toml").text == "600\n1\n")
  }

  @Test("a server that is away, forgets us or stops knowing us changes nothing")
  func away() throws {
    refuses(75, "", offline: true)
    #expect(conf("pull").status == 0)
    for lists in 0...4 {
      try server.set(["expire_after": lists])
      #expect(conf("pull", "--dry-run").text.isEmpty)
    }
    try server.set(["forgets": true])
    refuses(75, "it stopped knowing us")
    try server.set(["forgets": false, "fail": [500, 500, 500, 500]])
    refuses(75, "status 500")
    refuses(75, "", offline: true)
    #expect(conf("get", "sync_jobs").text == "documents\n")
    try server.set(["admin": ["identity": "admin@example.com", "password": "other"]])
    refuses(77, "logging in as admin@example.com")
    // What it really does not have any more is gone.
    try server.set(["admin": ["identity": "admin@example.com", "password": "admin123456"]])
    try offer(["sync_jobs": []])
    #expect(conf("pull", "--dry-run").text.contains("- [[sync_jobs]] documents"))
    #expect(conf("pull").status == 0)
    #expect(conf("get", "sync_jobs").text.isEmpty)
  }

  private func refuses(_ status: Int32, _ words: String, offline: Bool) {
    let before = copy
    let outcome = conf("pull", "--pocketbase-url=http://127.0.0.1:1")
    #expect(outcome.status == status && copy == before, "\(outcome)")
    #expect(outcome.complaint.contains("127.0.0.1:1"), "\(outcome)")
  }

  @Test("what is no configuration is not kept, and all that is wrong with it is told")
  func broken() throws {
    #expect(conf("pull").status == 0)
    var wrong = ProgramTests.job
    wrong["schedule"] = "every:never"
    try offer(["sync_jobs": [wrong]])
    refuses(78, "pocketbase: sync_jobs.documents.schedule.interval: \"never\" is no length")
    wrong["schedule"] = "61 * * * *"
    try offer(["sync_jobs": [wrong]])
    refuses(78, "pocketbase: sync_jobs.documents")
    wrong["schedule"] = "manual"
    wrong["name"] = "../../x"
    try offer(["sync_jobs": [wrong]])
    refuses(78, "sync_jobs: ../../x: ")
    var twin = ProgramTests.job
    twin["id"] = "000000000000002"
    try offer(["sync_jobs": [ProgramTests.job, twin]])
    refuses(78, "two records have this name")
    try offer(["sync_jobs": [["id": "000000000000001", "name": "documents", "spec": [String]()]]])
    refuses(78, "spec: this is no object")
    try offer([
      "sync_jobs": [ProgramTests.job],
      "file_watchers": [
        [
          "id": "000000000000001", "name": "w",
          "spec": ["watch_path": "/x", "sync_job_id": "document"],
        ]
      ],
    ])
    refuses(78, "there is no \"document\"")
    try offer(["file_watchers": []])
    refuses(66, "it has no collection sync_jobs any more")
    try offer([:])
    refuses(66, "it has none of the collections")
  }

  @Test("it cannot have commands run, files of programs moved or secrets set")
  func hostile() throws {
    func key(_ number: Int, _ name: String, _ value: any Sendable) -> [String: any Sendable] {
      ["id": "00000000000000\(number)", "key": name, "value": value]
    }
    var job = ProgramTests.job
    job["command"] = "touch x"
    var plugin = ProgramTests.job
    plugin["id"] = "000000000000002"
    plugin["name"] = "plugin"
    plugin["spec"] = ["source_path": "/srv/a", "destination_path": "evil://x"]
    try offer([
      "sync_jobs": [job, plugin],
      "config": [
        key(1, "daemon.ssh_command", "touch x"), key(2, "daemon.pid_file", "/x"),
        key(3, "metrics.token", "x"), key(4, "pocketbase.url", "http://evil"),
        key(5, "remote.s3.endpoint", "http://evil"), key(6, "daemon.log_level", "debug"),
        key(7, "somebody's own", 1), key(8, "hook.listen", "0.0.0.0:1"),
        key(9, "daemon.enable_ssh_task", true),
      ],
    ])
    let outcome = conf("pull")
    #expect(outcome.status == 0, "\(outcome)")
    for name in [
      "documents: command", "daemon.ssh_command", "daemon.pid_file", "metrics.token",
      "pocketbase.url", "remote.s3.endpoint", "hook.listen", "enable_ssh_task",
      "sync_jobs.plugin.destination_path",
    ] {
      #expect(outcome.complaint.contains(name), "\(name): \(outcome)")
    }
    let shown = conf("show", "--origin").text
    #expect(!shown.contains("evil") && !shown.contains("touch x") && !shown.contains("0.0.0.0"))
    #expect(shown.contains("log_level = \"debug\"  # pocketbase"))
    // Who writes into the copy gets no further.
    _ = sandbox.shell(
      "printf '[daemon]\\nssh_command = \"touch x\"\\n' >>$XDG_STATE_HOME/s4l/pocketbase.toml")
    #expect(!conf("show").text.contains("touch x"))
  }

  @Test("with roots, jobs name files below them, and a watcher goes with its job")
  func rooted() throws {
    configure("roots = [\"/srv\"]\n")
    func job(_ number: Int, _ from: String, _ to: String) -> [String: any Sendable] {
      [
        "id": "00000000000000\(number)", "name": "j\(number)",
        "spec": ["source_path": from, "destination_path": to],
      ]
    }
    try offer([
      "sync_jobs": [
        job(1, "/srv/a", "/srv/b"), job(2, "/etc", "/srv/b"), job(3, "/srv/../etc", "/srv/b"),
        job(4, "/srv/a", "s3://bucket"), job(5, "/srv/a", "file:///etc/cron.d"),
        job(6, "/srv/a", "nas:/x"), job(7, "/srvx", "/srv/b"), job(8, "relative", "/srv/b"),
        job(9, "/srv/..\u{301}/../\u{301}etc", "/srv/b"),
      ],
      "file_watchers": [
        [
          "id": "000000000000001", "name": "w",
          "spec": ["watch_path": "/srv/a", "sync_job_id": "j2"],
        ]
      ],
    ])
    let outcome = conf("pull")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(conf("get", "sync_jobs").text == "j1\nj4\nj6\n", "\(outcome)")
    #expect(conf("get", "file_watchers").text.isEmpty)
    #expect(outcome.complaint.contains("sync_jobs.j5.destination_path"))
  }

  @Test("the copy of another server does not count")
  func another() throws {
    #expect(conf("pull").status == 0)
    let outcome = sandbox.run(
      ["s4l-conf", "get", "sync_jobs", "--config=c.toml"],
      environment: ["S4L_POCKETBASE_URL=http://127.0.0.1:1"])
    #expect(outcome.text.isEmpty && outcome.complaint.contains("another server"), "\(outcome)")
  }

  @Test(
    "what is pushed and pulled again is the same, also twice, and by request what is gone goes",
    arguments: [false, true])
  func pushed(old: Bool) throws {
    try server.set(["old": old])
    let lost = ProgramTests.job.merging(["name": "lost", "id": "00000000000000x"]) { $1 }
    try offer(["sync_jobs": [ProgramTests.job, lost], "config": [], "file_watchers": []])
    configure(RoundTripTests.file.replacingOccurrences(of: "[[strm_jobs]]", with: "[[unknown]]"))
    let dry = conf("push", "--dry-run")
    #expect(dry.status == 0 && dry.text.contains("+   source_path = \"/srv/c\""), "\(dry)")
    #expect(!dry.text.contains("lost"))
    #expect(try server.records("sync_jobs").count == 2)
    #expect(conf("push").status == 0)
    #expect(try server.records("sync_jobs").count == 3)
    #expect(conf("push", "--dry-run").text.isEmpty)
    let gone = conf("push", "--delete", "--dry-run")
    #expect(gone.text.contains("- [[sync_jobs]] lost"), "\(gone)")
    #expect(conf("push", "--delete").status == 0)
    #expect(try server.records("sync_jobs").count == 2)
    let before = conf("show").text
    #expect(conf("pull").status == 0)
    #expect(conf("show").text == before)
    let sent = try String(
      decoding: JSONSerialization.data(
        withJSONObject: server.records("config") + server.records("sync_jobs")), as: UTF8.self)
    #expect(!sent.contains("hunter2") && !sent.contains("ssh_command"))
    configure("")
    let all = conf("push", "--delete")
    #expect(all.status == 77 && all.complaint.contains("every record would go"), "\(all)")
    #expect(try server.records("sync_jobs").count == 2)
  }

  @Test("a record whose answer was lost is there once, and a missing collection is named")
  func lost() throws {
    try offer(["sync_jobs": []])
    configure("[[sync_jobs]]\nid = \"a\"\nsource_path = \"/a\"\ndestination_path = \"/b\"\n")
    // Logging in, four lists and the proof come before it.
    try server.set(["lose": ["POST", "/api/collections/sync_jobs/records"]])
    let outcome = conf("push")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try server.records("sync_jobs").count == 1)
    configure("[daemon]\nlog_level = \"info\"\n")
    let missing = conf("push")
    #expect(missing.status == 66 && missing.complaint.contains("key (text)"), "\(missing)")
  }

  @Test("collections that are missing are made by request alone", arguments: [false, true])
  func made(old: Bool) throws {
    try server.set(["old": old])
    try offer(["config": []])
    configure(
      "[daemon]\nlog_level = \"warn\"\n"
        + "[[sync_jobs]]\nid = \"a\"\nsource_path = \"/a\"\ndestination_path = \"/b\"\n")
    let before = conf("show").text
    let refused = conf("push")
    #expect(refused.status == 66 && refused.complaint.contains("--create"), "\(refused)")
    #expect(refused.complaint.contains("schedule (text) and spec (json)"), "\(refused)")
    let dry = conf("push", "--create", "--dry-run")
    #expect(dry.text.hasPrefix("+ collection sync_jobs\n"), "\(dry)")
    #expect(conf("push").status == 66)
    let outcome = conf("push", "--create")
    #expect(outcome.status == 0, "\(outcome)")
    // Nothing is left to do, and what was sent comes back.
    #expect(conf("push", "--create", "--dry-run").text.isEmpty)
    let record = try #require(try server.records("sync_jobs").first)
    #expect(record["name"] as? String == "a" && record["spec"] != nil, "\(record)")
    #expect(conf("pull").status == 0 && conf("show").text == before)
    try offer([:])
    #expect(conf("push", "--create").status == 0)
    #expect(try server.records("file_watchers").isEmpty)
  }

  @Test("requests are counted, and when all was last well, where numbers are asked for")
  func counted() throws {
    configure("[metrics]\nlisten = \"127.0.0.1:0\"\n")
    let process = try sandbox.start(
      ["s4l-conf", "pull", "--watch", "--config=c.toml", "--quiet"])
    let numbers = "cat $XDG_STATE_HOME/s4l/metrics/s4l-conf.*"
    func told(_ words: String) -> Bool { sandbox.shell(numbers).text.contains(words) }
    while !told("s4l_pocketbase_last_good_timestamp_seconds ") {}
    #expect(told("s4l_pocketbase_requests_total{status=\"200\"} "))
    #expect(told("s4l_pocketbase_request_duration_seconds_bucket{le=\"+Inf\"} "))
    #expect(!told("s4l_pocketbase_connection_errors_total"))
    process.terminate()
    _ = try process.wait()
  }

  @Test("a server that only takes logs says nothing of the configuration")
  func onlyLogs() throws {
    #expect(conf("pull").status == 0)
    #expect(conf("get", "sync_jobs").text == "documents\n")
    configure("read_config = false\n")
    #expect(conf("get", "sync_jobs").text.isEmpty)
    let outcome = conf("pull")
    #expect(outcome.status == 78 && outcome.complaint.contains("read_config"), "\(outcome)")
    #expect(conf("validate").status == 0)
  }

  @Test("a copy that is fresh is not asked for again, unless the server tells of a change")
  func fresh() throws {
    #expect(conf("pull").status == 0)
    configure("[cache]\nconfig_cache_ttl_secs = 100000\n")
    try offer(["sync_jobs": [ProgramTests.job.merging(["name": "photos"]) { $1 }]])
    _ = try server.log()
    // Nobody tells of changes: the first thing asked for is that.
    try server.set(["deaf": true])
    let process = try sandbox.start(
      ["s4l-conf", "pull", "--watch", "--config=c.toml", "--quiet"])
    while try server.attempts() < 2 {}
    #expect(try server.log().isEmpty)
    #expect(copy.contains("documents"))
    try server.set(["deaf": false])
    while !copy.contains("photos") {}
    process.terminate()
    _ = try process.wait()
  }

  @Test("options that would do nothing are mistakes")
  func options() {
    for words in [
      ["push", "--watch"], ["pull", "--delete"], ["show", "--dry-run"], ["pull", "x"],
      ["push", "--output=x"], ["pull", "--create"], ["pull", "--watch", "--dry-run"],
    ] {
      #expect(sandbox.run(["s4l-conf"] + words + ["--config=c.toml"]).status == 64)
    }
    #expect(sandbox.run(["s4l-conf", "pull"]).status == 78)
  }

  @Test("with --watch a change of the server becomes one of the copy, whatever comes between")
  func watched() throws {
    let process = try sandbox.start(
      ["s4l-conf", "pull", "--watch", "--config=c.toml", "--quiet"])
    while !copy.contains("documents") {}
    while try server.listeners() == 0 {}
    try offer(["sync_jobs": [ProgramTests.job.merging(["name": "photos"]) { $1 }]])
    try server.touch("sync_jobs")
    while !copy.contains("photos") {}
    // What happens while it is not connected is found when it is again.
    try offer(["sync_jobs": [ProgramTests.job.merging(["name": "music"]) { $1 }]])
    try server.cut()
    while !copy.contains("music") {}
    process.terminate()
    #expect(try process.wait() == .signalled(15))
  }
}
