import Core
import Support
import Tasks
import Testing
import Values

@testable import Redis

/// States in which others leave queues, or would, and what is done about them.
@Suite("Traps") struct TrapTests {
  private let desk = Desk()

  @Test("whose lease was taken up by others settles nothing, and changes nothing")
  func late() throws {
    _ = try desk.push(.named("a"))
    let task = try #require(try desk.take().first)
    _ = try desk.tasks.recover(["q"], before: .after(30), at: .after(60)) { _ in
      .retry(at: .after(60), reason: "lease", isFailure: true)
    }
    let other = desk.another()
    #expect(try other.advance(["q"], at: .after(60)) == nil)
    let theirs = try #require(try other.take(.of("q", 1), at: .after(60)).first)
    #expect(theirs.id == "a" && theirs.retried == 1)
    let before = try desk.session.keyspace(withOurs: true)
    #expect(try !desk.settle(task, .done, at: .after(61)))
    #expect(try desk.session.keyspace(withOurs: true) == before)
    #expect(try other.settle([Settlement(theirs, .done)], at: .after(61)) == [true])
    #expect(try other.settle([Settlement(theirs, .done)], at: .after(61)) == [false])
    #expect(try desk.state("a") == nil)
  }

  @Test("a worker hears of what it has lost, and of what is to be given up")
  func pulse() throws {
    for id in ["a", "b", "c"] { _ = try desk.push(.named(id)) }
    let tasks = try desk.take(3)
    var worker = Worker(
      host: "h", process: 1, id: "w", width: 3, weights: ["q": 1], started: .start)
    worker.hands = tasks.map { Worker.Hand($0, started: .start, limit: .after(60)) }
    #expect(try desk.tasks.cancel("b", in: "q", mayRetry: false, at: .start) == .done)
    #expect(try desk.tasks.cancel("c", in: "q", mayRetry: true, at: .start) == .done)
    _ = try desk.session.send("ZREM", "asynq:{q}:lease", "a")
    let pulse = try desk.tasks.beat(worker, lease: .lease, at: .after(5))
    #expect(pulse.lost == ["a"] && pulse.cancelled == ["b"])
    #expect(try desk.tasks.find("b", in: "q")?.lease == .after(35))
    #expect(try desk.tasks.find("b", in: "q")?.isCancelled == true)
    #expect(try desk.tasks.find("c", in: "q")?.isCancelled == false)
    #expect(
      try desk.tasks.workers(at: .after(5)).first?.hands.map(\.task.id).sorted() == ["b", "c"])
    try desk.tasks.leave(worker)
    #expect(try desk.tasks.workers(at: .after(5)).isEmpty)
  }

  @Test("a task without a message is dropped from what waits and from what is worked")
  func hollow() throws {
    for id in ["a", "b"] { _ = try desk.push(.named(id)) }
    _ = try desk.session.send("DEL", "asynq:{q}:t:a")
    #expect(try desk.take(2).map(\.id) == ["b"])
    _ = try desk.session.send("DEL", "asynq:{q}:t:b")
    let count = try desk.tasks.recover(["q"], before: .after(60), at: .after(60)) { _ in .handBack }
    #expect(count == 0)
    #expect(try Set(desk.session.keyspace().keys) == ["asynq:queues"])
  }

  @Test("what cannot be understood does not hide what stands behind it")
  func behind() throws {
    for id in ["a", "b", "c"] { _ = try desk.push(.named(id)) }
    for id in ["a", "b"] {
      _ = try desk.session.send("HSET", "asynq:{q}:t:\(id)", "msg", "\u{12}z")
    }
    #expect(try desk.take().map(\.id) == ["c"])
    #expect(try desk.state("a") == .archived && desk.state("b") == .archived)
  }

  @Test("a key of another kind in the place of a task costs no other task its place")
  func otherHash() throws {
    for id in ["a", "b"] { _ = try desk.push(.named(id)) }
    _ = try desk.session.send("DEL", "asynq:{q}:t:a")
    _ = try desk.session.send("SET", "asynq:{q}:t:a", "junk")
    #expect(try desk.take(2).map(\.id) == ["b"])
  }

  @Test(
    "a key of another kind stops whoever meets it before anything has changed",
    arguments: ["lease", "retry", "archived", "completed"])
  func otherSet(_ set: String) throws {
    _ = try desk.push(.named("a"))
    let taken = set == "lease" ? nil : try desk.one()
    _ = try desk.session.send("SET", "asynq:{q}:\(set)", "junk")
    let before = try desk.session.keyspace(withOurs: true)
    #expect(throws: Failure.self) {
      if let taken {
        _ = try desk.settle(taken, .done)
      } else {
        _ = try desk.take()
      }
    }
    #expect(try desk.session.keyspace(withOurs: true) == before)
  }

  @Test("a message that names another task is told under its own id")
  func misnamed() throws {
    _ = try desk.push(.named("a"))
    _ = try desk.session.send("HSET", "asynq:{q}:t:a", "msg", "")
    #expect(try desk.tasks.find("a", in: "q")?.task.id == "a")
  }

  @Test("what is active without a lease is found after another")
  func withoutLease() throws {
    _ = try desk.push(.named("a"))
    _ = try desk.take()
    _ = try desk.session.send("DEL", "asynq:{q}:lease")
    func recover(_ cutoff: Int64, _ now: Int64) throws -> Int {
      try desk.tasks.recover(["q"], before: .after(cutoff), at: .after(now)) { _ in
        .retry(at: .after(99), reason: "lease", isFailure: true)
      }
    }
    #expect(try recover(0, 30) == 0)
    #expect(try recover(30, 60) == 1)
    #expect(try desk.state("a") == .retry)
  }

  @Test("a message that nobody can read is given up, and stops nothing else")
  func unreadable() throws {
    for id in ["a", "b", "c"] { _ = try desk.push(.named(id)) }
    _ = try desk.session.send("HSET", "asynq:{q}:t:a", "msg", "\u{1}\u{2}")
    // The message of another task.
    let message = try desk.session.send("HGET", "asynq:{q}:t:c", "msg").bytes ?? []
    _ = try desk.session.send("HSET", "asynq:{q}:t:b", "msg", Word(message))
    #expect(try desk.take(9).map(\.id) == ["c"])
    #expect(try desk.state("a") == .archived)
    #expect(try desk.state("b") == .archived)
    #expect(try desk.tasks.delete("a", in: "q") == .done)
  }

  @Test("a moment between two seconds is not kept too early, nor as a fraction")
  func fractions() throws {
    var order = Order(.named("a"))
    order.due = Timestamp(seconds: Timestamp.after(9).seconds, nanoseconds: 1)
    #expect(try desk.tasks.push([order], at: .start) == [.queued(.scheduled)])
    #expect(try desk.session.send("ZSCORE", "asynq:{q}:scheduled", "a").text == "1795000010")
    _ = try desk.session.send("ZADD", "asynq:{q}:scheduled", "1795000020.5", "a")
    #expect(try desk.tasks.find("a", in: "q")?.moment == .after(21))
    #expect(try desk.tasks.advance(["q"], at: .after(20)) == .after(21))
    #expect(try desk.tasks.advance(["q"], at: .after(21)) == nil)
    #expect(try desk.state("a") == .pending)
  }

  @Test("twenty thousand tasks that are too many are removed piece by piece")
  func archive() throws {
    _ = try desk.session.send(
      "EVAL",
      """
      for i = 1, 30000 do
        redis.call('ZADD', 'asynq:{q}:archived', 1794000000 + i, 'x' .. i)
        redis.call('HSET', 'asynq:{q}:t:x' .. i, 'msg', 'm', 'state', 'archived')
      end
      return 1
      """, "0")
    _ = try desk.push(.named("a"))
    #expect(try desk.settle(desk.one(), .archive(reason: "r")))
    #expect(try desk.state("a") == .archived)
    #expect(try desk.tasks.queues().first?.counts[.archived] == 29_901)
    try desk.tasks.sweep(["q"], at: .after(1))
    #expect(try desk.tasks.queues().first?.counts[.archived] == 9_999)
    #expect(try desk.session.send("EXISTS", "asynq:{q}:t:x1").integer == 0)
    #expect(try desk.state("a") == .archived)
    try desk.tasks.sweep(["q"], at: .after(91 * 86_400))
    #expect(try Set(desk.session.keyspace().keys).count == 5)
  }

  @Test("totals that would overflow begin anew")
  func totals() throws {
    _ = try desk.session.send("SET", "asynq:{q}:processed", Word(Int.max))
    _ = try desk.session.send("SET", "asynq:{q}:failed", "7")
    for id in ["a", "b"] { _ = try desk.push(.named(id)) }
    let settlements = try desk.take(2).map { Settlement($0, .done) }
    #expect(try desk.tasks.settle(settlements, at: .start) == [true, true])
    let count = try #require(try desk.tasks.queues().first)
    #expect(count.processed == 2 && count.failed == 0)
  }

  @Test("a task that says it is worked while nobody has it can be steered")
  func stranded() throws {
    for id in ["a", "b"] { _ = try desk.push(.named(id)) }
    _ = try desk.session.send("DEL", "asynq:{q}:pending")
    for id in ["a", "b"] {
      _ = try desk.session.send("HSET", Word("asynq:{q}:t:\(id)"), "state", "active")
    }
    #expect(try desk.tasks.delete("a", in: "q") == .done)
    #expect(try desk.tasks.run("b", in: "q", at: .start) == .done)
    #expect(try desk.take(9).map(\.id) == ["b"])
  }

  @Test("a queue whose keys are of another kind is not half written to")
  func otherKinds() throws {
    _ = try desk.session.send("SET", "asynq:{q}:pending", "text")
    let before = try desk.session.keyspace()
    for uniqueness in [Order.Uniqueness.none, .open] {
      var order = Order(.named("a"))
      order.uniqueness = uniqueness
      let failure = #expect(throws: Failure.self) { try desk.tasks.push([order], at: .start) }
      #expect(failure?.kind == .data)
    }
    #expect(try desk.session.keyspace() == before)
  }
}
