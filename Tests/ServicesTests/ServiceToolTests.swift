import Core
import Support
import Testing
import Values

@testable import Services

@Suite struct ServiceToolTests {
  private let sandbox = Sandbox()

  init() {
    sandbox.write(
      """
      [[sync_jobs]]
      id = "documents"
      source_path = "/srv/documents"
      destination_path = "/backup/Documents"

      [[sync_jobs]]
      id = "photos"
      source_path = "/srv/photos"
      destination_path = "s3://bucket/photos"

      """, to: "c.toml")
  }

  private func run(_ words: String...) -> Sandbox.Outcome {
    sandbox.run(["s4l-service"] + words + ["--program=/bin/true", "--config=c.toml"])
  }

  private var unit: String { "root/etc/systemd/system/mine.service" }

  @Test("install writes the unit and the user, and uninstall removes them again")
  func root() throws {
    let made = run("install", "--root=root", "--service-name=mine", "--description=My sync")
    #expect(made.status == 0 && made.text.isEmpty, "\(made)")
    let text = try #require(sandbox.text(unit))
    #expect(text.contains("\nDescription=My sync\n"))
    #expect(text.contains(" --config \(sandbox.folder)/c.toml\n"))
    #expect(text.contains("\nReadWritePaths=-/backup/Documents\n"))
    #expect(!text.contains("/srv") && !text.contains("bucket"))
    #expect(sandbox.shell("stat -c %a \(unit)").text == "644\n")
    let account = try #require(sandbox.text("root/etc/sysusers.d/mine.conf"))
    #expect(account.contains("\nu s4l - \"Runs s4l\" /var/lib/s4l\n"))

    #expect(run("install", "--root=root", "--service-name=mine").status == 0)
    #expect(sandbox.text(unit)?.contains("\nDescription=File sync of s4l\n") == true)

    let gone = sandbox.run(["s4l-service", "uninstall", "--root=root", "--service-name=mine"])
    #expect(gone.status == 0, "\(gone)")
    #expect(sandbox.shell("find root -type f").text.isEmpty)
    let again = sandbox.run(["s4l-service", "uninstall", "--root=root", "--service-name=mine"])
    #expect(again.status == 66 && again.complaint.contains("mine.service"), "\(again)")
  }

  @Test("an account is known to systemd-sysusers")
  func account() {
    #expect(run("install", "--root=root", "--service-name=mine").status == 0)
    let outcome = sandbox.shell("systemd-sysusers --root=$PWD/root --dry-run 2>&1")
    #expect(outcome.status == 0 && outcome.text.contains("s4l"), "\(outcome)")
  }

  @Test("a service of a person lies among the person's units, and names no user")
  func person() throws {
    let home = sandbox.home.appending("config")
    let made = run("install", "--user", "--root=root")
    #expect(made.status == 0, "\(made)")
    let path = "\(home)/systemd/user/s4l-daemon.service"
    let text = sandbox.shell("cat \(path)").text
    #expect(text.contains("WantedBy=default.target") && !text.contains("User="), "\(text)")
    #expect(sandbox.shell("find root").status != 0)
    let gone = sandbox.run(["s4l-service", "uninstall", "--user", "--root=root"])
    #expect(gone.status == 0 && sandbox.shell("cat \(path)").status != 0, "\(gone)")
  }

  @Test("what somebody else has written is neither replaced nor removed")
  func foreign() {
    _ = sandbox.shell("mkdir -p root/etc/systemd/system")
    sandbox.write("[Service]\n", to: unit)
    let made = run("install", "--root=root", "--service-name=mine")
    #expect(made.status == 77 && made.complaint.contains("mine.service"), "\(made)")
    // Nothing was begun.
    #expect(sandbox.shell("find root -type f").text == unit + "\n")
    let gone = sandbox.run(["s4l-service", "uninstall", "--root=root", "--service-name=mine"])
    #expect(gone.status == 77, "\(gone)")
    #expect(sandbox.text(unit) == "[Service]\n")
  }

  @Test("a dry run tells the steps and takes none")
  func dry() {
    let outcome = run("install", "--root=root", "--dry-run", "--service-name=mine")
    #expect(
      outcome.text == "write root/etc/sysusers.d/mine.conf\nwrite \(unit)\n", "\(outcome)")
    #expect(sandbox.shell("find root").status != 0)
  }

  @Test("systemd is told in order, and what is not running is not told")
  func steps() throws {
    let profile = try Profile(
      name: "x", description: "y", reach: .machine(user: "s4l"), program: Path(text: "/bin/true"),
      config: Path(text: "/c"))
    let all = Installation(
      profile, root: Path(text: "/"), home: Path(text: "/h"), makesUser: true)
    #expect(
      try all.install(runs: true, starts: true) == [
        .write(Path(text: "/etc/sysusers.d/x.conf"), SystemdUnit.account("s4l")),
        .run(["systemd-sysusers", "/etc/sysusers.d/x.conf"]),
        .write(Path(text: "/etc/systemd/system/x.service"), try SystemdUnit(profile).text),
        .run(["systemctl", "daemon-reload"]), .run(["systemctl", "enable", "x.service"]),
        .run(["systemctl", "restart", "x.service"]),
      ])
    #expect(
      all.uninstall(runs: true) { _ in false } == [
        .run(["systemctl", "disable", "--now", "x.service"]),
        .remove(Path(text: "/etc/systemd/system/x.service")),
        .run(["systemctl", "daemon-reload"]),
      ])
    #expect(
      all.trial(of: Path(text: "/c"), toWrite: false)
        == ["runuser", "-u", "s4l", "--", "test", "-r", "/c"])
  }

  @Test(
    "what cannot be is told with the name of what is wrong",
    arguments: [
      (["print", "--config=none.toml", "--program=daemon"], Int32(64), "daemon"),
      (["install", "--root=r", "--program=/bin/true", "--config=none.toml"], 66, "none.toml"),
      (["install", "--user", "--run-as=x", "--program=/bin/true"], 64, "--run-as"),
      (["print", "--service-name=a b", "--program=/bin/true"], 64, "a b"),
    ])
  func wrong(words: [String], status: Int32, name: String) {
    let outcome = sandbox.run(["s4l-service"] + words)
    #expect(outcome.status == status && outcome.complaint.contains(name), "\(outcome)")
  }

  @Test("a configuration that is wrong is not installed")
  func config() {
    sandbox.write("[daemon]\nconcurrency = 0\n", to: "c.toml")
    let outcome = run("install", "--root=root")
    #expect(outcome.status == 78 && outcome.complaint.contains("concurrency"), "\(outcome)")
    #expect(sandbox.shell("find root").status != 0)
  }
}
