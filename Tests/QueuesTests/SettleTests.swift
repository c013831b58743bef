import Core
import System
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("settle fates") struct SettleTests {
    @Test("done: it is gone, or kept as long as its sender wished", arguments: Kind.allCases)
    func done(_ kind: Kind) throws {
      let ground = try Ground(kind)
      var kept = ground.order("b")
      kept.task.retention = 100
      try ground.push([ground.order("a"), kept])
      #expect(try ground.settle(try ground.take(5), .done, result: [1], at: 5) == [true, true])
      #expect(try ground.find("a") == nil)
      let standing = try #require(try ground.find("b"))
      #expect(standing.state == .completed)
      #expect(standing.moment == ground.now(105))
      #expect(standing.task.completed == Int(ground.now(5).seconds))
      #expect(standing.result == [1])
      #expect(standing.lease == nil)
    }

    @Test("a failure counts against its retries, a delay does not", arguments: Kind.allCases)
    func retry(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b"])
      let tasks = try ground.take(5)
      #expect(
        try ground.store.settle(
          [
            Settlement(tasks[0], ground.retry(60)),
            Settlement(tasks[1], ground.retry(30, isFailure: false)),
          ], at: ground.now(1)) == [true, true])
      #expect(try ground.find("a")?.task.retried == 1)
      #expect(try ground.find("b")?.task.retried == 0)
      for id in ["a", "b"] {
        #expect(try ground.find(id)?.task.reason == "no")
        #expect(try ground.find(id)?.task.lastFailed == Int(ground.now(1).seconds))
      }
      #expect(try ground.list(.retry) == ["b", "a"])
      #expect(try ground.store.advance(["q"], at: ground.now(30)) == ground.now(60))
      #expect(try ground.take(5, at: 30).ids == ["b"])
      #expect(try ground.store.advance(["q"], at: ground.now(60)) == nil)
      #expect(try ground.take(5, at: 60).ids == ["a"])
      let count = try ground.count()
      #expect([count.processed, count.failed] == [1, 1])
    }

    @Test("given up: it is kept, with the reason", arguments: Kind.allCases)
    func archive(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a"])
      let fate = Fate.archive(reason: "it is hopeless")
      #expect(try ground.settle(try ground.take(1), fate, result: [7], at: 3) == [true])
      let standing = try #require(try ground.find("a"))
      #expect(standing.state == .archived)
      #expect(standing.moment == ground.now(3))
      #expect(standing.task.reason == "it is hopeless")
      #expect(standing.task.lastFailed == Int(ground.now(3).seconds))
      #expect(standing.task.retried == 0)
      #expect(standing.result == [7])
    }

    @Test("handed back: it is the next, and nothing of it has changed", arguments: Kind.allCases)
    func handBack(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b", "c", "d"])
      let before = try ground.find("a")
      let tasks = try ground.take(3)
      #expect(try ground.settle(Array(tasks.prefix(1)), .handBack, at: 5) == [true])
      #expect(try ground.find("a")?.task == before?.task)
      #expect(try ground.state("a") == .pending)
      #expect(try ground.list(.pending) == ["a", "d"])
      // All of one call are in the order in which they were.
      #expect(try ground.settle(Array(tasks.dropFirst()), .handBack, at: 5) == [true, true])
      #expect(Set(try ground.list(.pending).prefix(3)) == ["a", "b", "c"])
      let again = try ground.take(9).ids
      #expect(again.last == "d")
      #expect(again.filter { $0 != "a" } == ["b", "c", "d"])
      let count = try ground.count()
      #expect([count.processed, count.failed] == [0, 0])
    }

    @Test("only once", arguments: Kind.allCases)
    func twice(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let fates: [Fate] = [.done, ground.retry(60), .archive(reason: ""), .handBack]
      for (place, fate) in fates.enumerated() {
        try ground.push(["\(place)"])
        let tasks = try ground.take(1)
        #expect(try ground.settle(tasks + tasks, fate) == [true, false], "\(fate)")
        for other in fates {
          #expect(try ground.settle(tasks, other) == [false], "\(fate), then \(other)")
        }
        _ = try ground.store.delete("\(place)", in: "q")
      }
      let count = try ground.count()
      #expect([count.processed, count.failed] == [3, 2])
    }

    @Test("not of what nobody has taken", arguments: Kind.allCases)
    func notTaken(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a"])
      let task = ground.order("a").task
      #expect(try ground.settle([task, ground.order("x").task], .done) == [false, false])
      #expect(try ground.state("a") == .pending)
      #expect(try ground.count().processed == 0)
    }

    @Test("of several queues and with several fates in one call", arguments: Kind.allCases)
    func mixed(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b", "c"])
      try ground.push(["d", "e"], queue: "other")
      let tasks = try ground.take(9) + ground.take(9, "other")
      let fates: [Fate] = [.done, ground.retry(9), .handBack, .archive(reason: "no"), .done]
      #expect(
        try ground.store.settle(zip(tasks, fates).map { Settlement($0, $1) }, at: ground.now)
          == [true, true, true, true, true])
      #expect(try ground.list(.pending) == ["c"])
      #expect(try ground.list(.retry) == ["b"])
      #expect(try ground.list(.archived, "other") == ["d"])
      for (queue, processed, failed) in [("q", 2, 1), ("other", 2, 1)] {
        let count = try ground.count(queue)
        #expect([count.processed, count.failed] == [processed, failed])
        #expect(count.counts[.active, default: 0] == 0)
      }
    }

    @Test("and count what was tried today", arguments: Kind.allCases)
    func counts(_ kind: Kind) throws {
      // Midnight may come in between: then what is counted today is asked of another day.
      while true {
        let ground = try Ground(kind)
        try ground.push(["a", "b", "c"])
        let tasks = try ground.take(9)
        try ground.settle([tasks[0]], .done)
        try ground.settle([tasks[1]], ground.retry(9))
        try ground.settle([tasks[2]], .archive(reason: "no"), at: -3 * 86_400)
        let count = try ground.count()
        if Clock.now().seconds / 86_400 != ground.now.seconds / 86_400 { continue }
        #expect([count.processedToday, count.failedToday] == [2, 1])
        #expect([count.processed, count.failed] == [3, 2])
        return
      }
    }
  }
}
