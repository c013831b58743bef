import Support
import Testing
import Values

/// What the daemon tells of itself in numbers.
@Suite(.serialized) struct NumbersTests {
  private let sandbox = Sandbox()

  private func daemon(_ words: String...) -> Sandbox.Outcome {
    sandbox.run(["s4l-daemon"] + words + ["--config=c.toml"])
  }

  private func lines(_ command: String) -> [String] {
    sandbox.shell(command).text.split(separator: "\n").map(String.init)
  }

  @Test("its numbers are served, and its log is counted line by line, by level")
  func numbers() throws {
    let text = """
      [[sync_jobs]]
      id = "documents"
      source_path = "\(sandbox.folder)/from"
      destination_path = "\(sandbox.folder)/to"

      [[file_watchers]]
      id = "watcher"
      watch_path = "\(sandbox.folder)/from"
      sync_job_id = "documents"

      [metrics]
      listen = "127.0.0.1:0"
      """
    House.write(Array(text.utf8), to: sandbox.folder.appending("c.toml"))
    _ = sandbox.shell("mkdir from; echo a >from/a")
    #expect(daemon("start", "--log-level=debug").status == 0)
    defer { _ = daemon("stop") }
    let script = #"""
      import http.client, json, os, re, time
      log = os.environ["XDG_STATE_HOME"] + "/s4l/daemon.log"
      end = time.monotonic() + 60
      def get():
          found = re.search(r"listening on http://127.0.0.1:(\d+)", open(log).read())
          if not found: return ""
          c = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=60)
          c.request("GET", "/metrics")
          return c.getresponse().read().decode()
      while True:
          told = dict(line.rsplit(" ", 1) for line in get().splitlines() if line[:1] != "#")
          watchers = float(told.get("s4l_file_watchers_active", 0))
          lines = float(told.get('s4l_log_entries_total{level="info"}', 0))
          if watchers and lines or time.monotonic() > end: break
          time.sleep(0.05)
      print(watchers, lines > 0)
      print(0 < float(told["s4l_daemon_uptime_seconds"]) < 600)
      print(1e6 < float(told["s4l_daemon_memory_bytes"]) < 1e9)
      print(0 <= float(told["s4l_daemon_cpu_seconds_total"]) < 60)
      """#
    let seen = sandbox.run(["python3", "-c", script])
    #expect(seen.text == "1.0 True\nTrue\nTrue\nTrue\n", "\(seen)")
    #expect(daemon("stop").status == 0)
    let told = lines("cd $XDG_STATE_HOME/s4l/metrics && grep -h '^s4l_log_entries' s4l-daemon.*")
    // Its very last words go past the journal.
    let said = lines(
      """
      grep -v '"tool":"s4l-daemon","msg":"stopped by' $XDG_STATE_HOME/s4l/daemon.log |
        sed 's/.*"level":"\\([a-z]*\\)".*/s4l_log_entries_total{level="\\1"}/' |
        sort | uniq -c | awk '{ print $2, $1 }'
      """)
    #expect(told.sorted() == said.sorted() && said.count > 1, "\(told) \(said)")
  }
}
