import Core
import Support
import System
import Tasks
import Testing
import Values

@testable import Redis

/// A peer that does as asynq does, in an encoding and steps of its own, on the same queues.
@Suite("Beside asynq") struct PeerTests {
  private let desk = Desk()
  private let peer: Server
  private let now = Clock.now()

  init() {
    peer = Server(python: "asynq_peer.py", ["\(desk.server.port)"])
  }

  private func ask(_ what: String, _ more: [String: any Sendable] = [:]) throws -> [String: Any] {
    let question: [String: any Sendable] = ["do": what, "queue": "q"]
    let answer = try peer.ask(question.merging(more) { $1 })
    #expect(answer["error"] == nil, "\(answer["error"] ?? "")")
    return answer
  }

  private func answer(_ what: String, _ more: [String: any Sendable] = [:]) throws -> String {
    try ask(what, more)["answer"] as? String ?? ""
  }

  private func message(_ answer: [String: Any]) -> [String: Any] {
    answer["message"] as? [String: Any] ?? [:]
  }

  @Test("what it queues is worked by us, and the other way round")
  func bothWays() throws {
    #expect(try answer("enqueue", ["id": "a", "payload": "ü"]) == "queued")
    let task = try #require(try desk.take(at: now).first)
    #expect(task.id == "a" && task.payload == Array("ü".utf8) && task.timeout == 1_800)
    #expect(try answer("inspect", ["id": "a"]) == "active")
    #expect(try desk.settle(task, .done, at: now))
    #expect(try answer("inspect", ["id": "a"]) == "absent")

    var ours = Task.named("b", payload: "{}")
    ours.headers = ["k": "v"]
    ours.retention = 60
    #expect(try desk.push(ours, at: now) == .queued(.pending))
    let worked = message(try ask("work"))
    #expect(worked["id"] as? String == "b" && worked["payload"] as? String == "{}")
    let kept = try #require(try desk.tasks.find("b", in: "q"))
    #expect(kept.state == .completed && kept.task.completed > 0)
  }

  @Test("a task fails with one and is tried again by the other")
  func failures() throws {
    _ = try desk.push(.named("a"), at: now)
    #expect(try answer("work", ["fate": "retry", "reason": "boom"]) == "worked")
    var standing = try #require(try desk.tasks.find("a", in: "q"))
    #expect(standing.state == .retry && standing.task.reason == "boom")
    #expect(try desk.tasks.advance(["q"], at: now.advanced(by: 60_000_000_000)) == nil)
    let task = try #require(try desk.take(at: now).first)
    #expect(task.retried == 1)

    // A child's words, cut within a letter.
    let reason = String(decoding: [0x62, 0xC3], as: UTF8.self)
    #expect(try desk.settle(task, .retry(at: now, reason: reason, isFailure: true), at: now))
    let told = message(try ask("inspect", ["id": "a"]))
    #expect(told["retried"] as? Int == 2 && told["error_msg"] as? String == "b\u{FFFD}")
    _ = try ask("forward", ["now": Int(now.seconds) + 5])
    #expect(try answer("work", ["fate": "archive", "reason": "over"]) == "worked")
    standing = try #require(try desk.tasks.find("a", in: "q"))
    #expect(standing.state == .archived && standing.task.reason == "over")
    let count = try #require(try desk.tasks.queues().first)
    #expect(count.processed == 3 && count.failed == 3 && count.failedToday == 3)
  }

  @Test("locks of either keep the other out")
  func locks() throws {
    #expect(try answer("enqueue", ["id": "a", "payload": "p", "unique": 60]) == "queued")
    var order = Order(.named("b"))
    order.uniqueness = .atMost(60)
    #expect(try desk.tasks.push([order], at: now) == [.duplicate("a")])
    #expect(try answer("work") == "worked")
    order.uniqueness = .open
    #expect(try desk.tasks.push([order], at: now) == [.queued(.pending)])
    #expect(try answer("enqueue", ["id": "c", "payload": "p", "unique": 60]) == "duplicate")
    #expect(try desk.settle(desk.one(at: now), .archive(reason: "r"), at: now))
    #expect(try answer("enqueue", ["id": "c", "payload": "p", "unique": 60]) == "queued")
    #expect(try answer("enqueue", ["id": "c", "payload": "x", "unique": 60]) == "conflict")
  }

  @Test("a worker of either that is gone is missed by the other")
  func orphans() throws {
    _ = try desk.push(.named("a"), at: now)
    _ = try desk.push(.named("b"), at: now)
    #expect(try answer("work", ["fate": "hold"]) == "worked")
    let later = now.advanced(by: 61_000_000_000)
    let task = try #require(try desk.take(at: now).first)
    #expect(task.id == "b")
    let recovered = try ask("recover", ["now": Int(now.seconds) + 70])["answer"] as? Int
    #expect(recovered == 2)
    #expect(try !desk.settle(task, .done, at: later))
    #expect(try desk.state("b") == .retry)
    _ = try ask("forward", ["now": Int(now.seconds) + 100])
    #expect(try answer("work", ["fate": "hold"]) == "worked")
    let count = try desk.tasks.recover(["q"], before: later, at: later) { _ in
      .archive(reason: "lease")
    }
    #expect(count == 1)
  }

  @Test("it sees our workers and has their tasks given up")
  func workers() throws {
    _ = try desk.push(.named("a"), at: now)
    let task = try #require(try desk.take(at: now).first)
    var worker = Worker(
      host: "h", process: 1, id: "w", width: 3, weights: ["q": 1], started: now)
    worker.hands = [Worker.Hand(task, started: now, limit: now)]
    let loop = try Loop()
    var heard: [String] = []
    try desk.tasks.listen(loop, ["q"], ready: {}, cancelled: { heard.append($0) })
    #expect(try desk.tasks.beat(worker, lease: .lease, at: now) == Pulse())
    let servers = try ask("servers")["answer"] as? [[String: Any]] ?? []
    #expect(servers.map { $0["host"] as? String } == ["h"])
    #expect(servers.map { $0["tasks"] as? [String] } == [["a"]])
    #expect(try ask("cancel", ["id": "a"])["answer"] as? Int == 1)
    try loop.run { heard == ["a"] }
  }

  @Test("it wakes our workers")
  func woken() throws {
    let loop = try Loop()
    var isReady = false
    #expect(try desk.take(at: now).isEmpty)
    try desk.tasks.listen(loop, ["q"], ready: { isReady = true }, cancelled: { _ in })
    #expect(try answer("enqueue", ["id": "a"]) == "queued")
    try loop.run { isReady }
    #expect(try desk.take(at: now).map(\.id) == ["a"])
  }
}
