import Core
import Glibc
import SQL
import Support
import System
import TaskFile
import Tasks
import Testing
import Values

/// What concerns queues in a file alone.
@Suite("Queues in a file") struct FileTests {
  private func task(_ id: String) -> Order { Order(Task(id: id, queue: "q", type: "t")) }

  private func mode(_ path: Path) -> UInt32? {
    path.withCString { name in
      guard case .success(let inode) = Inode.at(AT_FDCWD, name, followsLinks: false) else {
        return nil
      }
      return inode.permissions
    }
  }

  @Test("nobody else may read them, nor the folder that is made for them")
  func permissions() throws {
    let site = FileSite()
    let store = try site.open()
    _ = try store.push([task("a")], at: Clock.now())
    #expect(mode(site.path) == 0o600)
    #expect(mode(site.path.parent.trimmed) == 0o700)
    for ending in ["-wal", "-shm", "-bell"] {
      #expect(mode(Path(site.path.bytes + Array(ending.utf8))) == 0o600, "\(ending)")
    }
  }

  @Test("a task that is to be given up for good is, whatever its worker makes of it")
  func cancelled() throws {
    let ground = try Ground(.file)
    for fate in [ground.retry(9), .retry(at: ground.now, reason: "", isFailure: false), .handBack] {
      try ground.push(["a"])
      let tasks = try ground.take(1)
      #expect(try ground.store.cancel("a", in: "q", mayRetry: false, at: ground.now) == .done)
      #expect(try ground.settle(tasks, fate) == [true])
      #expect(try ground.state("a") == .archived)
      #expect(try ground.store.delete("a", in: "q") == .done)
    }
  }

  @Test("who has not taken a task cannot settle it")
  func strangers() throws {
    let ground = try Ground(.file)
    let other = try ground.site.open()
    try ground.push(["a"])
    let tasks = try ground.take(1)
    #expect(try ground.settle(tasks, .done, by: other) == [false])
    #expect(try ground.beat(tasks, at: 1, by: other).lost == ["a"])
    #expect(try ground.settle(tasks, .done) == [true])
  }

  @Test("a file of a newer version, or of somebody else, is refused and left as it is")
  func foreign() throws {
    let site = FileSite()
    do { _ = try site.open() }
    let schema = Schema(mark: 0x7334_6C71, "", "CREATE TABLE more (x)")
    do { _ = try Database(site.path, schema) }
    let newer = #expect(throws: Failure.self) { try site.open() }
    #expect(newer?.kind == .data)

    let sandbox = Sandbox()
    let other = sandbox.folder.appending("other.db")
    do { _ = try Database(other, Schema(mark: 1, "CREATE TABLE theirs (x)")) }
    let error = #expect(throws: Failure.self) { try FileTasks(other) }
    #expect(error?.kind == .data)
    let text = sandbox.folder.appending("text")
    House.write(Array(repeating: UInt8(ascii: "x"), count: 5_000), to: text)
    let rubbish = #expect(throws: Failure.self) { try FileTasks(text) }
    #expect(rubbish?.kind == .data)
    #expect(House.read(text) == Array(repeating: UInt8(ascii: "x"), count: 5_000))
  }

  @Test(
    "a worker whose file was removed is told so, and does not wait for ever",
    arguments: [true, false])
  func removed(_ isReplaced: Bool) throws {
    let site = FileSite()
    let store = try site.open()
    let worker = Worker(
      host: "h", process: 1, id: "w", width: 1, weights: [:], started: Clock.now())
    _ = try store.beat(worker, lease: Span(seconds: 30), at: Clock.now())
    #expect(site.path.withCString { unlink($0) } == 0)
    if isReplaced { House.write([], to: site.path) }
    let error = #expect(throws: Failure.self) {
      try store.beat(worker, lease: Span(seconds: 30), at: Clock.now())
    }
    #expect(error?.kind == .absent)
  }

  @Test("where there can be no file, the failure says why")
  func nowhere() throws {
    let sandbox = Sandbox()
    House.write([], to: sandbox.folder.appending("file"))
    let below = #expect(throws: Failure.self) {
      try FileTasks(sandbox.folder.appending("file/queue.db"))
    }
    #expect(below?.kind == .absent)
    let folder = #expect(throws: Failure.self) { try FileTasks(sandbox.folder) }
    #expect(folder != nil)
    let null = #expect(throws: Failure.self) { try FileTasks(Path(text: "/tmp/a\u{0}b")) }
    #expect(null?.kind == .usage)
  }

  // MARK: Other processes

  /// A helper program of the tests that runs beside this one.
  private func start(
    _ words: [String], into output: Int32, through prefix: [String] = []
  ) throws -> System.Process {
    let all = prefix + ["\(House.products.appending("probe-tasks"))"] + words
    return try .start(
      program: Path(text: all[0]), arguments: all.dropFirst().map { Array($0.utf8) },
      stdout: output, group: .own)
  }

  private func lines(_ scratch: Scratch) throws -> [String] {
    try scratch.rewind()
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(scratch.descriptor, &chunk, chunk.count)
      if count <= 0 { break }
      bytes += chunk.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("processes that push and work at once handle each task once")
  func hammered() throws {
    let site = FileSite()
    let store = try site.open()
    let path = "\(site.path)"
    let now = Clock.now()
    _ = try store.push((0..<1_500).map { task("first-\($0)") }, at: now)
    let outputs = try (0..<4).map { _ in try Scratch() }
    let children = [
      try start(["push", path, "p", "150"], into: outputs[0].descriptor),
      try start(["push", path, "r", "150"], into: outputs[1].descriptor),
      try start(["work", path], into: outputs[2].descriptor),
      try start(["work", path], into: outputs[3].descriptor),
    ]
    for child in children { #expect(try child.wait() == .exited(0)) }
    // What came after the workers had found nothing is left.
    let last = try Scratch()
    #expect(try start(["work", path], into: last.descriptor).wait() == .exited(0))
    let pushed = try lines(outputs[0]) + lines(outputs[1])
    let settled = try lines(outputs[2]) + lines(outputs[3]) + lines(last)
    #expect(pushed.count == 300)
    #expect(settled.count == 1_800)
    #expect(Set(settled).count == 1_800)
    #expect(try store.queues().first?.processed == 1_800)
  }

  @Test("a process killed at any moment leaves all that it was told, and nothing by halves")
  func killed() throws {
    let site = FileSite()
    var pushed: Set<Substring> = []
    var settled: Set<Substring> = []
    for round in 0..<12 {
      let (reader, writer) = try Pipe().release()
      let child = try start(["churn", "\(site.path)", "k\(round)"], into: writer)
      close(writer)
      var text: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 512)
      var isKilled = false
      while true {
        let count = read(reader, &chunk, chunk.count)
        if count <= 0 { break }
        text += chunk.prefix(count)
        if !isKilled, text.count > 40 + 397 * round {
          child.killGroup()
          isKilled = true
        }
      }
      close(reader)
      #expect(try child.wait() == .signalled(SIGKILL))
      let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
      #expect(!lines.contains { $0.hasPrefix("!") })
      // What it took may have been queued by one that was killed before it told.
      pushed.formUnion(lines.map { $0.dropFirst() })
      settled.formUnion(lines.filter { $0.hasPrefix("-") }.map { $0.dropFirst() })
      try check(site, pushed, settled)
    }
  }

  /// Holds a file to what a process that was killed has told.
  private func check(
    _ site: FileSite, _ pushed: Set<Substring>, _ settled: Set<Substring>
  ) throws {
    let store = try site.open()
    var gone = 0
    for id in pushed where try store.find(String(id), in: "q") == nil { gone += 1 }
    for id in settled { #expect(try store.find(String(id), in: "q") == nil) }
    // Settled, but killed before it could be told: one call for each process at most.
    #expect(gone >= settled.count && gone <= settled.count + 12)
    let count = try #require(try store.queues().first)
    // A try that has ended is counted with the task that it ended, or neither is.
    #expect(count.processed == gone + (count.counts[.archived] ?? 0))
    #expect(count.failed == count.counts[.archived] ?? 0)
    let database = try Database(site.path, Schema(mark: 0x7334_6C71, ""))
    let verdict = try database.statement("PRAGMA integrity_check").first { $0.text(0) }
    #expect(verdict == "ok")
  }

  @Test("a disk that is full is told, and changes nothing")
  func full() throws {
    let site = FileSite()
    do { _ = try site.open().push([task("first")], at: Clock.now()) }
    let output = try Scratch()
    let child = try start(
      ["push", "\(site.path)", "p", "100"], into: output.descriptor,
      through: [
        "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
        "inject=pwrite64:error=ENOSPC:when=60+",
      ])
    #expect(try child.wait() == .exited(Status.io.rawValue))
    let lines = try lines(output)
    let told = lines.filter { $0.hasPrefix("+") }
    #expect(!told.isEmpty && told.count < 100)
    #expect(lines.last?.hasPrefix("! io ") == true)
    let store = try site.open()
    var ids: [String] = []
    try store.list("q", .pending) { ids.append($0.task.id) }
    #expect(ids == ["first"] + told.map { String($0.dropFirst()) })
    #expect(try store.push([task("last")], at: Clock.now()) == [.queued(.pending)])
  }

  @Test("the log beside the file does not grow without bound, even with a reader in between")
  func log() throws {
    let site = FileSite()
    let store = try site.open()
    let other = try site.open()
    let wal = Path(site.path.bytes + Array("-wal".utf8))
    func size() -> Int {
      wal.withCString { name in
        guard case .success(let inode) = Inode.at(AT_FDCWD, name, followsLinks: false) else {
          return 0
        }
        return inode.size
      }
    }
    _ = try other.push((0..<600).map { task("r\($0)") }, at: Clock.now())
    var round = 0
    // Whoever lists slowly does not keep the log from being emptied.
    try other.list("q", .pending) { (_) throws(Failure) in
      round += 1
      if round > 20 { return }
      var order = task("p\(round)")
      order.task.payload = [UInt8](repeating: 1, count: 1 << 20)
      _ = try store.push([order], at: Clock.now())
      #expect(size() < 8 << 20)
    }
    #expect(round > 20)
  }
}
