import Core
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("give tasks out") struct TakeTests {
    @Test("by portions in turn, and no more than in all", arguments: Kind.allCases)
    func portions(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a1", "a2", "a3"], queue: "a")
      try ground.push(["b1", "b2", "b3"], queue: "b")
      var demand = Demand(
        [
          Demand.Portion("b", 2), Demand.Portion("none", 9), Demand.Portion("a", 1),
          Demand.Portion("b", 5),
        ], most: 4, lease: Span(nanoseconds: 30_000_000_000))
      #expect(try ground.store.take(demand, at: ground.now).ids == ["b1", "b2", "a1", "b3"])
      demand.most = 1
      #expect(try ground.store.take(demand, at: ground.now).ids == ["a2"])
      demand.most = 0
      #expect(try ground.store.take(demand, at: ground.now) == [])
      demand = Demand([Demand.Portion("a", 0)], most: 5, lease: demand.lease)
      #expect(try ground.store.take(demand, at: ground.now) == [])
      #expect(try ground.list(.pending, "a") == ["a3"])
    }

    @Test("each once, on a lease", arguments: Kind.allCases)
    func lease(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b"])
      #expect(try ground.take(1, lease: 45, at: 5).ids == ["a"])
      #expect(try ground.take(5, at: 5).ids == ["b"])
      let standing = try #require(try ground.find("a"))
      #expect(standing.state == .active)
      #expect(standing.lease == ground.now(50))
      #expect(standing.moment == nil)
      #expect(!standing.isCancelled)
      #expect(try ground.list(.pending) == [])
      #expect(Set(try ground.list(.active)) == ["a", "b"])
    }

    @Test("none of a queue that is paused, until it is not", arguments: Kind.allCases)
    func paused(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a"])
      try ground.push(["b"], queue: "other")
      #expect(try ground.store.pause("q", at: ground.now))
      #expect(try !ground.store.pause("q", at: ground.now(1)))
      #expect(try ground.count().isPaused)
      #expect(try ground.take(5) == [])
      #expect(try ground.take(5, "other").ids == ["b"])
      // All else goes on.
      #expect(try ground.push([ground.order("c", due: 5)]) == [.queued(.scheduled)])
      #expect(try ground.store.advance(["q"], at: ground.now(5)) == nil)
      #expect(try ground.list(.pending) == ["a", "c"])
      #expect(try ground.store.resume("q"))
      #expect(try !ground.store.resume("q"))
      #expect(try !ground.count().isPaused)
      #expect(try ground.take(5).ids == ["a", "c"])
    }

    @Test("a queue may be paused before anything is in it", arguments: Kind.allCases)
    func pausedEarly(_ kind: Kind) throws {
      let ground = try Ground(kind)
      #expect(try ground.store.pause("q", at: ground.now))
      try ground.push(["a"])
      #expect(try ground.take(5) == [])
      #expect(try ground.store.resume("q"))
      #expect(try ground.take(5).ids == ["a"])
    }

    @Test("no more of a queue than may be active, whoever works on them", arguments: Kind.allCases)
    func limits(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      try ground.push(["a", "b", "c", "d"])
      #expect(try ground.take(1, limit: 3).ids == ["a"])
      #expect(try ground.take(5, limit: 3, by: other).ids == ["b", "c"])
      #expect(try ground.take(5, limit: 3) == [])
      #expect(try ground.take(5, limit: 0) == [])
      try ground.settle([try #require(try ground.find("a")).task], .done)
      #expect(try ground.take(5, limit: 3, by: other).ids == ["d"])
    }

    @Test("those of one serial key one after the other", arguments: Kind.allCases)
    func serial(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      try ground.push([
        ground.serial("a1", "a"), ground.serial("a2", "a"), ground.serial("b1", "b"),
        ground.order("n"), ground.serial("a3", "a"),
      ])
      var tasks = try ground.take(10)
      #expect(tasks.ids == ["a1", "b1", "n"])
      #expect(try ground.take(10, by: other) == [])
      #expect(try ground.settle(tasks.filter { $0.id == "b1" }, .done) == [true])
      #expect(try ground.take(10, by: other) == [])
      for next in ["a2", "a3"] {
        #expect(try ground.settle(tasks.filter { $0.serialKey == "a" }, .done) == [true])
        tasks = try ground.take(10)
        #expect(tasks.ids == [next])
      }
      try ground.settle(tasks, .done)
      #expect(try ground.push([ground.serial("a4", "a")]) == [.queued(.pending)])
      #expect(try ground.take(10).ids == ["a4"])
    }

    @Test("a serial key is free when its task leaves, however it does", arguments: Kind.allCases)
    func serialFates(_ kind: Kind) throws {
      for fate in [
        Fate.archive(reason: "no"),
        .retry(at: Timestamp(seconds: 1 << 32), reason: "", isFailure: true),
      ] {
        let ground = try Ground(kind)
        try ground.push([ground.serial("a", "k"), ground.serial("b", "k"), ground.serial("c", "k")])
        try ground.settle(try ground.take(9), fate)
        #expect(try ground.take(9).ids == ["b"])
      }
      // Handed back, it is still the first.
      let ground = try Ground(kind)
      try ground.push([ground.serial("a", "k"), ground.serial("b", "k")])
      try ground.settle(try ground.take(9), .handBack)
      #expect(try ground.take(9).ids == ["a"])
      #expect(try ground.recover(at: 31, ground.retry(1_000)) == 1)
      #expect(try ground.take(9, at: 31).ids == ["b"])
    }

    @Test("a serial key whose first is removed by hand is free", arguments: Kind.allCases)
    func serialSteered(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b", "c", "d"].map { ground.serial($0, "k") })
      #expect(try ground.store.delete("a", in: "q") == .done)
      #expect(try ground.store.archive("b", in: "q", at: ground.now) == .done)
      let tasks = try ground.take(9)
      #expect(tasks.ids == ["c"])
      #expect(try ground.store.run("b", in: "q", at: ground.now) == .done)
      #expect(try ground.take(9) == [])
      try ground.settle(tasks, .done)
      let next = try ground.take(9)
      #expect(next.ids == ["d"])
      try ground.settle(next, .done)
      #expect(try ground.take(9).ids == ["b"])
    }

    @Test("the same serial key in two queues is two", arguments: Kind.allCases)
    func serialQueues(_ kind: Kind) throws {
      let ground = try Ground(kind)
      var other = ground.serial("b", "k")
      other.task.queue = "other"
      try ground.push([ground.serial("a", "k"), other])
      #expect(try ground.take(9).ids == ["a"])
      #expect(try ground.take(9, "other").ids == ["b"])
    }
  }
}
