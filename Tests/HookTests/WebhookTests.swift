import Core
import Doubles
import Glibc
import Support
import System
import TaskFile
import Tasks
import Testing
import Values

/// Webhooks as the program itself answers them.
@Suite struct WebhookTests {
  /// A hook that runs in a sandbox, until it is told to stop or dies.
  private final class Running {
    let process: System.Process
    let port: String

    /// `words` are those that start it.
    init(_ sandbox: Sandbox, _ words: [String]) throws {
      let log = sandbox.folder.appending("log")
      let file = log.withCString { open($0, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) }
      let end = lseek(file, 0, SEEK_END)
      process = try sandbox.start(words, stderr: file, environment: ["S4L_HOOK_TOKEN=se cr/et"])
      var line: [UInt8] = []
      var place = end
      var byte: UInt8 = 0
      var text = ""
      while !text.contains("listening on"), place - end < 65_536 {
        guard pread(file, &byte, 1, place) == 1 else {
          var ending = siginfo_t()
          let flags = WEXITED | WNOHANG | WNOWAIT
          waitid(P_PID, id_t(process.identifier), &ending, flags)
          if ending.si_signo != 0 { break }
          continue
        }
        place += 1
        if byte == 10 {
          text = String(decoding: line, as: UTF8.self)
          line = []
        } else {
          line.append(byte)
        }
      }
      close(file)
      port = text.split(separator: ":").last.map { String($0.prefix { $0.isNumber }) } ?? ""
      #expect(Int(port) != nil, "\(text)")
    }

    func end(_ signal: Int32) throws -> Ended {
      kill(process.identifier, signal)
      return try process.wait()
    }
  }

  private let sandbox = Sandbox()

  private static let words = [
    "s4l-hook", "--listen", "127.0.0.1:0", "--url", "queue.db", "--config", "s4l.toml",
    "--log-level", "trace",
  ]

  init() {
    let document = """
      [[strm_jobs]]
      id = "films"
      source = "clouddrive://nas/115/电影"
      output_path = "/o/1"
      mount_path = "/mnt/drive"
      [[strm_jobs]]
      id = "shows"
      source = "clouddrive://nas/115/剧集"
      output_path = "/o/2"
      """
    #expect(sandbox.shell("cat > s4l.toml", stdin: Array(document.utf8)).status == 0)
  }

  private func start(_ words: [String] = words) throws -> Running {
    try Running(sandbox, words)
  }

  private func client(_ running: Running, _ program: String) throws -> [String] {
    let text = try Python.run(WebhookTests.prelude + program, [running.port])
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let prelude = #"""
    import base64, http.client, json, os, sys, threading
    port = int(sys.argv[1])
    place = "/api/v1/webhook/clouddrive"
    stock = place + "2/file_notify?device_name=nas&user_name=me&type=notify"
    token = {"Authorization": "Bearer se cr/et"}
    def notice(path, action="create", folder="false", to=""):
        return json.dumps({"device_name": "nas", "event_category": "file", "event_name": "notify",
            "event_time": "1737000000", "data": [{"action": action, "is_dir": folder,
            "source_file": path, "destination_file": to}]}, ensure_ascii=False).encode()
    film = notice("/115/电影/a.mkv")
    def ask(method, path, body=None, headers=token, connection=None):
        c = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        c.request(method, path, body, headers)
        r = c.getresponse()
        return r.status, r.read().decode().strip()
    def fill(count, each):
        """Asks from eight connections at once; what `each` gives for an answer is gathered."""
        lock, numbers, done = threading.Lock(), iter(range(count)), []
        def work():
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                while True:
                    with lock: number = next(numbers)
                    each(number, c, done)
            except (OSError, http.client.HTTPException, StopIteration): pass
        threads = [threading.Thread(target=work) for _ in range(8)]
        for t in threads: t.start()
        for t in threads: t.join()
        return done

    """#

  private func events(_ job: String) -> [String] {
    House.text(sandbox.home.appending("state/s4l/inbox/\(job).events")).split(separator: "\n")
      .map(String.init)
  }

  private func tasks() throws -> [String] {
    var payloads: [String] = []
    for state in [State.scheduled, .pending] {
      try FileTasks(sandbox.folder.appending("queue.db")).list("library", state) {
        (standing) throws(Failure) in
        payloads.append(String(decoding: standing.task.payload ?? [], as: UTF8.self))
      }
    }
    return payloads.sorted()
  }

  private static let ok = #"200 {"status":"ok"}"#

  @Test("what CloudDrive2 sends to its usual places is kept, and a task queued")
  func stock() throws {
    let running = try start()
    let seen = try client(
      running,
      #"""
      print(*ask("POST", stock, film))
      print(*ask("POST", place, notice("/115/tmp/S", "rename", "true", "/115/剧集/S")))
      print(*ask("POST", place, notice("/quark/a"), {**token, "Content-Type": "text/plain"}))
      print(*ask("POST", place + "2/mount_notify?type=unmount", json.dumps({"data": [
          {"action": "unmount", "mount_point": "/mnt", "status": "true", "reason": ""}]})))
      print(*ask("POST", "/api/v1/webhook/events?job=films",
          json.dumps({"events": [{"event": "remove", "path": "b/", "dir": True}]})))
      print(*ask("POST", "/api/v1/webhook/events?job=films",
          json.dumps({"events": [{"event": "remove", "path": "/elsewhere/b"}]})))
      print(*ask("POST", place, json.dumps({"JobID": "shows", "FileChange":
          {"event": "write", "path": "/115/剧集/c.mkv"}})))
      """#)
    #expect(seen == Array(repeating: Self.ok, count: 7))
    let films = #"{"type":"event","root":"clouddrive://nas/115/电影","path":"#
    let shows = #"{"type":"event","root":"clouddrive://nas/115/剧集","path":"#
    #expect(
      events("films") == [
        films + #""a.mkv","event":"create"}"#, films + #""b/","event":"remove"}"#,
      ])
    #expect(
      events("shows") == [shows + #""S/","event":"create"}"#, shows + #""c.mkv","event":"write"}"#])
    #expect(
      try tasks() == [
        #"{"job":"films","strategy":"incremental"}"#, #"{"job":"shows","strategy":"incremental"}"#,
      ])
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
    let log = House.text(sandbox.folder.appending("log"))
    #expect(log.contains("/mnt is not mounted any more, where jobs have files: films"))
    #expect(log.contains("names job films: 1 event is outside of what that job lists"), "\(log)")
  }

  @Test("who may tell is let in by whatever he can send, and no secret is logged")
  func doors() throws {
    let running = try start()
    let seen = try client(
      running,
      #"""
      def basic(text): return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}
      print(*ask("POST", stock, film, {}))
      print(*ask("POST", stock + "&apikey=se%20cr%2Fet", film, {}))
      print(*ask("POST", stock + "&token=se+cr/et", film, {}))
      print(*ask("POST", stock + "&token=wrong", film, {}))
      print(*ask("POST", stock + "&token=", film, {}))
      print(*ask("POST", stock, film, basic("me:se cr/et")))
      print(*ask("POST", stock, film, basic("me:wrong")))
      print(*ask("POST", stock, film, basic("se cr/et")))
      print(*ask("POST", stock, film, {"Authorization": "Basic !"}))
      print(*ask("POST", "/publish?token=se+cr/et", "[]", {}))
      print(*ask("POST", "/publish", "[]", basic("me:se cr/et")))
      print(*ask("GET", stock + "&token=se+cr/et"))
      print(*ask("POST", place + "&apikey=se+cr/et", film, {}))
      """#)
    let unknown = #"401 {"error":"unauthorized"}"#
    #expect(
      seen == [
        unknown, Self.ok, Self.ok, unknown, unknown, Self.ok, unknown, unknown, unknown, unknown,
        unknown, #"405 {"error":"method not allowed"}"#, #"404 {"error":"not found"}"#,
      ])
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
    let log = House.text(sandbox.folder.appending("log"))
    #expect(log.contains("comes by GET"))
    for secret in ["se cr", "se+cr", "se%20cr", "apikey", "c2UgY3IvZXQ"] {
      #expect(!log.contains(secret), "\(secret) is in the log: \(log)")
    }
  }

  @Test("bodies that nobody should send")
  func hostile() throws {
    let running = try start()
    let seen = try client(
      running,
      #"""
      for body in [b"", b"{", b"[" * 100000, b'{"data":[{"source_file":"/115/"a".mkv"}]}',
          notice("/115/../etc/passwd"), notice("etc"), notice("/115/电影/a\0"),
          notice("/115/电影/" + "x" * 9000), notice("{source_file}", "{action}"),
          b'\xff\xfe{}', film[:-1] + b',"data":[]}']:
          print(*ask("POST", place, body))
      print(*ask("POST", place + "?job=none", film), *ask("POST", place + "?job=..%2Fx", film))
      print(*ask("POST", place, b" " * 2000000))
      print(*ask("DELETE", place))
      print(*ask("POST", place, json.dumps({"events": [
          {"event": "create", "path": "/115/电影/%d" % n} for n in range(9999)]})))
      """#)
    let malformed = #"400 {"error":"bad request"}"#
    #expect(
      seen == Array(repeating: malformed, count: 11) + [
        malformed + " " + malformed, #"413 {"error":"too large"}"#,
        #"405 {"error":"method not allowed"}"#, Self.ok,
      ])
    #expect(events("films").count == 9_999)
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
    let log = House.text(sandbox.folder.appending("log"))
    #expect(log.contains("the sender does not know the placeholder {action}"))
    #expect(log.contains("it begins: {"))
  }

  @Test("what was acknowledged is kept by a program that is killed right after")
  func killed() throws {
    var acknowledged: Set<String> = []
    for round in 0..<3 {
      let running = try start()
      let seen = try client(
        running,
        #"""
        def each(number, c, done):
            name = "\#(round)-%d" % number
            if ask("POST", place, notice("/115/电影/" + name), connection=c)[0] == 200:
                done.append(name)
            if len(done) == \#(200 + 300 * round): os.kill(\#(running.process.identifier), 9)
        print(*fill(6000, each), sep="\n")
        """#)
      #expect(try running.process.wait() == .signalled(SIGKILL))
      acknowledged.formUnion(seen)
    }
    #expect(acknowledged.count > 1_000)
    let kept = Set(events("films").map { $0.split(separator: "\"")[11] }.map(String.init))
    #expect(acknowledged.subtracting(kept).isEmpty)
    #expect(try tasks() == [#"{"job":"films","strategy":"incremental"}"#])
  }

  @Test("two that answer for one inbox lose nothing of each other")
  func two() throws {
    let one = try start()
    let other = try start()
    let seen = try client(
      one,
      #"""
      def each(number, c, done):
          if number % 2 == 0: c.close(); c = http.client.HTTPConnection("127.0.0.1", \#(other.port))
          done.append(ask("POST", place, notice("/115/剧集/%d" % number), connection=c)[0])
      print(*set(fill(600, each)))
      """#)
    #expect(seen == ["200"])
    #expect(Set(events("shows")).count == 600)
    #expect(try tasks() == [#"{"job":"shows","strategy":"incremental"}"#])
    #expect(try one.end(SIGTERM) == .signalled(SIGTERM))
    #expect(try other.end(SIGTERM) == .signalled(SIGTERM))
  }

  @Test("where no more can be written, nothing is acknowledged that is not there")
  func full() throws {
    let limit = ["sh", "-c", #"ulimit -f 1000; exec "$@""#, "sh"]
    let running = try start(limit + Self.words)
    let seen = try client(
      running,
      #"""
      def each(number, c, done):
          status = ask("POST", place, notice("/115/电影/%04d" % number + "x" * 4000), connection=c)[0]
          done.append("%d %04d" % (status, number))
      print(*fill(300, each), sep="\n")
      """#)
    let kept = Set(events("films").map { $0.split(separator: "\"")[11].prefix(4) }.map(String.init))
    let acknowledged = seen.filter { $0.hasPrefix("200") }.map { String($0.suffix(4)) }
    #expect(seen.count == 300)
    #expect(seen.allSatisfy { $0.hasPrefix("200") || $0.hasPrefix("503") })
    #expect(Set(acknowledged).isSubset(of: kept))
    #expect(acknowledged.count > 50 && acknowledged.count < 200)
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
  }

  @Test("without a queue events are kept, and the next start sees to them")
  func queueless() throws {
    let running = try start(Self.words.map { $0 == "queue.db" ? "/dev/null/queue.db" : $0 })
    #expect(try client(running, #"print(*ask("POST", place, film))"#) == [Self.ok])
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
    #expect(events("films").count == 1)
    let next = try start()
    // By the time that it answers, it has seen to what was there before.
    #expect(try client(next, #"print(*ask("POST", place, notice("/none")))"#) == [Self.ok])
    #expect(try tasks() == [#"{"job":"films","strategy":"incremental"}"#])
    #expect(try next.end(SIGTERM) == .signalled(SIGTERM))
  }

  @Test("whoever wants none takes none")
  func off() throws {
    #expect(sandbox.shell("printf '\\n[hook]\\nevents = false\\n' >> s4l.toml").status == 0)
    let running = try start()
    #expect(
      try client(running, #"print(*ask("POST", place, film))"#) == [#"404 {"error":"not found"}"#])
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
  }
}
