import Core
import Testing

@testable import Settings

@Suite("What is shown of a configuration")
struct RenderingTests {
  @Test("no secret is shown, with or without origins")
  func secrets() {
    let document = Fixtures.sync4Loong + "\n[pocketbase]\nurl = 'http://h:1/x?key=hunter2'"
    let configuration = resolve(document, ["S4L_HOOK_TOKEN": "hunter2"]).configuration
    for shown in [configuration.shown(origins: false), configuration.shown(origins: true)] {
      #expect(!shown.contains("hunter2"))
      #expect(shown.contains("secret_key = \"[redacted]\""))
      #expect(shown.contains("url = \"http://h:1/x?[redacted]\""))
    }
  }

  @Test("each value is shown with where it comes from")
  func origins() {
    let configuration = resolve("[redis]\ndb = 3", ["S4L_REDIS_TLS": "true"]).configuration
    #expect(
      configuration.shown(origins: true).contains(
        """
        [redis]
        addr = "localhost:6379"  # default
        db = 3  # f.toml:2
        tls = true  # $S4L_REDIS_TLS
        """))
  }

  @Test(
    "what is shown is itself a valid configuration with the same values", arguments: Fixtures.all)
  func roundTrip(_ document: String) {
    let shown = resolve(document).configuration.shown(origins: true)
    let again = resolve(shown)
    #expect(again.problems == [])
    #expect(
      again.configuration.shown(origins: false)
        == resolve(document).configuration.shown(origins: false))
  }

  @Test("the example as it stands changes nothing")
  func example() {
    let resolution = resolve(Example.text)
    #expect(resolution.problems == [])
    #expect(resolution.configuration == resolve("").configuration)
  }

  @Test("the example with every line uncommented is valid, and has every section and key")
  func uncommented() {
    let document = Example.text.split(separator: "\n").map { line in
      line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
    }.joined(separator: "\n")
    let resolution = resolve(document)
    #expect(resolution.errors == [])
    #expect(resolution.problems.allSatisfy { $0.text.hasPrefix("this has no effect unless") })
    for section in Schema.sections {
      let group = resolution.configuration.groups(of: section.name).first
      for setting in section.settings where !setting.isSecret {
        #expect(group?.entries[setting.name] != nil, "\(section.name).\(setting.name)")
      }
    }
  }

  @Test("the example says what is allowed, the default, and who reads it")
  func exampleProse() {
    #expect(
      Example.text.contains(
        """
        # Limits over all jobs together.
        # Read by s4l-daemon.
        #[concurrency]
        # Jobs that run at once. Allowed is an integer from 1 to 1000. Default: 4. Read by
        # s4l-daemon and s4l-run.
        #max_concurrent_syncs = 4

        """))
    #expect(Example.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }
}

@Suite("Asking for one value")
struct LookupTests {
  let configuration = resolve(Fixtures.syncDaemon)
    .configuration

  @Test(
    "a key is addressed by section, by id, or by the place that another program gives it",
    arguments: [
      ("daemon.log_level", ["info"]), ("sync_jobs", ["documents"]),
      ("sync_jobs.documents.schedule.interval", ["5m"]),
      ("sync_jobs.documents.filters", ["*.tmp", "*.log", ".git/*"]),
      ("file_watchers.documents-watcher.debounce_ms", ["1000"]),
      ("cache.enable_persistent_cache", ["false"]),
    ])
  func found(_ key: String, _ lines: [String]) throws {
    #expect(try configuration.lines(at: key) == lines)
  }

  @Test("aliases, and ids with dots, are found as well")
  func aliases() throws {
    let devlog = resolve(Fixtures.devlog).configuration
    #expect(try devlog.lines(at: "aws.bucket_name") == ["entries"])
    #expect(try devlog.lines(at: "remote.aws.bucket") == ["entries"])
    #expect(try devlog.lines(at: "provider") == ["aws"])
    let dotted = resolve("[[sync_jobs]]\nid = 'a.b'\nsource_path = '/a'\ndestination_path = '/b'")
    #expect(try dotted.configuration.lines(at: "sync_jobs.a.b.source_path") == ["/a"])
  }

  @Test(
    "what cannot be printed fails by kind",
    arguments: [
      ("pocketbase.admin_password", Failure.Kind.refused, "a secret is not shown"),
      ("daemon.ssh_command", .absent, "this is not set"),
      ("daemon.log_levle", .usage, "there is no such key; the nearest is daemon.log_level"),
      ("sync_jobs.none.id", .usage, "there is no such key"),
      ("daemon", .usage, "there is no such key"),
      ("", .usage, "there is no such key"),
    ])
  func missing(_ key: String, _ kind: Failure.Kind, _ reason: String) {
    let failure = #expect(throws: Failure.self) { try configuration.lines(at: key) }
    #expect(failure?.kind == kind)
    #expect(failure?.reason.hasPrefix(reason) == true)
  }
}
