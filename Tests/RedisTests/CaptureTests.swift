import Core
import Support
import Tasks
import Testing
import Values

@testable import Redis

/// What we do leaves a server as asynq leaves it, but for members of our own.
@Suite("Keyspaces, written by us") struct CaptureTests {
  private let desk = Desk()

  private func order(
    _ label: String, _ uniqueness: Order.Uniqueness = .none, due: Timestamp? = nil
  ) throws -> Order {
    var order = Order(try #require(Captured.messages.first { $0.label == label }).task)
    // As it was before anything happened to it.
    order.task.uniqueKey = ""
    (order.task.retried, order.task.reason, order.task.lastFailed) = (0, "", 0)
    order.uniqueness = uniqueness
    order.due = due
    return order
  }

  private func at(_ seconds: Int64, _ nanoseconds: Int32 = 0) -> Timestamp {
    Timestamp(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// Pushes and takes a task of queue s4l.
  private func taken(
    _ label: String, _ uniqueness: Order.Uniqueness = .none, at now: Timestamp
  ) throws -> Task {
    _ = try desk.tasks.push([order(label, uniqueness)], at: now)
    return try #require(try desk.take(of: "s4l", at: now).first)
  }

  @Test("a plain task")
  func plain() throws {
    let answer = try desk.tasks.push([order("V1")], at: at(1_795_246_823, 507_219_059))
    #expect(answer == [.queued(.pending)])
    #expect(try desk.session.keyspace() == Captured.v1)
  }

  @Test("a task with every option")
  func options() throws {
    let answer = try desk.tasks.push(
      [order("A1", .atMost(3_600))], at: at(1_795_246_849, 535_738_234))
    #expect(answer == [.queued(.pending)])
    #expect(try desk.session.keyspace() == Captured.v2)
    let lock = "asynq:{s4l}:unique:sync:file:5d41402abc4b2a76b9719d911017c592"
    #expect(try (3_590...3_600).contains(desk.session.ttl(lock)))
  }

  @Test("scheduled tasks, one with a lock for as long as it waits and half an hour more")
  func scheduled() throws {
    let due = at(1_795_250_449)
    let answers = try desk.tasks.push(
      [order("B1", due: due), order("B2", .atMost(1_800), due: due)], at: at(1_795_246_849))
    #expect(answers == [.queued(.scheduled), .queued(.scheduled)])
    #expect(try desk.session.keyspace() == Captured.v3)
    let lock = "asynq:{s4l}:unique:sync:file:466eb32adc217adcd1d50a49f73e3f87"
    #expect(try (5_390...5_400).contains(desk.session.ttl(lock)))
  }

  @Test("tasks of a group, one of them with a moment")
  func groups() throws {
    let answers = try desk.tasks.push(
      [order("C1"), order("C2", due: at(1_795_250_449))], at: at(1_795_246_849, 1))
    #expect(answers == [.queued(.aggregating), .queued(.scheduled)])
    #expect(try desk.session.keyspace() == Captured.v4)
  }

  @Test("no payload, an empty one, only a deadline, no limit at all")
  func payloads() throws {
    let moments: [(String, Order.Uniqueness, Int32)] = [
      ("D1", .atMost(3_600), 980_745_366), ("D2", .atMost(3_600), 984_823_328),
      ("D3", .none, 989_240_716), ("D4", .none, 992_976_699),
    ]
    for (label, uniqueness, nanoseconds) in moments {
      var order = try order(label, uniqueness)
      if label == "D2" { order.task.payload = [] }
      _ = try desk.tasks.push([order], at: at(1_795_246_849, nanoseconds))
    }
    var expected = Captured.v5
    // A task without any limit makes asynq's workers complain: we write the one they fall back to.
    var limited = try order("D4").task
    limited.timeout = Task.usualTimeout
    expected["asynq:{default}:t:D4"] = .fields([
      "msg": "hex:" + Hex.text(Wire.encode(limited)), "pending_since": "1795246849992976699",
      "state": "pending",
    ])
    #expect(try desk.session.keyspace() == expected)
  }

  private static let worker: Worker = {
    var worker = Worker(
      host: "vm", process: 5_660, id: "7d38e46c-ef5a-482f-b518-7bd1084ad766", width: 4,
      weights: ["s4l": 2, "low": 1],
      started: Timestamp(seconds: 1_795_246_877, nanoseconds: 735_153_916))
    return worker
  }()

  @Test("a task in a worker's hands, and then done and kept")
  func worked() throws {
    let task = try taken("E1", .atMost(3_600), at: at(1_795_246_877, 736_905_659))
    var worker = CaptureTests.worker
    worker.hands = [
      Worker.Hand(
        task, started: at(1_795_246_877, 736_905_659), limit: at(1_795_248_677, 736_905_479))
    ]
    #expect(try desk.tasks.beat(worker, lease: .lease, at: at(1_795_246_882)) == Pulse())
    #expect(try desk.session.keyspace() == Captured.v6)
    let hands = "asynq:workers:{vm:5660:7d38e46c-ef5a-482f-b518-7bd1084ad766}"
    #expect(try (1...10).contains(desk.session.ttl(hands)))

    let done = Settlement(task, .done, result: Array("RESULT".utf8))
    #expect(try desk.tasks.settle([done], at: at(1_795_246_889)) == [true])
    try desk.tasks.leave(worker)
    #expect(try desk.session.keyspace() == Captured.v7)
    let day = try desk.session.ttl("asynq:{s4l}:processed:2026-11-21")
    #expect((7_775_000...7_776_000).contains(day))
  }

  @Test("a task that fails, comes again, and is given up")
  func failing() throws {
    let task = try taken("F1 failed", .atMost(3_600), at: at(1_795_246_880))
    let retry = Fate.retry(at: at(1_795_246_949), reason: "boom", isFailure: true)
    #expect(try desk.settle(task, retry, at: at(1_795_246_889)))
    #expect(try desk.session.keyspace() == Captured.v8)

    #expect(try desk.tasks.run("F1", in: "s4l", at: at(1_795_246_889)) == .done)
    let again = try #require(try desk.take(of: "s4l", at: at(1_795_246_889)).first)
    #expect(try desk.settle(again, .archive(reason: "boom2"), at: at(1_795_246_890)))
    #expect(try desk.session.keyspace() == Captured.v9)
  }

  @Test("a queue that is paused")
  func paused() throws {
    #expect(try desk.tasks.pause("s4l", at: at(1_795_246_890)))
    #expect(try !desk.tasks.pause("s4l", at: at(1_795_246_891)))
    _ = try desk.tasks.push([order("G1")], at: at(1_795_246_890, 368_704_098))
    #expect(try desk.session.keyspace() == Captured.v10)
    #expect(try desk.take(of: "s4l").isEmpty)
    #expect(try desk.tasks.resume("s4l"))
    #expect(try !desk.tasks.resume("s4l"))
    #expect(try desk.take(of: "s4l").map(\.id) == ["G1"])
  }

  @Test("a task that is handed back")
  func handedBack() throws {
    let task = try taken("H1", at: at(1_795_246_890))
    #expect(try desk.settle(task, .handBack, at: at(1_795_246_891)))
    #expect(try desk.session.keyspace() == Captured.v11)
  }

  @Test("a task whose worker was killed, and its recovery")
  func orphan() throws {
    let task = try taken("I1", at: at(1_795_246_897))
    let worker = Worker(
      host: "vm", process: 8_630, id: "7b7cccfb-f22c-46b0-aa08-156bebd85e52", width: 1,
      weights: ["s4l": 1],
      started: Timestamp(seconds: 1_795_246_897, nanoseconds: 628_040_823))
    #expect(try desk.tasks.beat(worker, lease: .lease, at: at(1_795_246_897)) == Pulse())
    #expect(try desk.session.keyspace() == Captured.v12)

    let fate = Fate.retry(
      at: at(1_795_247_002), reason: "asynq: task lease expired", isFailure: true)
    let count = try desk.tasks.recover(
      ["s4l"], before: at(1_795_246_928), at: at(1_795_246_958)
    ) {
      #expect($0 == task)
      return fate
    }
    #expect(count == 1)
    _ = try desk.session.send(
      "DEL", "asynq:servers:{vm:8630:7b7cccfb-f22c-46b0-aa08-156bebd85e52}")
    #expect(try desk.session.keyspace() == Captured.v13)
  }

  @Test("a task that its worker gave up when asked to")
  func cancelled() throws {
    let taken = try taken("J1 cancelled", at: at(1_795_246_961))
    let fate = Fate.retry(at: at(1_795_246_986), reason: "context canceled", isFailure: true)
    #expect(try desk.settle(taken, fate, at: at(1_795_246_964)))
    #expect(try desk.session.keyspace() == Captured.v14)
  }

  @Test("a task that is not to be tried again, one that is dropped, and one that is delayed")
  func fates() throws {
    func fresh() throws -> Task {
      _ = try desk.session.send("FLUSHALL")
      return try taken("K1 delayed", .atMost(3_600), at: at(1_795_246_961))
    }
    let reason = "handler failed: skip retry for the task"
    #expect(try desk.settle(fresh(), .archive(reason: reason), at: at(1_795_246_964)))
    #expect(try desk.session.keyspace() == Captured.v15)

    var dropped = try fresh()
    dropped.retention = 0
    #expect(try desk.settle(dropped, .done, at: at(1_795_246_964)))
    #expect(try desk.session.keyspace() == Captured.v16)

    let fate = Fate.retry(at: at(1_795_247_004), reason: "non-failure", isFailure: false)
    #expect(try desk.settle(fresh(), fate, at: at(1_795_246_964)))
    #expect(try desk.session.keyspace() == Captured.v17)
  }
}
