import Core
import System
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("are shared") struct SharedTests {
    @Test("what one does, the others see", arguments: Kind.allCases)
    func handles(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let others = try (0..<3).map { _ in try ground.site.open() }
      for (place, other) in others.enumerated() {
        #expect(
          try other.push([ground.order("\(place)")], at: ground.now) == [.queued(.pending)])
        #expect(try ground.push(["\(place)"]) == [.taken])
      }
      #expect(try ground.list(.pending) == ["0", "1", "2"])
      for (place, other) in others.enumerated() {
        #expect(try ground.take(1, by: other).ids == ["\(place)"])
      }
      #expect(try ground.take(1) == [])
      #expect(try others[0].pause("q", at: ground.now))
      #expect(try !others[1].pause("q", at: ground.now))
    }

    @Test("many threads take each task once", arguments: Kind.allCases)
    func threads(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let ids = (0..<1_000).map { "\($0)" }
      try ground.push(ids)
      let lock = Lock()
      let tally = Tally()
      let now = ground.now
      let threads = try (0..<4).map { _ in
        let store = Unshared(try ground.site.open())
        return Thread {
          let done = SharedTests.work(store.store, at: now)
          lock.enter()
          tally.ids += done
          lock.leave()
        }
      }
      for thread in threads { thread?.join() }
      #expect(tally.ids.count == ids.count)
      #expect(Set(tally.ids) == Set(ids))
      #expect(try ground.count().processed == ids.count)
    }

    /// Takes and settles until nothing is there.
    private static func work(_ store: any TaskStore, at now: Timestamp) -> [String] {
      var ids: [String] = []
      let demand = Demand(
        [Demand.Portion("q", 7)], most: 7, lease: Span(nanoseconds: 30_000_000_000))
      do throws(Failure) {
        while true {
          let tasks = try store.take(demand, at: now)
          if tasks.isEmpty { return ids }
          let settled = try store.settle(tasks.map { Settlement($0, .done) }, at: now)
          ids += zip(tasks, settled).filter(\.1).map(\.0.id)
        }
      } catch {
        Issue.record("\(error.message)")
        return ids
      }
    }
  }

  @Suite("wake who listens") struct ListenTests {
    /// Turns a loop until something was heard; a store that is deaf fails the test at last.
    private func wait(_ loop: Loop, until isDone: () -> Bool) throws {
      var isLate = false
      let timer = loop.after(30_000_000_000) { isLate = true }
      try loop.run { isDone() || isLate }
      loop.cancel(timer)
      #expect(!isLate, "nothing was heard")
    }

    @Test("when there is something to take", arguments: Kind.allCases)
    func ready(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      let loop = try Loop()
      #expect(try ground.take(1) == [])
      var calls = 0
      try ground.store.listen(loop, ["q"], ready: { calls += 1 }, cancelled: { _ in })
      for round in 0..<3 {
        calls = 0
        _ = try other.push([ground.order("\(round)")], at: ground.now)
        try wait(loop) { calls > 0 }
        try ground.settle(try ground.take(9), .done)
        #expect(try ground.take(1) == [])
      }
    }

    @Test("when something comes back, becomes due or is run", arguments: Kind.allCases)
    func others(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      let loop = try Loop()
      var calls = 0
      _ = try other.push([ground.order("a")], at: ground.now)
      var tasks = try ground.take(1, by: other)
      try ground.store.listen(loop, ["q"], ready: { calls += 1 }, cancelled: { _ in })
      let changes: [() throws -> Void] = [
        { try ground.settle(tasks, .handBack, by: other) },
        {
          try ground.settle(tasks, ground.retry(5), by: other)
          _ = try other.advance(["q"], at: ground.now(5))
        },
        {
          try ground.settle(tasks, .archive(reason: "no"), by: other)
          _ = try other.run("a", in: "q", at: ground.now)
        },
        {
          try ground.settle(tasks, .handBack, by: other)
          _ = try other.pause("q", at: ground.now)
          #expect(try ground.take(9) == [])
          _ = try other.resume("q")
        },
      ]
      for change in changes {
        #expect(try ground.take(1) == [])
        calls = 0
        try change()
        try wait(loop) { calls > 0 }
        tasks = try ground.take(1, by: other)
        #expect(tasks.ids == ["a"])
      }
    }

    @Test("when somebody wants a task given up", arguments: Kind.allCases)
    func cancelled(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      let loop = try Loop()
      var ids: [String] = []
      try ground.push(["a", "b"])
      try ground.take(2)
      try ground.store.listen(loop, ["q"], ready: {}, cancelled: { ids.append($0) })
      for (id, mayRetry) in [("b", false), ("a", true)] {
        ids = []
        #expect(try other.cancel(id, in: "q", mayRetry: mayRetry, at: ground.now) == .done)
        try wait(loop) { ids.contains(id) }
      }
    }

    @Test("what was there before is told, and asking anew replaces", arguments: Kind.allCases)
    func before(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let loop = try Loop()
      try ground.push(["a"])
      var first = 0
      var second = 0
      try ground.store.listen(loop, ["q"], ready: { first += 1 }, cancelled: { _ in })
      try ground.store.listen(loop, ["q"], ready: { second += 1 }, cancelled: { _ in })
      try wait(loop) { second > 0 }
      #expect(first == 0)
    }
  }
}

/// What threads leave together, under a lock.
private final class Tally: @unchecked Sendable {
  var ids: [String] = []
}

/// A store that is handed to the one thread which uses it.
private struct Unshared: @unchecked Sendable {
  let store: any TaskStore
  init(_ store: any TaskStore) { self.store = store }
}
