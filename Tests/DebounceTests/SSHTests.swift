import Support
import System
import Testing

/// The command that is most often waited for: one on another machine.
@Suite struct SSHTests {
  private func record(_ number: Int) -> String {
    #"{"type":"event","path":"\#(number)","event":"write"}"#
  }

  @Test("a command on another machine runs once for each burst, and reads its records")
  func bursts() throws {
    let server = SSHServer()
    let sandbox = Sandbox()
    let seen = "\(sandbox.folder)/seen"
    // The sandbox is another user's where the tests run as root.
    let command = server.words("cat >>\(seen); echo ran | tee -a \(seen)")
    let session = try Session(sandbox, ["--wait", "200ms", "--"] + command)
    // In one piece, so that they are one burst however slow the machine is.
    session.say((1...3).map(record).joined(separator: "\n"))
    for number in 1...3 { #expect(session.hear() == record(number)) }
    #expect(session.hearError() == "ran", "\(server.log)")
    session.say((4...5).map(record).joined(separator: "\n"))
    for number in 4...5 { #expect(session.hear() == record(number)) }
    session.hangUp()
    #expect(session.hearError() == "ran", "\(server.log)")
    #expect(try session.wait() == .exited(0))
    let expected = (1...3).map(record) + ["ran"] + (4...5).map(record) + ["ran"]
    #expect(sandbox.shell("cat seen").text == expected.map { $0 + "\n" }.joined())
  }

  @Test("one that takes too long there is given up here")
  func overdue() throws {
    let server = SSHServer()
    let command = server.words("sleep 60")
    let outcome = Sandbox().run(
      ["s4l-debounce", "--timeout", "2s", "--no-input", "--"] + command,
      stdin: Array((record(1) + "\n").utf8))
    #expect(outcome.status == 1)
    #expect(outcome.complaint.contains("ssh: it was ended after 2s"), "\(outcome) \(server.log)")
  }

  @Test("a server that is not who it should be is a run that failed, and says why")
  func stranger() throws {
    let server = SSHServer()
    let command = server.words("true").map {
      $0.hasPrefix("UserKnownHostsFile=") ? "UserKnownHostsFile=/dev/null" : $0
    }
    let outcome = Sandbox().run(
      ["s4l-debounce", "--no-input", "--"] + command, stdin: Array((record(1) + "\n").utf8))
    #expect(outcome.status == 1)
    #expect(outcome.complaint.contains("Host key verification failed"), "\(outcome)")
    #expect(outcome.complaint.contains("ssh: it ended with status 255"), "\(outcome)")
  }
}
