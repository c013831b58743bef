import Core
import Glibc
import Support
import System
import Testing
import Values

/// The program: what is due, and what it remembers.
@Suite struct CronToolTests {
  private let sandbox = Sandbox()

  private func configure(_ schedules: String...) {
    var text = ""
    for (number, schedule) in schedules.enumerated() {
      text += """
        [[sync_jobs]]
        id = "job \(number)"
        source_path = "\(sandbox.folder)/from"
        destination_path = "\(sandbox.folder)/to-\(number)"
        [sync_jobs.schedule]
        \(schedule)

        """
    }
    House.write(Array(text.utf8), to: sandbox.folder.appending("c.toml"))
  }

  private func cron(_ words: String...) -> Sandbox.Outcome {
    sandbox.run(["s4l-cron", "--config=c.toml", "--log-level=info"] + words)
  }

  private static let often = "type = \"interval\"\ninterval = \"1s\""
  private static let seldom = "type = \"interval\"\ninterval = \"1000d\""
  private static let yearly = "type = \"cron\"\nexpression = \"@yearly\""

  @Test("the next moments of an expression are written, one a line, in its zone")
  func next() {
    let outcome = sandbox.run([
      "s4l-cron", "--next=4", "--from=2026-03-28T23:00:00Z", "--tz=Europe/Berlin", "0 30 2 * * *",
    ])
    // Half past two is left out on the 29th: it comes right after the gap.
    #expect(
      outcome.text == """
        2026-03-29T03:00:00+02:00
        2026-03-30T02:30:00+02:00
        2026-03-31T02:30:00+02:00
        2026-04-01T02:30:00+02:00

        """, "\(outcome)")
    let span = sandbox.run(["s4l-cron", "--next=2", "--from=2026-01-01T00:00:00Z", "1h30m"])
    #expect(span.text == "2026-01-01T01:30:00Z\n2026-01-01T03:00:00Z\n", "\(span)")
  }

  @Test(
    "what is wrong is told by name",
    arguments: [
      (["--next=1", "61 * * * *"], Int32(64), "61"), (["--next=1", "* * *"], 64, "3 fields"),
      (["--next=1", "--tz=Mars/Base", "* * * * *"], 64, "Mars/Base"), (["--next=1"], 64, "EXPR"),
      (["* * * * *"], 64, "--next"), (["--tz=UTC"], 64, "--tz"),
      (["--next=1", "--from=yesterday", "@daily"], 64, "yesterday"),
      (["--config=none.toml"], 66, "none.toml"),
    ])
  func wrong(words: [String], status: Int32, name: String) {
    let outcome = sandbox.run(["s4l-cron"] + words)
    #expect(outcome.status == status && outcome.complaint.contains(name), "\(outcome)")
  }

  @Test("a job that never was due is due at once, and a yearly one is not")
  func first() {
    configure(CronToolTests.seldom, CronToolTests.yearly)
    let dry = cron("--once", "--dry-run")
    #expect(dry.text.contains(#""payload":"{\"job\":\"job 0\"}""#), "\(dry)")
    #expect(sandbox.shell("cat $XDG_STATE_HOME/s4l/cron.state").text.isEmpty)
    let outcome = cron("--once")
    #expect(outcome.text.contains(#""task_type":"sync_job""#), "\(outcome)")
    #expect(outcome.text.split(separator: "\n").count == 1)
    #expect(cron("--once").text.isEmpty)
    let list = cron("--list").text.split(separator: "\n")
    #expect(list.count == 2 && list.allSatisfy { $0.contains(#""at":"20"#) }, "\(list)")
  }

  @Test("what was missed is made up for once, or skipped where the job says so")
  func missed() {
    configure(CronToolTests.yearly, CronToolTests.yearly + "\nmissed = \"skip\"")
    #expect(cron("--once").text.isEmpty)
    // As if it had last looked years ago.
    _ = sandbox.shell(#"sed -i 's/"at":"20../"at":"2001/' $XDG_STATE_HOME/s4l/cron.state"#)
    let outcome = cron("--once")
    #expect(outcome.text.split(separator: "\n").count == 1, "\(outcome)")
    #expect(outcome.text.contains("job 0") && outcome.complaint.contains("made up for"))
    #expect(cron("--once").text.isEmpty)
  }

  @Test("a job that still waits is not queued a second time, and its task is one that runs it")
  func queued() {
    configure(CronToolTests.often)
    _ = sandbox.shell("mkdir from; echo a >from/a")
    #expect(cron("--once", "--enqueue").complaint.contains("job 0 is due: queued"))
    var again = cron("--once", "--enqueue")
    while again.complaint.isEmpty { again = cron("--once", "--enqueue") }
    #expect(again.complaint.contains("not started a second time"), "\(again)")
    #expect(sandbox.run(["s4l-queue", "ls"]).text.split(separator: "\n").count == 1)
    let work = sandbox.run(["s4l-queue", "work", "--config=c.toml", "--until-empty"])
    #expect(work.text.contains(#""ok":true"#), "\(work)")
    #expect(sandbox.shell("cat to-0/a").text == "a\n")
  }

  /// The names are those that s4l-metrics gives them.
  @Test("a job that is paused is not told of", arguments: ["job%200", ".a/.b"])
  func paused(id: String) {
    configure(CronToolTests.seldom)
    var name = id
    if id != "job%200" {
      _ = sandbox.shell("sed -i 's|^id = .*|id = \"\(id)\"|' c.toml")
      name = "%2ea%2f.b"
    }
    _ = sandbox.shell("d=$XDG_STATE_HOME/s4l/paused; mkdir -p $d; touch $d/\(name)")
    let outcome = cron("--once")
    #expect(outcome.text.isEmpty && outcome.complaint.contains("paused"), "\(outcome)")
  }

  @Test("one whose schedule is wrong keeps no other from its own")
  func broken() {
    configure("type = \"cron\"\nexpression = \"61 * * * *\"", CronToolTests.seldom)
    let outcome = cron("--once")
    #expect(outcome.text.contains("job 1"), "\(outcome)")
    #expect(outcome.complaint.contains("61"))
    configure("type = \"cron\"\nexpression = \"61 * * * *\"")
    #expect(cron("--once").status == 78)
  }

  @Test("it tells of what is due when it is, and only one of it does")
  func lives() throws {
    configure(CronToolTests.often)
    let pipe = try Pipe()
    let process = try sandbox.start(
      ["s4l-cron", "--config=c.toml"], stdout: pipe.writer.number)
    var seen: [UInt8] = []
    while seen.filter({ $0 == 10 }).count < 3 {
      var chunk = [UInt8](repeating: 0, count: 4_096)
      let count = read(pipe.reader.number, &chunk, chunk.count)
      try #require(count > 0)
      seen += chunk.prefix(count)
    }
    let other = cron()
    #expect(other.status == 75 && other.complaint.contains("another"), "\(other)")
    process.terminateGroup()
    #expect(try process.wait() == .signalled(SIGTERM))
  }
}
