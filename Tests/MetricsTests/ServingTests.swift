import Core
import Doubles
import Glibc
import Support
import System
import TaskFile
import Tasks
import Testing
import Values

/// The program itself, asked by Python, by Prometheus and by a browser.
@Suite(.serialized) struct ServingTests {
  private final class Running {
    let process: System.Process
    let port: String

    init(_ sandbox: Sandbox) throws {
      let pipe = try System.Pipe()
      process = try sandbox.start(
        [
          "s4l-metrics", "--listen", "127.0.0.1:0", "--url", "queue.db", "--config", "c.toml",
        ],
        stderr: pipe.writer.number,
        environment: ["S4L_METRICS_TOKEN=secret", "XDG_STATE_HOME=\(sandbox.folder)/state"])
      let (reader, writer) = pipe.release()
      close(writer)
      defer { close(reader) }
      var line: [UInt8] = []
      var byte: UInt8 = 0
      while read(reader, &byte, 1) == 1, byte != 10 { line.append(byte) }
      port = String(decoding: line.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
      #expect(Int(port) != nil, "\(String(decoding: line, as: UTF8.self))")
    }

    deinit {
      kill(process.identifier, SIGTERM)
      do { _ = try process.wait() } catch { Issue.record(error) }
    }
  }

  private let sandbox = Sandbox()

  /// A job whose name is hostile, which has run twice: one file, and one that failed.
  private func start() throws -> Running {
    let made = sandbox.shell(
      #"""
      mkdir from to '<img src=x>' && echo 1 >from/file
      echo 2 >'<img src=x>/<i>file' && chmod 0 '<img src=x>/<i>file'
      cat >c.toml <<'END'
      [[sync_jobs]]
      id = "a/b"
      name = "<b>A</b>"
      source_path = "from"
      destination_path = "to"
      [[sync_jobs]]
      id = "bad"
      source_path = "<img src=x>"
      destination_path = "other"
      END
      export XDG_STATE_HOME=$PWD/state
      s4l-run --config c.toml a/b >/dev/null && s4l-run --config c.toml bad >/dev/null
      """#)
    #expect(made.status == 1, "\(made)")
    return try Running(sandbox)
  }

  private func client(_ running: Running, _ program: String) throws -> [String] {
    let text = try Python.run(
      ServingTests.prelude + program,
      [
        running.port, "\(sandbox.folder)", "\(House.root)/Tests/Servers", "\(House.products)",
      ])
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let prelude = #"""
    import http.client, json, os, socket, subprocess, sys, time
    port, folder = int(sys.argv[1]), sys.argv[2]
    sys.path.insert(0, sys.argv[3])
    right = {"Authorization": "Bearer secret", "X-S4L-Request": "1"}
    def get(path, headers={}, method="GET", body=None):
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        c.request(method, path, body, headers)
        r = c.getresponse()
        return r.status, r.read().decode(), r.headers
    def post(path, body, headers=right):
        status, text, _ = get(path, headers, "POST", json.dumps(body))
        print(status, text.strip())

    """#

  @Test("runs are counted once, also by the next s4l-metrics")
  func counts() throws {
    let program = #"""
      lines = get("/metrics")[1].splitlines()
      for line in lines:
          if line.startswith(("s4l_sync_op", "s4l_sync_f", "s4l_sync_e")) \
              and "_bucket" not in line and "_sum" not in line: print(line)
      """#
    let expected = [
      #"s4l_sync_operations_total{job="a/b",status="success"} 1"#,
      #"s4l_sync_operations_total{job="bad",status="partial"} 1"#,
      #"s4l_sync_operation_duration_seconds_count{job="a/b"} 1"#,
      #"s4l_sync_operation_duration_seconds_count{job="bad"} 1"#,
      #"s4l_sync_files_processed_total{job="a/b",action="copied"} 1"#,
      #"s4l_sync_files_processed_total{job="a/b",action="deleted"} 0"#,
      #"s4l_sync_files_processed_total{job="bad",action="copied"} 0"#,
      #"s4l_sync_files_processed_total{job="bad",action="deleted"} 0"#,
      #"s4l_sync_errors_total{job="a/b",kind="file"} 0"#,
      #"s4l_sync_errors_total{job="a/b",kind="run"} 0"#,
      #"s4l_sync_errors_total{job="bad",kind="file"} 1"#,
      #"s4l_sync_errors_total{job="bad",kind="run"} 0"#,
    ]
    #expect(try client(try start(), program) == expected)
    // The history is forgotten; what was counted is not.
    #expect(sandbox.shell("rm state/s4l/history.db*").status == 0)
    #expect(try client(try Running(sandbox), program) == expected)
  }

  @Test("who may not do something is refused, and nothing is done")
  func guarded() throws {
    let seen = try client(
      try start(),
      #"""
      job = {"job": "a/b"}
      post("/api/run", job, {})
      post("/api/run", job, {"X-S4L-Request": "1"})
      post("/api/run", job, {"Authorization": "Bearer secret"})
      post("/api/run", job, {**right, "Authorization": "Bearer secreT"})
      post("/api/run", job, {**right, "Origin": "http://evil.example"})
      post("/api/run", job, {**right, "Origin": "null"})
      post("/api/run", job, {**right, "Host": "evil.example"})
      post("/api/run?token=secret", job, {"X-S4L-Request": "1"})
      print(get("/api/state", {"Host": "evil.example:80"})[0])
      print(get("/api/run", right)[0])
      print(os.path.exists(folder + "/state/s4l/paused"))
      print(json.loads(get("/api/state")[1])["queues"])
      """#)
    #expect(
      seen == [
        #"403 {"error":"forbidden"}"#, #"401 {"error":"unauthorized"}"#,
        #"403 {"error":"forbidden"}"#, #"401 {"error":"unauthorized"}"#,
        #"403 {"error":"forbidden"}"#, #"403 {"error":"forbidden"}"#,
        #"421 {"error":"not a host of ours"}"#, #"401 {"error":"unauthorized"}"#, "421", "405",
        "False", "[]",
      ])
  }

  @Test("a job is queued, paused and resumed, and a task that was given up is tried again")
  func deeds() throws {
    let running = try start()
    let seen = try client(
      running,
      #"""
      own = {**right, "Origin": f"http://127.0.0.1:{port}"}
      post("/api/run", {"job": "a/b"}, own)
      post("/api/run", {"job": "a/b"})
      post("/api/run", {"job": "none"})
      post("/api/run", [])
      post("/api/pause", {"job": "a/b", "paused": True})
      print(os.listdir(folder + "/state/s4l/paused"))
      state = json.loads(get("/api/state")[1])
      print([job["paused"] for job in state["jobs"]], state["queues"][0]["pending"])
      post("/api/pause", {"job": "a/b", "paused": False})
      post("/api/pause", {"job": "a/b", "paused": False})
      print(os.listdir(folder + "/state/s4l/paused"))
      post("/api/retry", {"queue": "default", "id": "none"})
      """#)
    #expect(
      seen == [
        #"200 {"status":"queued"}"#, #"200 {"status":"waiting already"}"#,
        #"404 {"error":"no such job"}"#, #"400 {"error":"bad request"}"#,
        #"200 {"status":"paused"}"#, "['a%2fb']", "[True, False] 1",
        #"200 {"status":"resumed"}"#, #"200 {"status":"resumed"}"#, "[]",
        #"404 {"error":"no such task"}"#,
      ])
    let store = try FileTasks(sandbox.folder.appending("queue.db"))
    var tasks: [Tasks.Task] = []
    try store.list("default", .pending) { (found) throws(Failure) in tasks.append(found.task) }
    #expect(tasks.map(\.type) == ["sync_job"])
    #expect(tasks.first?.payload == Array(#"{"job":"a/b"}"#.utf8))
    let id = try #require(tasks.first?.id)
    #expect(try store.archive(id, in: "default", at: Clock.now()) == .done)
    let again = try client(
      running, "post('/api/retry', {'queue': 'default', 'id': '\(id)'})\n")
    #expect(again == [#"200 {"status":"queued"}"#])
  }

  @Test("who waits for news is told at once when something changes")
  func news() throws {
    let seen = try client(
      try start(),
      #"""
      def event(headers={}):
          status, text, all = get("/events", headers)
          assert all["Content-Type"] == "text/event-stream"
          return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
      first = event()
      post("/api/run", {"job": "a/b"})
      second = event({"Last-Event-ID": first["id"]})
      print(first["event"], second["id"] != first["id"])
      """#)
    #expect(seen == [#"200 {"status":"queued"}"#, "change True"])
  }

  @Test("a real Prometheus finds nothing to complain of, and scrapes it")
  func prometheus() throws {
    let seen = try client(
      try start(),
      #"""
      text = get("/metrics")[1]
      check = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
          capture_output=True)
      print(check.returncode, check.stdout + check.stderr)
      with socket.socket() as s:
          s.bind(("127.0.0.1", 0)); free = s.getsockname()[1]
      with open(folder + "/prometheus.yml", "w") as f:
          f.write("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: s4l, "
              f"static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n")
      server = subprocess.Popen(["prometheus", f"--config.file={folder}/prometheus.yml",
          f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{free}"],
          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
      own, port = port, free
      try:
          limit = time.monotonic() + 60
          while time.monotonic() < limit:
              try:
                  found = json.loads(get("/api/v1/query?query=s4l_sync_operations_total")[1])
                  if found["data"]["result"]: break
              # It answers in plain text until it is ready.
              except (OSError, ValueError): pass
              time.sleep(0.1)
          for one in found["data"]["result"]:
              print(one["metric"]["exported_job"], one["metric"]["status"], one["value"][1])
      finally:
          server.kill(); server.wait()
      """#)
    #expect(seen == ["0 ", "a/b success 1", "bad partial 1"])
  }

  @Test("a real browser shows names as they are, and needs nothing from elsewhere")
  func browser() throws {
    let seen = try client(
      try start(),
      #"""
      import html.parser
      found = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu",
          f"--user-data-dir={folder}/browser", "--virtual-time-budget=3000", "--dump-dom",
          f"http://127.0.0.1:{port}/#still"], capture_output=True, text=True, timeout=120).stdout
      tags, texts = [], []
      class Reader(html.parser.HTMLParser):
          def handle_starttag(self, tag, attributes): tags.append(tag)
          def handle_data(self, text): texts.append(text.strip())
      Reader().feed(found)
      print("<b>A</b>" in texts, "b" in tags, "img" in tags, tags.count("rect"))
      print([text for text in texts if text.startswith("2 jobs")])
      print(any("<i>file" in text for text in texts))
      status, text, headers = get("/")
      assert "default-src 'none'" in headers["Content-Security-Policy"]
      assert headers["X-Content-Type-Options"] == "nosniff"
      assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
      print(len(text) < 60000)
      """#)
    #expect(
      seen == [
        "True False False 6", "['2 jobs, 0 running; no daemon is running']", "True", "True",
      ])
  }

  @Test("a run is seen while it is under way, and how far it is")
  func progress() throws {
    let seen = try client(
      try start(),
      #"""
      environment = dict(os.environ, XDG_STATE_HOME=folder + "/state")
      for number in range(4000):
          with open(f"{folder}/from/{number}", "wb") as f: f.write(b"x" * 20_000)
      # It runs as whoever looks at it; one that was over before anybody looked is begun anew.
      owner = os.stat(environment["XDG_STATE_HOME"])
      found = None
      for _ in range(20):
          if found: break
          subprocess.run(["rm", "-rf", folder + "/to"])
          run = subprocess.Popen([sys.argv[4] + "/s4l-run", "a/b", "--config", "c.toml"],
              cwd=folder, env=environment, stdout=subprocess.DEVNULL,
              stderr=subprocess.DEVNULL, user=owner.st_uid, group=owner.st_gid)
          while run.poll() is None:
              told = json.loads(get("/api/progress")[1]).get("a/b")
              if told and told["total_files"] > 0: found = sorted(told)
          assert run.returncode == 0
      print(found)
      locks = folder + "/state/s4l/locks"
      print(get("/api/progress")[1], os.listdir(locks))
      # Another that is never over, as it is ours.
      with open(locks + "/x.lock", "w") as f: f.write(f"shared\0x\0{os.getpid()}\0\0job bad\0")
      def post_board(entries):
          with open(locks + "/x.progress", "w") as f:
              f.write('{"type":"progress","entries":%d,"total_entries":9}\n' % entries)
      post_board(1)
      def event(last):
          text = get("/events", {"Last-Event-ID": last})[1]
          return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
      first = event("")
      post_board(2)
      print(first["event"], event(first["id"])["event"])
      print(json.loads(get("/api/progress")[1])["bad"]["files"])
      """#)
    #expect(
      seen == [
        "['bytes', 'counted', 'files', 'total_bytes', 'total_files']", "{} ['gate']",
        "change progress", "2",
      ])
  }

  @Test("a person with a mouse and a keyboard runs and pauses a job, and sees that it was done")
  func clicks() throws {
    let seen = try client(
      try start(),
      #"""
      from browser import Browser
      said = "document.getElementById('said').textContent"
      with Browser(folder) as browser:
          page = browser.open(f"http://127.0.0.1:{port}/")
          page.until("document.documentElement.dataset.ready")
          page.click("[aria-label='Run <b>A</b>']")
          print(page.until(said))
          print(page.value("document.activeElement.id"))
          page.type("secret")
          page.press("Enter")
          page.until(said + ".startsWith('The token is kept')")
          page.click("[aria-label='Run <b>A</b>']")
          page.until(said + ".startsWith('<b>A</b>')")
          print(page.value(said))
          # By keyboard alone: from the button that was used to the next, which is Pause.
          page.until("document.activeElement.dataset.key === 'run a/b'")
          page.press("Tab")
          page.press("Enter")
          print(page.until("document.querySelector('[data-key=\"pause a/b\"]').textContent"
              " === 'Resume' && " + said))
          print(page.value("document.activeElement.dataset.key"))
          # What changes while the button is down does not take the click away.
          def change():
              post("/api/pause", {"job": "bad", "paused": True})
              page.until("state.jobs.some(job => job.id === 'bad' && job.paused)")
          print(page.hit("[aria-label='Resume <b>A</b>']", change))
          print(page.until("document.querySelector('[data-key=\"pause a/b\"]').textContent"
              " === 'Pause' && " + said))
          narrow = browser.open(f"http://127.0.0.1:{port}/", width=360)
          narrow.until("document.documentElement.dataset.ready")
          print(narrow.value("document.documentElement.scrollWidth <= 360"))
      """#)
    #expect(
      seen == [
        "That needs the token.", "token", "<b>A</b>: queued", "<b>A</b>: paused", "pause a/b",
        #"200 {"status":"paused"}"#, "True", "<b>A</b>: resumed", "True",
      ])
  }
}
