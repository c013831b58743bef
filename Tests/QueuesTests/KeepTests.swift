import Core
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("keep what is over, for a time") struct KeepTests {
    @Test("completed tasks until their retention ends", arguments: Kind.allCases)
    func completed(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(
        [("a", 10), ("b", 20), ("c", 5)].map { id, seconds in
          var order = ground.order(id)
          order.task.retention = seconds
          return order
        })
      try ground.settle(try ground.take(9), .done)
      #expect(try ground.list(.completed) == ["c", "a", "b"])
      try ground.store.sweep(["q"], at: ground.now(4))
      #expect(try ground.list(.completed) == ["c", "a", "b"])
      try ground.store.sweep(["other"], at: ground.now(1_000))
      #expect(try ground.list(.completed) == ["c", "a", "b"])
      try ground.store.sweep(["q"], at: ground.now(11))
      #expect(try ground.list(.completed) == ["b"])
      #expect(try ground.push(["a"]) == [.queued(.pending)])
    }

    @Test("archived tasks for ninety days", arguments: Kind.allCases)
    func age(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let day: Int64 = 86_400
      try ground.push(["a", "b"])
      let tasks = try ground.take(9)
      try ground.settle([tasks[0]], .archive(reason: "no"), at: 0)
      try ground.settle([tasks[1]], .archive(reason: "no"), at: day)
      try ground.store.sweep(["q"], at: ground.now(90 * day - 1))
      #expect(try ground.list(.archived) == ["a", "b"])
      try ground.store.sweep(["q"], at: ground.now(90 * day + 1))
      #expect(try ground.list(.archived) == ["b"])
      #expect(try ground.find("a") == nil)
    }

    @Test("the newest ten thousand archived tasks", arguments: Kind.allCases)
    func number(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let ids = (0..<12_345).map { "\($0)" }
      try ground.push(ids)
      let tasks = try ground.take(ids.count)
      try ground.settle(Array(tasks.prefix(6_000)), .archive(reason: "no"), at: 1)
      try ground.settle(Array(tasks.dropFirst(6_000)), .archive(reason: "no"), at: 2)
      try ground.store.sweep(["q"], at: ground.now(3))
      let count = try #require(try ground.count().counts[.archived])
      #expect((9_999...10_000).contains(count))
      // Those that were given up last are all there.
      let kept = Set(try ground.list(.archived))
      #expect(kept.count == count)
      #expect(kept.isSuperset(of: ids.dropFirst(6_000)))
      #expect(try ground.push(["12344"]) == [.taken])
    }

    @Test("nothing else is swept", arguments: Kind.allCases)
    func others(_ kind: Kind) throws {
      let ground = try Ground(kind)
      for state in [State.pending, .active, .scheduled, .retry] {
        try ground.plant(state.rawValue, state)
      }
      try ground.store.sweep(["q"], at: ground.now(1_000 * 86_400))
      for state in [State.pending, .active, .scheduled, .retry] {
        #expect(try ground.list(state) == [state.rawValue])
      }
    }
  }
}
