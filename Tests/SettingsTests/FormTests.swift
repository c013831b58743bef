import Core
import Testing

@testable import Settings

@Suite("The forms of the five programs")
struct FormTests {
  @Test("each loads as it is, without a warning", arguments: Fixtures.all)
  func loads(_ document: String) {
    #expect(problems(document) == [])
  }

  @Test("Sync4Loong's store is the remote s3, and no retry at all is allowed")
  func sync4Loong() throws {
    let configuration = resolve(Fixtures.sync4Loong).configuration
    let remote = try #require(configuration.group("remote", named: "s3"))
    #expect(remote.text("type") == "s3")
    #expect(remote.text("bucket") == "nix4loong")
    #expect(remote["secret_key"] == .secret(Secret(Array("hunter2".utf8))))
    #expect(configuration.group("publish")?.integer("max_retry") == 0)
    #expect(configuration.group("redis")?.isPresent == true)
  }

  @Test("SyncStrm's words are ours, however they are written")
  func syncStrm() throws {
    let jobs = resolve(Fixtures.syncStrm).configuration.groups(of: "strm_jobs")
    try #require(jobs.map(\.name) == ["movies", "series"])
    #expect(jobs[0].text("strategy") == "full")
    #expect(jobs[0].text("strm_mode") == "path")
    #expect(jobs[0].text("metadata_options") == "update")
    #expect(jobs[0].number("qps") == 2.5)
    #expect(jobs[1].number("qps") == 3)
    #expect(jobs[1].integer("max_concurrency") == 10)
    #expect(jobs[1].integer("depth") == 25)
  }

  @Test("Lumilio's inner structures are keys of the repository")
  func lumilio() throws {
    let repository = try #require(
      resolve(Fixtures.lumilio).configuration.groups(of: "repositories").first)
    #expect(repository.text("debounce_interval") == "500ms")
    #expect(repository.integer("batch_size") == 100)
    #expect(repository.flag("calculate_hashes") == true)
  }

  @Test("devlog's provider is found in any letter case, with and without [sync]")
  func devlog() throws {
    let bare = resolve(Fixtures.devlog).configuration
    #expect(bare.group("sync")?.text("provider") == "aws")
    #expect(bare.group("remote", named: "aws")?.text("bucket") == "entries")
    #expect(bare.group("remote", named: "azure")?.text("container") == "devlog-entries")
    let section = resolve(Fixtures.devlogSection).configuration
    #expect(section.group("sync")?.text("provider") == "azure")
    #expect(section.group("remote", named: "azure")?.text("container") == "mine")
  }

  @Test("without any file the defaults of the five programs hold")
  func defaults() throws {
    let configuration = resolve("").configuration
    let daemon = try #require(configuration.group("daemon"))
    #expect(daemon.integer("concurrency") == 4)
    #expect(daemon.text("log_level") == "info")
    #expect(daemon.integer("ssh_debounce_minutes") == 5)
    #expect(daemon.integer("ssh_timeout_minutes") == 10)
    #expect(configuration.group("redis")?.text("addr") == "localhost:6379")
    #expect(configuration.group("redis")?.isPresent == false)
    #expect(configuration.group("publish")?.integer("max_retry") == 3)
    #expect(configuration.group("publish")?.integer("timeout_minutes") == 30)
  }

  @Test(
    "migrating keeps every value and secret, and migrating twice changes nothing",
    arguments: Fixtures.all)
  func migrates(_ document: String) {
    let before = resolve(document).configuration
    let migrated = before.migrated
    let after = resolve(migrated)
    #expect(after.problems == [])
    #expect(after.configuration.migrated == migrated)
    #expect(after.configuration.values == before.values)
  }

  @Test("migrated is our own form")
  func migrated() {
    #expect(
      resolve(Fixtures.devlog).configuration.migrated == """
        [remote.aws]
        type = "s3"
        bucket = "entries"
        region = "eu-central-1"

        [remote.azure]
        type = "az"
        container = "devlog-entries"
        connection_string = "AccountName=a;AccountKey=hunter2A"

        [sync]
        provider = "aws"
        local_entries_path = "/home/user/devlog"

        """)
  }

  @Test("an empty section that means something by being there survives migrating")
  func presence() {
    #expect(resolve("[redis]").configuration.migrated == "[redis]\n")
  }

  @Test("texts of any kind survive migrating")
  func texts() {
    let document = #"[daemon]"# + "\n" + #"ssh_command = "a\"b\\c\n\t\u0001 é '""#
    let once = resolve(document).configuration
    #expect(resolve(once.migrated).configuration.values == once.values)
  }
}

extension Configuration {
  /// The values by section, name and key, wherever they come from.
  fileprivate var values: [String: [String: Value]] {
    Dictionary(
      uniqueKeysWithValues: groups.map { group in
        ("\(group.section) \(group.name ?? "")", group.entries.mapValues(\.value))
      })
  }
}
