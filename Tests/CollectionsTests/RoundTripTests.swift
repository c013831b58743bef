import Core
import Records
import Settings
import Testing
import Values

@testable import Collections

/// From a file to records and back.
@Suite struct RoundTripTests {
  static let file = """
    [daemon]
    log_level = "debug"
    ssh_command = "true"
    config_refresh_interval_secs = 7

    [concurrency]
    max_concurrent_syncs = 2

    [remote.nas]
    type = "webdav"
    password = "hunter2"

    [[sync_jobs]]
    id = "documents"
    name = "Docs \\"quoted\\" \\\\ ü"
    source_path = "/srv/a"
    destination_path = "nas:b"
    filters = ["*.tmp", "x\\ny"]
    [sync_jobs.schedule]
    type = "cron"
    expression = "0 */15 * * * *"
    time_zone = "Europe/Berlin"
    missed = "skip"
    [sync_jobs.sync_options]
    dry_run = true

    [[sync_jobs]]
    id = "off"
    enabled = false
    source_path = "/srv/c"
    destination_path = "/srv/d"
    [sync_jobs.schedule]
    type = "interval"
    interval = "1h30m"

    [[strm_jobs]]
    id = "films"
    source = "nas:/"
    output_path = "/srv/films"
    qps = 2.0
    depth = 3

    [[file_watchers]]
    id = "w"
    watch_path = "/srv/a"
    sync_job_id = "documents"
    watch_events = ["create"]
    """

  static func groups(_ text: String) -> [Configuration.Group] {
    Configuration.open(
      Resolution(Array(text.utf8), file: "f", environment: Environment([:])).configuration.groups
    ).groups
  }

  /// What a server would answer.
  static func records(_ leaves: [Leaf]) -> [String: [JSON]] {
    var found: [String: [JSON]] = ["config": [], "sync_jobs": []]
    for leaf in leaves {
      let fields = leaf.body.fields ?? []
      found[leaf.shelf.rawValue, default: []].append(
        .object([.init("id", .text(leaf.id)), .init("collectionName", .text("x"))] + fields))
    }
    return found
  }

  /// What counts, whether it was said or is the default.
  private static func meanings(_ groups: [Configuration.Group]) -> [String] {
    groups.filter { Schema.openLists.contains($0.section) || $0.isPresent }
      .flatMap { group in
        (Schema.section(group.section)?.settings ?? []).compactMap { setting in
          let value = group[setting.name] ?? setting.standard
          return value.map { "\(group.section) \(group.name ?? "") \(setting.name) \($0)" }
        }
      }
      .filter { $0.hasPrefix("daemon") == false }.sorted()
  }

  @Test("what is sent and read again says the same, and nothing that is not open was sent")
  func there() throws {
    let groups = RoundTripTests.groups(RoundTripTests.file)
    let leaves = Leaf.all(groups)
    let sent = leaves.map { String(decoding: $0.body.bytes, as: UTF8.self) }.joined()
    #expect(!sent.contains("hunter2") && !sent.contains("ssh_command"))
    #expect(leaves.count == 7)
    let volume = Volume(RoundTripTests.records(leaves))
    #expect(volume.objections == [] && volume.remarks == [])
    let distant = volume.distant()
    #expect(distant.problems == [])
    let back = RoundTripTests.meanings(distant.groups)
    #expect(back == RoundTripTests.meanings(groups))
    // Sent again it would be the same: nothing is to be done.
    #expect(try Sending(groups, over: volume, removes: true).steps == [])
  }

  @Test("a schedule is one field")
  func schedules() {
    for (text, keys) in [
      ("every:5m", ["type", "interval"]), ("manual", ["type"]), ("", []),
      (" @daily ", ["type", "expression"]), ("0 0 * * *", ["type", "expression"]),
    ] {
      #expect(When.keys(of: text).map(\.name) == keys)
    }
    #expect(When.keys(of: "every:5m").last?.value == "5m")
  }

  @Test("names that would be options, paths or not be seen are none")
  func names() {
    for name in [
      "", "-rf", "--help", "../x", ".hidden", "a/b", "a\\b", "a\nb", "a\u{0}b", "a\u{202E}b",
      "a\u{7F}", String(repeating: "x", count: 129),
    ] {
      #expect(Volume.objection(toName: name) != nil, "\(name)")
      let volume = Volume([
        "sync_jobs": [.object([.init("id", .text("1")), .init("name", .text(name))])]
      ])
      #expect(volume.objections.count == 1 && volume.text.isEmpty)
      #expect(!volume.objections.joined().contains("\n"))
    }
    for name in ["documents", "Müller's photos", "a.b-c_d", "日本"] {
      #expect(Volume.objection(toName: name) == nil)
    }
  }

  @Test("records that make no sense are told, each")
  func senseless() {
    func job(_ fields: JSON.Field...) -> JSON {
      .object([.init("id", .text("1")), .init("name", .text("a"))] + fields)
    }
    for record in [
      JSON.object([.init("name", .text("a"))]), .object([.init("id", .text("1"))]),
      job(.init("spec", .text("{}"))), job(.init("spec", .list([]))),
      job(.init("schedule", .integer(5))),
      job(.init("spec", .object([.init("filters", .list([.null]))]))),
    ] {
      #expect(Volume(["sync_jobs": [record]]).objections.count == 1, "\(record)")
    }
    #expect(Volume(["sync_jobs": [job(), job()]]).objections.count == 1)
    let version = JSON.object([
      .init("id", .text("1")), .init("key", .text("schema_version")), .init("value", .integer(2)),
    ])
    #expect(Volume(["config": [version]]).objections.count == 1)
    let commanded = Volume(["sync_jobs": [job(.init("command", .text("rm")))]])
    #expect(commanded.objections == [] && commanded.remarks.count == 1)
  }

  @Test("what a text of the records holds stays a text")
  func injected() {
    let hostile = "x\"\n[daemon]\nssh_command = \"touch /tmp/y\"\n#\u{0}\u{1F}"
    let record = JSON.object([
      .init("id", .text("1")), .init("name", .text("a")),
      .init(
        "spec",
        .object([
          .init("source_path", .text("/s")), .init("destination_path", .text("/d")),
          .init("name", .text(hostile)), .init("k\"]\n[x", .text("v")),
        ])),
    ])
    let distant = Volume(["sync_jobs": [record]]).distant()
    #expect(distant.errors == [])
    #expect(distant.groups.count == 1 && distant.groups[0].text("name") == hostile)
    let copy = Configuration.copy(of: distant.groups, from: "http://x/[daemon]\"#", at: "now")
    let again = Distant(Array(copy.utf8))
    #expect(again.errors == [] && again.groups == distant.groups)
  }

  @Test("ids have fifteen digits, and are others for others")
  func ids() {
    let leaves = Leaf.all(RoundTripTests.groups(RoundTripTests.file))
    #expect(Set(leaves.map(\.id)).count == leaves.count)
    #expect(
      leaves.allSatisfy { leaf in
        leaf.id.utf8.count == 15 && leaf.id.utf8.allSatisfy { (48...57) ~= $0 || (97...102) ~= $0 }
      })
  }

  @Test("only what differs is sent, and removing needs the word, and never takes all")
  func steps() throws {
    let groups = RoundTripTests.groups(RoundTripTests.file)
    let volume = Volume(RoundTripTests.records(Leaf.all(groups)))
    var less = groups.filter { $0.name != "off" }
    less[less.firstIndex { $0.name == "documents" } ?? 0].entries["source_path"]?.value = "/srv/z"
    let kept = try Sending(less, over: volume, removes: false)
    #expect(kept.steps.count == 1)
    let lines = Configuration.differences(from: kept.before, to: kept.after)
    #expect(
      lines == [
        "  [[sync_jobs]] documents", "-   source_path = \"/srv/a\"",
        "+   source_path = \"/srv/z\"",
      ])
    #expect(try Sending(less, over: volume, removes: true).steps.count == 2)
    let none = groups.filter { $0.section != "sync_jobs" }
    let failure = #expect(throws: Failure.self) {
      try Sending(none, over: volume, removes: true)
    }
    #expect(failure?.kind == .refused)
    #expect(throws: Failure.self) { try Sending(groups, over: Volume([:]), removes: false) }
  }
}
