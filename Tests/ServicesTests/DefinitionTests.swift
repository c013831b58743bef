import Core
import Support
import Testing
import Values

@testable import Services

@Suite struct DefinitionTests {
  private let sandbox = Sandbox()

  private func profile(
    _ reach: Profile.Reach = .machine(user: "s4l"), description: String = "File sync",
    config: String = "/etc/s4l/s4l.toml", written: [String] = [], read: [String] = []
  ) throws -> Profile {
    try Profile(
      name: "s4l-daemon", description: description, reach: reach,
      program: Path(text: "/bin/true"), config: Path(text: config),
      written: written.map(Path.init(text:)), read: read.map(Path.init(text:)))
  }

  private static let hostile = #"a "b" 'c' \d %n $HOME ; e"#

  @Test(
    "systemd finds nothing to say against a unit, whatever the names in it are",
    arguments: [
      "/etc/s4l/s4l.toml", "/srv/" + hostile + ".toml", "/srv/\u{fc}ber %%/$$(x)/`y`.toml",
    ])
  func verified(config: String) throws {
    for reach in [Profile.Reach.machine(user: "s4l"), .person] {
      let unit = SystemdUnit(
        try profile(reach, description: DefinitionTests.hostile, config: config))
      sandbox.write(try unit.text, to: "x.service")
      let side = reach == .person ? "--user" : "--system"
      let outcome = sandbox.shell(
        "mkdir -p $XDG_RUNTIME_DIR; systemd-analyze \(side) verify ./x.service")
      #expect(outcome.status == 0 && outcome.complaint.isEmpty, "\(outcome)")
    }
  }

  @Test("what systemd does not understand is seen by it: the check above can fail")
  func refuted() throws {
    let text = try SystemdUnit(try profile()).text
    let broken = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasPrefix("ExecStart=") ? "ExecStart=/nowhere/program" : String($0)
    }
    sandbox.write(broken.joined(separator: "\n"), to: "x.service")
    #expect(sandbox.run(["systemd-analyze", "verify", "./x.service"]).status != 0)
  }

  @Test("a command line reaches the program as it was", arguments: [hostile, "$$HOME%%n", "a;b"])
  func words(name: String) throws {
    // What systemd does to a word, undone by its own rules: quotes, then specifiers and variables.
    let word = SystemdUnit.word(name)
    var out = ""
    var rest = Substring(word)
    if rest.hasPrefix("\"") { rest = rest.dropFirst().dropLast() }
    while let first = rest.popFirst() {
      if first == "\\" || first == "%" || first == "$" {
        if let second = rest.popFirst() { out.append(second) }
      } else {
        out.append(first)
      }
    }
    #expect(out == name)
  }

  @Test("a service of the machine is little exposed", arguments: [[], ["/home/user/Documents"]])
  func exposure(read: [String]) throws {
    let unit = SystemdUnit(try profile(written: ["/backup/My Documents"], read: read))
    sandbox.write(try unit.text, to: "x.service")
    // The threshold is in tenths: 3.0.
    let outcome = sandbox.run(
      ["systemd-analyze", "security", "--offline=true", "--threshold=29", "./x.service"])
    #expect(outcome.status == 0, "\(outcome)")
    let strict = sandbox.run(
      ["systemd-analyze", "security", "--offline=true", "--threshold=1", "./x.service"])
    #expect(strict.status != 0, "a threshold has no effect")
  }

  @Test("it writes where the configuration sends it, and sees homes only if it has to")
  func places() throws {
    let text = try SystemdUnit(
      try profile(written: ["/backup/My Documents", "/srv/100%"])
    ).text
    let lines = text.split(separator: "\n")
    #expect(lines.contains(#"ReadWritePaths="-/backup/My Documents""#))
    #expect(lines.contains("ReadWritePaths=-/srv/100%%"))
    #expect(lines.contains("ProtectHome=yes"))
    let home = try SystemdUnit(try profile(read: ["/home/user/x"])).text.split(separator: "\n")
    #expect(home.contains("ProtectHome=read-only"))
    #expect(throws: Failure.self) {
      try SystemdUnit(try profile(written: [#"/srv/a"b"#])).text
    }
  }

  @Test("a plist says to others what it is to say, and is XML")
  func launchd() throws {
    let config = "/Users/x/a & <b> \"c\".toml"
    for reach in [Profile.Reach.machine(user: "s4l"), .person] {
      let plist = LaunchdPlist(try profile(reach, description: "a -- b --> <c>", config: config))
      sandbox.write(try plist.text, to: "x.plist")
      let outcome = sandbox.run([
        "python3", "-c",
        """
        import plistlib, sys
        made = plistlib.load(open("x.plist", "rb"))
        assert made["Label"] == "s4l-daemon" and made["RunAtLoad"] is True, made
        assert made.get("UserName") == (sys.argv[2] or None), made
        assert made["ProgramArguments"] == [
          "/bin/true", "start", "--foreground", "--config", sys.argv[1]], made
        """, config, reach == .person ? "" : "s4l",
      ])
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  @Test(
    "words for Windows are quoted as its programs read them",
    arguments: [#"C:\Program Files\s4l\"#, #"a "b" \"c"#, "plain", "", #"\\nas\x y\\"#])
  func windows(word: String) throws {
    let outcome = sandbox.run([
      "python3", "-c",
      "import subprocess, sys; sys.stdout.write(subprocess.list2cmdline([sys.argv[1]]))", word,
    ])
    #expect(WindowsCommands.quoted(word) == outcome.text)
  }

  @Test("names that would be more than a name are refused")
  func names() {
    for name in ["", ".x", "-x", "a b", "a/b", "a\nb", "a@b", String(repeating: "a", count: 101)] {
      #expect(throws: Failure.self) {
        try Profile(
          name: name, description: "x", reach: .person, program: Path(text: "/bin/true"),
          config: Path(text: "/c"))
      }
    }
    #expect(throws: Failure.self) { try profile(.machine(user: "a:b")) }
    #expect(throws: Failure.self) { try profile(description: "a\nExecStart=/bin/sh") }
    #expect(throws: Failure.self) { try profile(config: "/etc/a\nb") }
    #expect(throws: Failure.self) { try profile(config: "s4l.toml") }
    #expect(throws: Failure.self) { try profile(written: ["/srv/\u{7f}"]) }
  }
}
