import Core
import Glibc
import Support
import System
import Testing
import Values

/// A machine whose programs find queues and buckets by its configuration alone, as users have it.
final class Post {
  let sandbox = Sandbox()
  let server: RedisServer?
  /// Those that are not known to have ended, by their places.
  private var workers: [Int: System.Process] = [:]
  private var started = 0

  init(_ kind: Kind) {
    server = kind == .redis ? RedisServer() : nil
  }

  deinit { endAll() }

  /// The section of Sync4Loong that names the server of the queues; none where a file holds them.
  static func redis(_ server: RedisServer?) -> String {
    guard let server else { return "" }
    return "[redis]\naddr = \"127.0.0.1:\(server.port)\"\npassword = \"\"\ndb = 0\n"
  }

  /// The section that names a bucket of the gateway.
  static func s3(_ bucket: Bucket) -> String {
    """
    [s3]
    endpoint = "\(Gateway.shared.endpoint)"
    region = "us-east-1"
    bucket = "\(bucket.name)"
    access_key = "test"
    secret_key = "testtest"

    """
  }

  /// Puts a configuration in the place of the one before, as a whole.
  func configure(_ text: String, as name: String = "s4l.toml") {
    let script = """
      umask 077; mkdir -p "$XDG_CONFIG_HOME/s4l"; cd "$XDG_CONFIG_HOME/s4l"
      cat >new && mv new \(name)
      """
    let outcome = sandbox.shell(script, stdin: Array(text.utf8))
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// Where a configuration lies that was given a name.
  func file(_ name: String) -> String { "\(sandbox.home)/config/s4l/\(name)" }

  /// Runs a program; the records that it prints.
  @discardableResult
  func run(
    _ words: String..., environment: [String] = [], stdin: String = "", status: Int32 = 0
  ) -> [[String: Any]] {
    let outcome = sandbox.run(words, stdin: Array(stdin.utf8), environment: environment)
    #expect(outcome.status == status, "\(words): \(outcome)")
    return Site.records(outcome.text)
  }

  /// A handler that notes when it begins and ends with a task. It goes on until there is a file of
  /// the name `finish`, or `finish-` and the id of its task, or its folder is gone.
  static let waiting = """
    echo "begin $S4L_TASK_ID" >>log
    until [ -e finish ] || [ -e "finish-$S4L_TASK_ID" ] || ! [ -e log ]; do sleep 0.02; done
    echo "end $S4L_TASK_ID" >>log

    """

  /// Starts a worker; gives its place among all that were started. `chain` are the words of a
  /// program that becomes it.
  @discardableResult
  func work(
    _ words: [String] = [], environment: [String] = [], through chain: [String] = []
  ) throws -> Int {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    let errors = "\(sandbox.folder)/errors-\(started)"
    let log = open(errors, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    defer {
      close(null)
      close(log)
    }
    workers[started] = try sandbox.start(
      chain + ["s4l-queue", "work"] + words, stdin: null, stdout: null, stderr: log,
      environment: environment)
    started += 1
    return started - 1
  }

  /// What a worker has said so far.
  func said(_ place: Int) -> String { House.text(sandbox.folder.appending("errors-\(place)")) }

  /// Asks a worker to end.
  func terminate(_ place: Int) { workers[place]?.terminate() }

  /// Interrupts a worker, as the keyboard does.
  func interrupt(_ place: Int) {
    if let worker = workers[place] { kill(worker.identifier, SIGINT) }
  }

  /// How a worker ended that was told to; nil if it has not within a minute.
  func ended(_ place: Int) throws -> Ended? {
    let ended = try workers[place]?.wait(within: 60_000_000_000)
    if ended != nil { workers[place] = nil }
    return ended
  }

  /// Ends all workers, in good order if they can.
  func endAll() {
    for worker in workers.values { worker.terminate() }
    for worker in workers.values {
      do {
        if try worker.wait(within: 20_000_000_000) != nil { continue }
        worker.killGroup()
        _ = try worker.wait()
      } catch {
        Issue.record(error)
      }
    }
    workers = [:]
  }

  /// Queues a task that is kept once it is done.
  func push(_ id: String, _ environment: [String] = []) {
    run(
      "s4l-queue", "push", "--queue", "q", "--type", "t", "--id", id, "--retention", "1h", "x",
      environment: environment)
  }

  /// A task of that queue as it stands.
  func task(_ id: String, _ environment: [String] = []) -> [String: Any] {
    run("s4l-queue", "show", "--queue", "q", id, environment: environment).first ?? [:]
  }

  func isDone(_ id: String, _ environment: [String] = []) -> Bool {
    task(id, environment)["state"] as? String == "completed"
  }

  /// Whether nothing of a queue waits, and nothing was given up.
  func isIdle(_ queue: String, _ environment: [String] = []) -> Bool {
    ["pending", "active", "scheduled", "retry", "archived"].allSatisfy {
      count(queue, $0, environment) == 0
    }
  }

  /// How many tasks of a queue stand in a state.
  func count(_ queue: String, _ state: String, _ environment: [String] = []) -> Int? {
    let outcome = sandbox.run(["s4l-queue", "stat"], environment: environment)
    let queue = Site.records(outcome.text).first { $0["queue"] as? String == queue }
    return queue?[state] as? Int
  }

  /// What the workers tell of themselves.
  func tellings(_ environment: [String] = []) -> [[String: Any]] {
    let outcome = sandbox.run(["s4l-queue", "stat", "--workers"], environment: environment)
    return Site.records(outcome.text)
  }

  /// How many tasks the workers say that they work at once.
  func widths(_ environment: [String] = []) -> [Int] {
    tellings(environment).compactMap { $0["concurrency"] as? Int }
  }

  /// The lines of a file in the folder of the sandbox; none while there is no such file.
  func lines(_ name: String) -> [String] {
    let path = sandbox.folder.appending(name)
    guard let bytes = House.read(path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

/// Looks again and again until something is so; false once it has not become so for a minute.
func until(_ isSo: () throws -> Bool) rethrows -> Bool {
  let deadline = Clock.elapsed() + 60_000_000_000
  while Clock.elapsed() < deadline {
    if try isSo() { return true }
    usleep(10_000)
  }
  return false
}
