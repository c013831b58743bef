import Support
import Testing
import Values

/// The section on the Sync Daemon of s4l-recipes(7) is done as it is written.
@Suite("The recipe of the Sync Daemon", .serialized) struct RecipeTests {
  private let sandbox = Sandbox()
  static let blocks = House.recipes("SYNC DAEMON")

  /// The same in our own folders, at no port of somebody else's.
  private func placed(_ block: String) -> String {
    ["/home/user/", "/backup/", "/var/spool/", "/var/log/"].reduce(block) {
      $0.replacing($1, with: "\(sandbox.folder)\($1)")
    }
    .replacing("127.0.0.1:9090", with: "127.0.0.1:0")
  }

  private func configure(_ text: String) {
    _ = sandbox.shell("mkdir -p $XDG_CONFIG_HOME/s4l home/user/Documents backup var/log")
    House.write(Array(text.utf8), to: sandbox.folder.appending("new.toml"))
    _ = sandbox.shell(
      "chown 65534 new.toml; chmod 600 new.toml; mv new.toml $XDG_CONFIG_HOME/s4l/s4l.toml",
      asRoot: true)
  }

  private func block(_ start: String) throws -> String {
    placed(try #require(Self.blocks.first { $0.hasPrefix(start) }))
  }

  /// Runs a block line by line.
  private func follow(_ block: String, _ each: (String, Sandbox.Outcome) -> Void) {
    for line in block.split(separator: "\n") {
      var outcome = sandbox.run(["bash", "-o", "pipefail", "-c", String(line)])
      // It may be due, or be run, at that very moment.
      while outcome.status == 75 { outcome = sandbox.run(["bash", "-c", String(line)]) }
      #expect(outcome.status == 0, "\(line): \(outcome)")
      each(String(line), outcome)
    }
  }

  @Test("its configuration is valid, and all of its commands do what they are there for")
  func commands() throws {
    configure(try block("[[sync_jobs]]"))
    _ = sandbox.shell("echo a >home/user/Documents/a; echo b >home/user/Documents/b.tmp")
    defer { _ = sandbox.run(["s4l-daemon", "stop"]) }
    follow(try block("s4l conf validate")) { line, outcome in
      switch line {
      case "s4l daemon status": #expect(outcome.text.contains("documents"), "\(outcome)")
      case "s4l daemon run documents":
        while sandbox.shell("s4l run --history documents").text.split(separator: "\n").count < 2 {}
      case "s4l run --history documents":
        #expect(outcome.text.contains(#""job":"documents""#), "\(outcome)")
      default: break
      }
    }
    #expect(sandbox.shell("ls backup/Documents").text == "a\n")
    #expect(sandbox.run(["s4l-daemon", "status"]).status == 69)
  }

  @Test("jobs are put into a PocketBase, and logs are sent there")
  func distant() throws {
    let server = try PocketBaseServer()
    try server.set(["collections": ["backup_logs": [String: String]()]])
    configure(server.configuration + (try block("[[sync_jobs]]")))
    let push = try block("s4l conf push")
    #expect(push.split(separator: "\n").count == 2)
    follow(push) { _, _ in }
    #expect(try server.records("sync_jobs").count == 1)
    #expect(try server.records("file_watchers").count == 1)
    // From then on the file needs no more than that.
    configure(server.configuration)
    #expect(sandbox.shell("s4l conf pull && s4l conf get sync_jobs").text == "documents\n")
    _ = sandbox.shell("echo all is well >var/log/backup.log")
    follow(try block("s4l ship")) { _, _ in }
    let lines = try server.records("backup_logs")
    #expect(lines.count == 1 && lines.first?["msg"] as? String == "all is well", "\(lines)")
  }

  @Test("it is installed as a service, and the other configuration that it shows is valid")
  func service() throws {
    configure(try block("[pocketbase]"))
    #expect(sandbox.shell("s4l conf validate").status == 0)
    let lines = try block("s4l service").split(separator: "\n")
    let install = "\(lines.first ?? "") --root \(sandbox.folder)/root"
    let outcome = sandbox.run(["bash", "-c", install])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(sandbox.shell("find root -name s4l-daemon.service").text.count { $0 == "\n" } == 1)
    // The rest is systemd's, of that name.
    #expect(lines.dropFirst().allSatisfy { $0.contains("s4l-daemon") && !$0.hasPrefix("s4l") })
    for kind in ["launchd", "windows"] {
      #expect(sandbox.shell("s4l service print --kind \(kind)").text.contains("s4l"))
    }
  }

  @Test("what it shows of a cron expression is so")
  func shown() {
    let page = House.text(House.root.appending("man/man7/s4l-recipes.7"))
    let command = "s4l cron --next 5 '0 0 2 * * MON'"
    #expect(page.contains(command))
    #expect(sandbox.shell(command).text.split(separator: "\n").count == 5)
  }
}
