import Core
import Doubles
import Glibc
import Support
import System
import TaskFile
import Tasks
import Testing
import Values

/// The program itself, spoken to by Python.
@Suite struct HookTests {
  /// A hook that runs in a sandbox, until it is told to stop or dies.
  private final class Running {
    let process: System.Process
    let port: String

    init(_ sandbox: Sandbox, _ words: [String], _ environment: [String]) throws {
      let pipe = try System.Pipe()
      process = try sandbox.start(
        ["s4l-hook", "--listen", "127.0.0.1:0", "--url", "queue.db"] + words,
        stderr: pipe.writer.number, environment: environment)
      let (reader, writer) = pipe.release()
      close(writer)
      defer { close(reader) }
      var line: [UInt8] = []
      var byte: UInt8 = 0
      while read(reader, &byte, 1) == 1, byte != 10 { line.append(byte) }
      port = String(decoding: line.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
      #expect(Int(port) != nil, "\(String(decoding: line, as: UTF8.self))")
    }

    func end(_ signal: Int32) throws -> Ended {
      kill(process.identifier, signal)
      return try process.wait()
    }
  }

  private let sandbox = Sandbox()

  private func start(_ words: [String] = [], _ environment: [String] = []) throws -> Running {
    #expect(sandbox.shell("mkdir -p root/a && touch root/a/1").status == 0)
    return try Running(
      sandbox, ["--root", "\(sandbox.folder)/root"] + words,
      ["S4L_HOOK_TOKEN=secret", "S4L_HOOK_HMAC_KEY=key"] + environment)
  }

  private func client(_ running: Running, _ program: String) throws -> [String] {
    let text = try Python.run(
      HookTests.prelude + program, [running.port, "\(sandbox.folder)/root/a"])
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let prelude = #"""
    import hashlib, hmac, http.client, json, socket, sys, threading, time
    port, folder = int(sys.argv[1]), sys.argv[2]
    item = json.dumps([{"from": folder, "to": "p"}])
    token = {"Authorization": "Bearer secret"}
    def ask(method, path, body=None, headers=token, connection=None):
        c = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        c.request(method, path, body, headers)
        r = c.getresponse()
        return r.status, r.read().decode().strip()
    def sign(text): return "sha256=" + hmac.new(b"key", text.encode(), hashlib.sha256).hexdigest()

    """#

  private func count() throws -> Int {
    var count = 0
    // The file is that of the user who ran the program.
    let found = try FileTasks(sandbox.folder.appending("queue.db"))
    try found.list("default", .pending) { (_) throws(Failure) in count += 1 }
    return count
  }

  @Test("who may ask is answered, in the words of Sync4Loong")
  func answers() throws {
    let running = try start()
    let seen = try client(
      running,
      #"""
      print(*ask("POST", "/publish", item))
      print(*ask("POST", "/publish", item[1:-1]))
      print(*ask("POST", "/publish", "nonsense"))
      print(*ask("POST", "/publish", json.dumps([{"from": "/etc", "to": "p"}])))
      print(*ask("POST", "/publish", item, {}))
      print(*ask("POST", "/publish", item, {"Authorization": "Bearer wrong"}))
      print(*ask("POST", "/publish", item, {"X-S4L-Signature": sign(item)}))
      print(*ask("POST", "/publish", item, {"X-S4L-Signature": sign(item + " ")}))
      now = str(int(time.time()))
      signed = {"X-S4L-Timestamp": now, "X-S4L-Signature": sign(f"{now}\nPOST\n/publish\n\n{item}")}
      for _ in range(3): print(*ask("POST", "/publish", item, signed))
      for _ in range(3): print(*ask("POST", "/publish", item, {**token, "Idempotency-Key": "x"}))
      print(*ask("POST", "/publish", " " * 2000000))
      print(*ask("GET", "/publish"))
      print(*ask("GET", "/healthz", headers={}))
      print(*ask("GET", "/check/a", headers={}))
      print(*ask("GET", "/check/a"))
      """#)
    let ok = #"200 {"status":"ok"}"#
    let malformed = #"400 {"error":"bad request"}"#
    let unknown = #"401 {"error":"unauthorized"}"#
    #expect(
      seen == [
        ok, ok, malformed, #"403 {"error":"forbidden"}"#, unknown, unknown, ok, unknown, ok, ok, ok,
        ok, ok, ok, #"413 {"error":"too large"}"#, #"405 {"error":"method not allowed"}"#, ok,
        unknown, #"502 {"error":"no bucket is configured"}"#,
      ])
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
    #expect(try count() == 5)
  }

  @Test("what was acknowledged is there when the program is killed right after")
  func killed() throws {
    var acknowledged = 0
    for round in 0..<4 {
      let running = try start()
      let seen = try client(
        running,
        #"""
        done = []
        def work():
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                while True:
                    if ask("POST", "/publish", item, connection=c)[0] == 200: done.append(1)
                    if len(done) == \#(20 + 60 * round):
                        import os; os.kill(\#(running.process.identifier), 9)
            except OSError: pass
            except http.client.HTTPException: pass
        threads = [threading.Thread(target=work) for _ in range(8)]
        for t in threads: t.start()
        for t in threads: t.join()
        print(len(done))
        """#)
      #expect(try running.process.wait() == .signalled(SIGKILL))
      acknowledged += Int(seen.first ?? "") ?? 0
    }
    #expect(acknowledged > 300)
    let kept = try count()
    // Of each of the eight, one request a round may have been kept without its answer.
    #expect(kept >= acknowledged && kept <= acknowledged + 4 * 8, "\(kept) of \(acknowledged)")
  }

  @Test("a signal to stop ends it after what is in hand, and nothing is lost")
  func stopped() throws {
    let running = try start()
    let seen = try client(
      running,
      #"""
      done, failed = [], []
      def work():
          c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
          try:
              while True:
                  done.append(ask("POST", "/publish", item, connection=c)[0])
                  if len(done) == 200:
                      import os; os.kill(\#(running.process.identifier), 15)
          except (OSError, http.client.HTTPException) as e: failed.append(e)
      threads = [threading.Thread(target=work) for _ in range(8)]
      for t in threads: t.start()
      for t in threads: t.join()
      print(set(done), len(done))
      """#)
    #expect(try running.process.wait() == .signalled(SIGTERM))
    let words = try #require(seen.first).split(separator: " ")
    #expect(words[0] == "{200}")
    let kept = try count()
    #expect(kept == Int(words[1]), "\(kept) of \(words[1])")
  }

  @Test("what is in a folder is told by its key")
  func check() throws {
    let running = try start(["--to", "\(sandbox.folder)/root"])
    let seen = try client(
      running,
      #"""
      for key in ["a/1", "a%2F1", "a/2", "a", "", "../root/a/1", "a/%00", "a//1"]:
          print(*ask("GET", "/check/" + key))
      print(ask("HEAD", "/check/a/1"), ask("HEAD", "/check/a/2"))
      """#)
    let malformed = #"400 {"error":"bad request"}"#
    #expect(
      seen == [
        #"200 {"exists":true,"size":0}"#, #"200 {"exists":true,"size":0}"#,
        #"404 {"exists":false}"#, #"404 {"exists":false}"#, #"404 {"error":"not found"}"#,
        malformed, malformed, malformed, "(200, '') (404, '')",
      ])
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
  }

  @Test("what is in a bucket is told, and the bucket is asked once for each key")
  func bucket() throws {
    let bucket = try Gateway.shared.bucket()
    try bucket.put("p/a b", [1, 2, 3])
    let running = try start(["--to", bucket.location("p")], Gateway.shared.variables)
    let seen = try client(
      running,
      #"""
      from concurrent.futures import ThreadPoolExecutor
      keys = ["a%20b", "none"] * 20
      with ThreadPoolExecutor(8) as pool:
          answers = list(pool.map(lambda key: ask("GET", "/check/" + key), keys))
      for answer in sorted(set(answers)): print(*answer, answers.count(answer))
      """#)
    #expect(seen == [#"200 {"exists":true,"size":3} 20"#, #"404 {"exists":false} 20"#])
    #expect(try running.end(SIGTERM) == .signalled(SIGTERM))
    let heads = try Gateway.shared.requests(bucket).filter { $0.method == "HEAD" }
    #expect(heads.map(\.path).sorted() == ["a%20b", "none"].map { "/\(bucket.name)/p/\($0)" })
  }
}
