import Core
import Support
import Tasks
import Testing
import Values

@testable import Redis

/// Tasks that keep their like out, and tasks that are worked one after the other.
@Suite("Locks") struct LockTests {
  private let desk = Desk()

  private func order(
    _ id: String, _ uniqueness: Order.Uniqueness = .open, due: Int64? = nil, postpones: Bool = false
  ) -> Order {
    var order = Order(.named(id))
    order.uniqueness = uniqueness
    order.due = due.map { .after($0) }
    order.postpones = postpones
    return order
  }

  private func push(_ order: Order) throws -> Admission {
    try desk.tasks.push([order], at: .start)[0]
  }

  @Test("a lock lasts while its holder waits or is worked, and goes with it")
  func open() throws {
    #expect(try push(order("a")) == .queued(.pending))
    #expect(try push(order("b")) == .duplicate("a"))
    var task = try #require(try desk.take().first)
    #expect(try push(order("b")) == .duplicate("a"))
    #expect(try desk.settle(task, .retry(at: .after(5), reason: "r", isFailure: true)))
    #expect(try push(order("b")) == .duplicate("a"))
    #expect(try desk.tasks.run("a", in: "q", at: .start) == .done)
    task = try #require(try desk.take().first)
    #expect(try desk.settle(task, .archive(reason: "r")))
    #expect(try push(order("b")) == .queued(.pending))
    #expect(try desk.settle(desk.one(), .done))
    #expect(try desk.session.keyspace().keys.allSatisfy { !$0.contains("unique") })
  }

  @Test("a task that comes back takes its lock again, unless another has it")
  func back() throws {
    _ = try push(order("a"))
    #expect(try desk.tasks.cancel("a", in: "q", mayRetry: false, at: .start) == .done)
    #expect(try desk.tasks.run("a", in: "q", at: .start) == .done)
    #expect(try push(order("b")) == .duplicate("a"))
    #expect(try desk.tasks.archive("a", in: "q", at: .start) == .done)
    #expect(try push(order("b")) == .queued(.pending))
    #expect(try desk.tasks.run("a", in: "q", at: .start) == .done)
    #expect(try push(order("c")) == .duplicate("b"))
  }

  @Test("a lock with a time is kept by what was given up, as asynq has it")
  func atMost() throws {
    #expect(try push(order("a", .atMost(60))) == .queued(.pending))
    #expect(try desk.settle(desk.one(), .archive(reason: "r")))
    #expect(try push(order("b", .atMost(60))) == .duplicate("a"))
    // Who asks for no more than that no like of it waits is let in.
    #expect(try push(order("c")) == .queued(.pending))
    #expect(try desk.session.ttl(lock) > 1_000_000)
  }

  private let lock = "asynq:{q}:unique:t:83878c91171338902e0fe0fb97a8c47a"

  @Test("a lock whose holder is gone, or is another task by now, keeps nobody out")
  func stale() throws {
    _ = try desk.session.send("SET", Word(lock), "gone")
    #expect(try push(order("a")) == .queued(.pending))
    var other = order("x", .none)
    other.task.payload = Array("other".utf8)
    #expect(try push(other) == .queued(.pending))
    _ = try desk.session.send("SET", Word(lock), "x")
    #expect(try push(order("b", .atMost(9))) == .queued(.pending))
    #expect(try push(order("c", .atMost(9))) == .duplicate("b"))
  }

  @Test("a task whose id is taken leaves no lock behind")
  func taken() throws {
    var first = order("a", .none)
    first.task.payload = Array("first".utf8)
    #expect(try push(first) == .queued(.pending))
    #expect(try push(order("a")) == .taken)
    #expect(try desk.session.send("EXISTS", Word(lock)).integer == 0)
    #expect(try push(order("b")) == .queued(.pending))
  }

  @Test("a name tells apart in place of type and payload")
  func names() throws {
    var one = order("a")
    one.uniqueName = "same"
    var two = order("b")
    two.uniqueName = "same"
    two.task.payload = Array("else".utf8)
    #expect(try push(one) == .queued(.pending))
    #expect(try push(two) == .duplicate("a"))
    #expect(try push(order("c")) == .queued(.pending))
    #expect(try desk.session.send("GET", "asynq:{q}:unique::same").text == "a")
  }

  @Test("a scheduled task is moved by its like that postpones, and one being worked is followed")
  func postponed() throws {
    #expect(try push(order("a", due: 10, postpones: true)) == .queued(.scheduled))
    #expect(try push(order("b", due: 20, postpones: true)) == .postponed("a"))
    #expect(try desk.tasks.find("a", in: "q")?.moment == .after(20))
    #expect(try push(order("a", due: 30, postpones: true)) == .postponed("a"))
    #expect(try push(order("b", due: 20)) == .duplicate("a"))
    #expect(try push(order("b", postpones: true)) == .postponed("a"))
    let task = try #require(try desk.take().first)
    #expect(task.id == "a")
    #expect(try push(order("c", due: 40, postpones: true)) == .queued(.scheduled))
    #expect(try push(order("d", due: 50, postpones: true)) == .postponed("c"))
    #expect(try desk.settle(task, .done))
    #expect(try push(order("e", due: 60, postpones: true)) == .postponed("c"))
    #expect(try desk.session.send("GET", Word(lock)).text == "c")
  }

  @Test("of tasks with one serial key one is worked at a time, in their order")
  func serial() throws {
    for id in ["a", "b", "c"] { _ = try desk.push(.named(id, serial: "k")) }
    _ = try desk.push(.named("d", serial: "l"))
    _ = try desk.push(.named("e"))
    let first = try desk.take(9)
    #expect(first.map(\.id) == ["a", "d", "e"])
    #expect(try desk.another().take(.of("q", 9), at: .start).isEmpty)
    #expect(try desk.state("b") == .scheduled)
    #expect(try desk.settle(#require(first.first), .done))
    #expect(try desk.state("b") == .pending)
    let second = try desk.take(9)
    #expect(second.map(\.id) == ["b"])
    #expect(
      try desk.settle(#require(second.first), .retry(at: .after(60), reason: "r", isFailure: true)))
    #expect(try desk.take(9).map(\.id) == ["c"])
  }

  @Test("who waits for a key comes to the front, and is not lost when its holder is")
  func orphanedKey() throws {
    for id in ["a", "b"] { _ = try desk.push(.named(id, serial: "k")) }
    _ = try desk.push(.named("x"))
    #expect(try desk.take().map(\.id) == ["a"])
    #expect(try desk.take().map(\.id) == ["x"])
    _ = try desk.push(.named("y"))
    // b comes due with the lease, and waits on, as a is still in somebody's hands.
    #expect(try desk.tasks.advance(["q"], at: .after(30)) == nil)
    #expect(try desk.take(9, at: .after(30)).map(\.id) == ["y"])
    let count = try desk.tasks.recover(["q"], before: .after(30), at: .after(61)) { _ in
      .retry(at: .after(90), reason: "lease", isFailure: true)
    }
    #expect(count == 2)
    #expect(try desk.take(9, at: .after(61)).map(\.id) == ["b"])
  }

  @Test("many that wait for one key do not hide what is behind them")
  func crowd() throws {
    let orders = (0..<2_500).map { Order(.named("t\($0)", serial: "k")) } + [Order(.named("x"))]
    _ = try desk.tasks.push(orders, at: .start)
    #expect(try desk.take(2).map(\.id) == ["t0", "x"])
  }

  @Test("a task handed back keeps its place before those that wait for its key")
  func handedBack() throws {
    for id in ["a", "b"] { _ = try desk.push(.named(id, serial: "k")) }
    let tasks = try desk.take(2)
    #expect(try desk.settle(#require(tasks.first), .handBack))
    let again = try desk.take(9)
    #expect(again.map(\.id) == ["a"])
    #expect(try desk.settle(#require(again.first), .done))
    #expect(try desk.take(9).map(\.id) == ["b"])
    #expect(try desk.session.send("KEYS", "*waiting*").list.isEmpty)
  }
}
