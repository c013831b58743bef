import Core
import System
import Tasks
import Testing
import Values

/// What everything that keeps queues has to do alike. Each of the other files here has one part of
/// it; this one says what is held to it.
///
/// A new kind is a case, and what opens a store of it.
enum Kind: String, CaseIterable, Sendable {
  case file

  func site() throws -> any Site {
    switch self {
    case .file: FileSite()
    }
  }

  /// Whether locks and workers end by a clock of its own, whatever moments it is told.
  var hasOwnClock: Bool { self != .file }
}

/// A place that is empty at first, and gone when nobody holds it any more.
protocol Site: AnyObject {
  /// Another hold on what is kept here, as another process would have it.
  func open() throws(Failure) -> any TaskStore
}

@Suite("Everything that keeps queues") struct ConformanceTests {
  @Test("a task comes out as it was put in", arguments: Kind.allCases)
  func whole(_ kind: Kind) throws {
    let ground = try Ground(kind)
    var task = Task(id: "id", queue: "q", type: "sync:file", payload: Array("work".utf8))
    task.retries = 3
    task.timeout = 90
    task.deadline = 2_000_000_000
    task.retention = 600
    task.headers = ["k1": "v1", "k2": "", "": "v3"]
    #expect(try ground.push([Order(task)]) == [.queued(.pending)])
    #expect(try ground.find("id")?.task == task)
    #expect(try ground.take(1) == [task])

    let failed = Fate.retry(at: ground.now(60), reason: "boom ü", isFailure: true)
    #expect(try ground.settle([task], failed, result: [0, 255]) == [true])
    task.retried = 1
    task.reason = "boom ü"
    task.lastFailed = Int(ground.now.seconds)
    let standing = try #require(try ground.find("id"))
    #expect(standing.task == task)
    #expect(standing.state == .retry)
    #expect(standing.moment == ground.now(60))
    #expect(standing.result == [0, 255])

    _ = try ground.store.advance(["q"], at: ground.now(60))
    #expect(try ground.take(1, at: 60) == [task])
    #expect(try ground.settle([task], .done, result: [], at: 61) == [true])
    task.completed = Int(ground.now(61).seconds)
    let kept = try #require(try ground.find("id"))
    #expect(kept.task == task)
    #expect(kept.state == .completed)
    #expect(kept.moment == ground.now(661))
    #expect(kept.result == [])
  }

  @Test("what is empty or unknown answers nothing, and makes nothing", arguments: Kind.allCases)
  func nothing(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let store = ground.store
    #expect(try store.push([], at: ground.now) == [])
    #expect(try store.settle([], at: ground.now) == [])
    #expect(try ground.take(5) == [])
    #expect(try ground.find("x") == nil)
    #expect(try store.find("x", in: nil) == nil)
    #expect(try store.advance(["q"], at: ground.now) == nil)
    #expect(try store.advance([], at: ground.now) == nil)
    #expect(try ground.recover(at: 1_000) == 0)
    try store.sweep(["q"], at: ground.now)
    for state in State.allCases { #expect(try ground.list(state) == []) }
    #expect(try store.cancel("x", in: "q", mayRetry: false, at: ground.now) == .absent)
    #expect(try store.run("x", in: "q", at: ground.now) == .absent)
    #expect(try store.archive("x", in: "q", at: ground.now) == .absent)
    #expect(try store.delete("x", in: "q") == .absent)
    #expect(try store.resume("q") == false)
    #expect(try store.remove("q") == false)
    #expect(try store.workers(at: ground.now) == [])
    #expect(try store.queues() == [])
  }

  @Test("it has a name for messages", arguments: Kind.allCases)
  func name(_ kind: Kind) throws {
    #expect(try !Ground(kind).store.name.isEmpty)
  }
}
