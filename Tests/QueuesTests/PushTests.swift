import Core
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("take orders in") struct PushTests {
    @Test("tasks leave in the order in which they came", arguments: Kind.allCases)
    func order(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let ids = (0..<1_234).map { "\($0)" }
      #expect(try ground.push(Array(ids.prefix(1_000))).allSatisfy { $0 == .queued(.pending) })
      try ground.push(Array(ids.dropFirst(1_000)))
      #expect(try ground.list(.pending) == ids)
      #expect(try ground.take(1).ids == ["0"])
      #expect(try ground.take(2_000).ids == Array(ids.dropFirst()))
      #expect(try ground.take(1) == [])
    }

    @Test(
      "an id is taken while anything of it is there, in whatever state", arguments: Kind.allCases)
    func ids(_ kind: Kind) throws {
      let ground = try Ground(kind)
      for state in State.allCases where state != .aggregating {
        try ground.plant(state.rawValue, state)
        #expect(try ground.state(state.rawValue) == state)
        #expect(try ground.push([state.rawValue]) == [.taken], "\(state)")
        #expect(try ground.push([ground.order(state.rawValue, due: 9)]) == [.taken], "\(state)")
        #expect(try ground.state(state.rawValue) == state)
      }
      // What was first stays as it was.
      #expect(try ground.find("pending")?.task.payload == Array("pending".utf8))
    }

    @Test(
      "with a bound no more wait than that, of all queues, and what need not wait is taken",
      arguments: Kind.allCases)
    func bound(_ kind: Kind) throws {
      let ground = try Ground(kind)
      func push(_ orders: [Order], _ most: Int) throws -> [Admission] {
        try ground.store.push(orders, within: most, at: ground.now)
      }
      try ground.push(["other"], queue: "p")
      try ground.settle(try ground.take(1, "p"), ground.retry(60))
      #expect(
        try push(["a", "b", "c"].map { ground.unique($0, $0) }, 3)
          == [.queued(.pending), .queued(.pending), .full])
      #expect(try push([ground.order("d"), ground.order("a")], 3) == [.full, .taken])
      #expect(try push([ground.unique("e", "a")], 3) == [.duplicate("a")])
      #expect(try push([ground.order("later", due: 60)], 3) == [.queued(.scheduled)])
      #expect(try ground.find("c") == nil && ground.find("d") == nil)
      // One that is worked does not wait any more.
      try ground.take(1)
      #expect(try push(["f", "g"].map { ground.order($0) }, 3) == [.queued(.pending), .full])
      #expect(try ground.push(["h"]) == [.queued(.pending)])
    }

    @Test("an id is free again when its task was done or deleted", arguments: Kind.allCases)
    func freed(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b"])
      try ground.settle(try ground.take(1), .done)
      #expect(try ground.store.delete("b", in: "q") == .done)
      #expect(try ground.push(["a", "b"]) == [.queued(.pending), .queued(.pending)])
      #expect(try ground.take(2).ids == ["a", "b"])
    }

    @Test("queues do not know of each other's ids", arguments: Kind.allCases)
    func queues(_ kind: Kind) throws {
      let ground = try Ground(kind)
      #expect(try ground.push(["a"], queue: "one") == [.queued(.pending)])
      #expect(try ground.push(["a"], queue: "two") == [.queued(.pending)])
      #expect(try ground.take(5, "two").map(\.queue) == ["two"])
      #expect(try ground.find("a", in: "one")?.state == .pending)
      #expect(try ground.find("a", in: "two")?.state == .active)
      #expect(try ground.store.find("a", in: nil)?.task.id == "a")
    }

    @Test("one call has an answer for each order, in their order", arguments: Kind.allCases)
    func answers(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let answers = try ground.push([
        ground.order("a"), ground.order("b", due: 60), ground.order("a"),
        ground.unique("c"), ground.unique("d"), ground.order("e", queue: "other"),
        ground.order("f", due: 0), ground.order("g", due: -5),
      ])
      #expect(
        answers == [
          .queued(.pending), .queued(.scheduled), .taken, .queued(.pending), .duplicate("c"),
          .queued(.pending), .queued(.pending), .queued(.pending),
        ])
      #expect(try ground.list(.pending) == ["a", "c", "f", "g"])
    }

    @Test("what is scheduled is not ready before its moment", arguments: Kind.allCases)
    func scheduled(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([
        ground.order("c", due: 30), ground.order("a", due: 10), ground.order("b", due: 20),
      ])
      #expect(try ground.find("a")?.moment == ground.now(10))
      #expect(try ground.store.advance(["q"], at: ground.now(9)) == ground.now(10))
      #expect(try ground.take(5, at: 9) == [])
      #expect(try ground.store.advance(["q"], at: ground.now(20)) == ground.now(30))
      #expect(try ground.list(.pending) == ["a", "b"])
      #expect(try ground.list(.scheduled) == ["c"])
      #expect(try ground.take(5, at: 20).ids == ["a", "b"])
      #expect(try ground.store.advance(["q"], at: ground.now(31)) == nil)
      #expect(try ground.count().oldest == ground.now(31))
    }

    @Test("a moment within a second is not before it", arguments: Kind.allCases)
    func fractions(_ kind: Kind) throws {
      let ground = try Ground(kind)
      var order = ground.order("a")
      order.due = ground.now(10).advanced(by: 1)
      #expect(try ground.push([order]) == [.queued(.scheduled)])
      let next = try #require(try ground.store.advance(["q"], at: ground.now(10)))
      #expect(next > ground.now(10) && next <= ground.now(11))
      #expect(try ground.take(1, at: 10) == [])
      #expect(try ground.store.advance(["q"], at: next) == nil)
      #expect(try ground.take(1, at: 11).ids == ["a"])
    }

    @Test("only the queues that are named advance; many tasks do at once", arguments: Kind.allCases)
    func advance(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let many = (0..<2_345).map { ground.order("\($0)", due: 5) }
      try ground.push(many + [ground.order("x", queue: "other", due: 5)])
      #expect(try ground.store.advance(["q"], at: ground.now(6)) == nil)
      #expect(try ground.count().counts[.pending] == many.count)
      #expect(try ground.list(.scheduled, "other") == ["x"])
      #expect(try ground.store.advance(["q", "other"], at: ground.now(4)) == ground.now(5))
    }
  }
}
