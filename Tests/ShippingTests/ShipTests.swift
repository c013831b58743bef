import Core
import Glibc
import Support
import System
import Testing
import Values

@testable import Shipping

/// The program against the double.
@Suite struct ShipTests {
  private let sandbox = Sandbox()
  private let server: PocketBaseServer

  init() throws {
    let logs: [String: any Sendable] = ["sync_logs": [String: String]()]
    server = try PocketBaseServer(["collections": logs])
    House.write(
      Array(server.configuration.utf8), to: sandbox.folder.appending("c.toml"))
    _ = sandbox.shell("chmod 600 c.toml; chown 65534 c.toml", asRoot: true)
  }

  private func ship(_ input: String, _ words: String...) -> Sandbox.Outcome {
    sandbox.run(
      ["s4l-ship", "--config=c.toml", "--grace=20s"] + words, stdin: Array(input.utf8))
  }

  private func lines(_ range: Range<Int>) -> String {
    range.map { "line \($0)\n" }.joined()
  }

  private func messages() throws -> [String] {
    try server.records("sync_logs").compactMap { $0["msg"] as? String }.sorted()
  }

  private func expected(_ range: Range<Int>) -> [String] { range.map { "line \($0)" }.sorted() }

  @Test(
    "every line arrives once, whatever the server knows",
    arguments: [
      (["old": true], 123), (["batches": false], 123), (["most_in_batch": 7], 123), ([:], 1_234),
    ] as [([String: any Sendable], Int)])
  func arrives(settings: [String: any Sendable], count: Int) throws {
    try server.set(settings)
    let outcome = ship(lines(0..<count), "--pass")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.text == lines(0..<count))
    #expect(try messages() == expected(0..<count))
  }

  @Test("a server that takes lines and whose answer is lost is told again, and has each once")
  func answers() throws {
    try server.set(["drop": 4])
    #expect(ship(lines(0..<120)).status == 0)
    #expect(try messages() == expected(0..<120))
  }

  @Test("a line that nobody takes holds up no other, and is told")
  func poison() throws {
    let outcome = ship(lines(0..<30) + "a line that nobody takes\n" + lines(30..<75))
    #expect(outcome.status == 0 && outcome.complaint.contains("Nobody takes that"), "\(outcome)")
    #expect(try messages() == expected(0..<75))
  }

  @Test("a server that is busy, or does not know us any more, gets all of it later")
  func later() throws {
    try server.set(["fail": [503, 429, 500]])
    #expect(ship(lines(0..<60)).status == 0)
    try server.set(["generation": 5])
    #expect(ship(lines(60..<120)).status == 0)
    #expect(try messages() == expected(0..<120))
  }

  @Test("lines outlive a server that is away, and go with the next start")
  func away() throws {
    let outcome = ship(
      lines(0..<50), "--pocketbase-url=http://127.0.0.1:1", "--grace=0s", "--log-level=warn")
    #expect(outcome.status == 75 && outcome.complaint.contains("wait for the next start"))
    #expect(!outcome.complaint.contains(PocketBaseServer.password))
    #expect(ship("").status == 0)
    #expect(try messages() == expected(0..<50))
  }

  @Test("where there is no such collection lines wait until there is")
  func missing() throws {
    let outcome = ship(lines(0..<5), "--collection=others", "--grace=0s")
    #expect(outcome.status == 75, "\(outcome)")
    let both: [String: any Sendable] = ["others": [String: String]()]
    try server.set(["collections": both])
    #expect(ship("", "--collection=others").status == 0)
    #expect(try server.records("others").count == 5)
  }

  @Test("killed at any moment, it loses no line and sends none twice")
  func killed() throws {
    try server.set(["most_in_batch": 5])
    var sent = 0
    for round in 0..<6 {
      let before = try server.records("sync_logs").count
      let pipe = try Pipe()
      let copy = try Scratch()
      let process = try sandbox.start(
        ["s4l-ship", "--config=c.toml", "--batch=5", "--quiet", "--pass"],
        stdin: pipe.reader.number, stdout: copy.descriptor)
      let text = lines(sent..<(sent + 200))
      sent += 200
      let count = Array(text.utf8).withUnsafeBytes {
        write(pipe.writer.number, $0.baseAddress, $0.count)
      }
      #expect(count == text.utf8.count)
      // Once some of it has arrived, more or less of it.
      while try server.records("sync_logs").count < before + round * 20 {}
      process.killGroup()
      _ = try process.wait()
    }
    #expect(ship("").status == 0)
    let all = try messages()
    #expect(Set(all).count == all.count)
    // What was read is on disk; what was still in the pipe is gone with it.
    #expect(Set(all).isSubset(of: Set(expected(0..<sent))))
    for round in 0..<6 {
      let mine = all.compactMap { Int($0.dropFirst(5)) }.filter { $0 / 200 == round }.sorted()
      #expect(mine == Array((round * 200)..<(round * 200 + mine.count)), "\(round)")
    }
  }

  @Test("uploads that failed and lines that wait are told to whoever gathers numbers")
  func numbers() throws {
    let text = server.configuration + "[metrics]\n"
    House.write(Array(text.utf8), to: sandbox.folder.appending("c.toml"))
    func told() -> String {
      sandbox.shell("cd $XDG_STATE_HOME/s4l/metrics && grep -h '^s4l_log_' s4l-ship.*; rm *").text
    }
    try server.set(["fail": [503, 500]])
    #expect(ship(lines(0..<30)).status == 0)
    #expect(told() == "s4l_log_upload_errors_total 2\ns4l_log_buffer_size 0\n")
    #expect(ship(lines(30..<80), "--pocketbase-url=http://127.0.0.1:1", "--grace=0s").status == 75)
    #expect(told().hasSuffix("s4l_log_buffer_size 50\n"))
    #expect(ship("").status == 0)
    #expect(told() == "s4l_log_upload_errors_total 0\ns4l_log_buffer_size 0\n")
  }

  @Test(
    "what is wrong is told by name",
    arguments: [
      (["--collection=a/b"], Int32(64), "a/b"), (["--limit=1k"], 64, "--limit"),
      (["--config=none.toml"], 66, "none.toml"),
    ])
  func wrong(words: [String], status: Int32, name: String) {
    let outcome = sandbox.run(["s4l-ship", "--config=c.toml"] + words)
    #expect(outcome.status == status && outcome.complaint.contains(name), "\(outcome)")
  }

  @Test("less grave lines are left out")
  func least() throws {
    let text = ["debug", "info", "warn", "error"].map { level in
      #"{"ts":"2026-11-28T12:00:00Z","level":"\#(level)","tool":"t","msg":"\#(level)"}"# + "\n"
    }.joined()
    #expect(ship(text, "--least=warn").status == 0)
    #expect(try messages() == ["error", "warn"])
  }
}
