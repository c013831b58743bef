import Core
import Support
import Tasks
import Testing
import Values

@testable import Redis

/// What the interface of queues promises, where Redis is behind it.
@Suite("Queues on Redis") struct QueueTests {
  private let desk = Desk()

  private func push(_ count: Int, _ prefix: String = "t") throws {
    let orders = (0..<count).map { Order(.named("\(prefix)\($0)")) }
    let answers = try desk.tasks.push(orders, at: .start)
    #expect(answers.allSatisfy { $0 == .queued(.pending) })
  }

  @Test("many tasks keep their order, and those whose id is taken are told")
  func order() throws {
    try push(1_050)
    var orders = [Order(.named("t7")), Order(.named("new")), Order(.named("new"))]
    orders[0].uniqueness = .none
    #expect(
      try desk.tasks.push(orders, at: .start) == [.taken, .queued(.pending), .taken])
    let tasks = try desk.take(2_000)
    let isInOrder = tasks.map(\.id) == (0..<1_050).map { "t\($0)" } + ["new"]
    #expect(isInOrder)
    let settled = try desk.tasks.settle(tasks.map { Settlement($0, .done) }, at: .start)
    #expect(settled.count == 1_051 && !settled.contains(false))
    #expect(try desk.tasks.queues().map(\.processed) == [1_051])
    #expect(desk.tasks.turns.isEmpty)
  }

  @Test("what is handed back together keeps its order before all others")
  func handedBack() throws {
    try push(4)
    let tasks = try desk.take(3)
    _ = try desk.tasks.settle(tasks.map { Settlement($0, .handBack) }, at: .start)
    #expect(try desk.take(4).map(\.id) == ["t0", "t1", "t2", "t3"])
  }

  @Test("portions are filled in turn, within limits")
  func portions() throws {
    var orders: [Order] = []
    for queue in ["a", "b"] {
      for number in 0..<5 {
        var task = Task.named("\(queue)\(number)")
        task.queue = queue
        orders.append(Order(task))
      }
    }
    _ = try desk.tasks.push(orders, at: .start)
    var demand = Demand(
      [.init("a", 2), .init("none", 9), .init("b", 9)], most: 4, lease: .lease)
    #expect(try desk.tasks.take(demand, at: .start).map(\.id) == ["a0", "a1", "b0", "b1"])
    demand.limits = ["a": 3, "b": 2]
    #expect(try desk.tasks.take(demand, at: .start).map(\.id) == ["a2"])
    #expect(try desk.tasks.take(demand, at: .start).isEmpty)
  }

  @Test("pages of a list neither skip nor repeat what stays", arguments: [State.pending, .retry])
  func pages(_ state: State) throws {
    try push(350)
    if state == .retry {
      let settlements = try desk.take(350).enumerated().map {
        Settlement(
          $1, .retry(at: .after(Int64(10 + $0 / 120)), reason: "r", isFailure: true))
      }
      _ = try desk.tasks.settle(settlements, at: .start)
    }
    var told: [String] = []
    let other = desk.another()
    try desk.tasks.list("q", state) { (standing) throws(Failure) in
      #expect(standing.state == state)
      told.append(standing.task.id)
      // Somebody takes what was told already, and adds to the other end.
      if told.count == 120 {
        if state == .pending {
          _ = try other.take(.of("q", 50), at: .start)
          _ = try other.push([Order(.named("added"))], at: .start)
        } else {
          for id in told.suffix(30) { _ = try other.run(id, in: "q", at: .start) }
        }
      }
    }
    let expected = (0..<350).map { "t\($0)" }
    #expect(told.filter { $0 != "added" }.sorted() == expected.sorted())
  }

  @Test("tasks are found and told of in every state")
  func states() throws {
    try push(4)
    var later = Order(.named("later"))
    later.due = .after(50)
    _ = try desk.tasks.push([later], at: .start)
    var tasks = try desk.take(3)
    try #require(tasks.count == 3)
    tasks[0].retention = 60
    _ = try desk.tasks.settle(
      [
        Settlement(tasks[0], .done, result: [1, 2]),
        Settlement(tasks[1], .archive(reason: "no")),
      ], at: .after(1))
    let expected: [(String, State, Timestamp?, Timestamp?)] = [
      ("t0", .completed, .after(61), nil), ("t1", .archived, .after(1), nil),
      ("t2", .active, nil, .after(30)), ("t3", .pending, nil, nil),
      ("later", .scheduled, .after(50), nil),
    ]
    for (id, state, moment, lease) in expected {
      let standing = try #require(try desk.tasks.find(id, in: nil))
      #expect(standing.state == state && standing.moment == moment && standing.lease == lease)
      var listed: [Standing] = []
      try desk.tasks.list("q", state) { listed.append($0) }
      #expect(listed == [standing])
    }
    #expect(try desk.tasks.find("t0", in: "q")?.result == [1, 2])
    #expect(try desk.tasks.find("t0", in: "other") == nil)
    #expect(try desk.tasks.find("none", in: nil) == nil)
    let count = try #require(try desk.tasks.queues().first)
    #expect(count.oldest == .start && count.failed == 1)
  }

  @Test("what waits is given up when it is cancelled, and what is over cannot be")
  func cancel() throws {
    try push(2)
    #expect(try desk.tasks.cancel("t0", in: "q", mayRetry: false, at: .start) == .done)
    #expect(try desk.state("t0") == .archived)
    #expect(try desk.tasks.cancel("t0", in: "q", mayRetry: true, at: .start) == .refused(.archived))
    #expect(try desk.tasks.cancel("none", in: "q", mayRetry: true, at: .start) == .absent)
    #expect(try desk.tasks.run("t1", in: "q", at: .start) == .refused(.pending))
    var task = try desk.one()
    task.retention = 60
    #expect(try desk.settle(task, .done))
    #expect(try desk.tasks.run("t1", in: "q", at: .start) == .refused(.completed))
    #expect(try desk.tasks.archive("t1", in: "q", at: .start) == .refused(.completed))
    #expect(try desk.tasks.delete("t1", in: "q") == .done)
  }

  @Test("a queue is removed with what it keeps, but not with what waits")
  func remove() throws {
    #expect(try !desk.tasks.remove("q"))
    try push(1)
    let failure = #expect(throws: Failure.self) { try desk.tasks.remove("q") }
    #expect(failure?.kind == .refused)
    for number in 0..<3 {
      try push(number == 0 ? 0 : 900, "x\(number)-")
      let tasks = try desk.take(1_000)
      let kept = tasks.map { task in
        var task = task
        task.retention = 60
        return Settlement(task, .done)
      }
      _ = try desk.tasks.settle(kept, at: desk.tasks.clock())
    }
    _ = try desk.tasks.pause("q", at: .start)
    #expect(try desk.tasks.remove("q"))
    #expect(try desk.session.keyspace(withOurs: true).isEmpty)
  }
}
