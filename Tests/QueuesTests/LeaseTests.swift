import Core
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("take tasks from workers that are gone") struct LeaseTests {
    @Test("when their lease is over, and not before", arguments: Kind.allCases)
    func recover(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b"])
      try ground.take(1, lease: 30)
      try ground.take(1, lease: 60)
      #expect(try ground.recover(at: 29) == 0)
      #expect(try ground.state("a") == .active)
      var asked: [String] = []
      let count = try ground.store.recover(
        ["q", "none"], before: ground.now(31), at: ground.now(40)
      ) {
        asked.append($0.id)
        return .retry(at: ground.now(50), reason: "lost", isFailure: true)
      }
      #expect(count == 1)
      #expect(asked == ["a"])
      let standing = try #require(try ground.find("a"))
      #expect(standing.state == .retry)
      #expect(standing.moment == ground.now(50))
      #expect(standing.task.retried == 1)
      #expect(standing.task.lastFailed == Int(ground.now(40).seconds))
      #expect(try ground.recover(at: 31) == 0)
      #expect(try ground.state("b") == .active)
      #expect(try ground.count().failed == 1)
    }

    @Test("of the queues that are named, with any fate", arguments: Kind.allCases)
    func fates(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b", "c"])
      try ground.push(["x"], queue: "other")
      try ground.take(9)
      try ground.take(9, "other")
      let fates: [String: Fate] = ["a": .archive(reason: "lost"), "b": .handBack, "c": .done]
      let count = try ground.store.recover(["q"], before: ground.now(31), at: ground.now(31)) {
        fates[$0.id] ?? .done
      }
      #expect(count == 3)
      #expect(try ground.state("a") == .archived)
      #expect(try ground.list(.pending) == ["b"])
      #expect(try ground.find("c") == nil)
      #expect(try ground.find("x", in: "other")?.state == .active)
    }

    @Test("many at once", arguments: Kind.allCases)
    func many(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let ids = (0..<777).map { "\($0)" }
      try ground.push(ids)
      try ground.take(ids.count)
      #expect(try ground.recover(at: 31, .archive(reason: "lost")) == ids.count)
      #expect(try ground.count().counts[.archived] == ids.count)
    }

    @Test(
      "whoever is late may still settle, unless another has seen to it", arguments: Kind.allCases)
    func late(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b"])
      let tasks = try ground.take(2)
      #expect(try ground.settle([tasks[0]], .done, at: 1_000) == [true])
      #expect(try ground.recover(at: 1_000) == 1)
      #expect(try ground.settle([tasks[1]], .done, at: 1_000) == [false])
      #expect(try ground.state("b") == .retry)
    }

    @Test("and hold by it that another has them now", arguments: Kind.allCases)
    func lost(_ kind: Kind) throws {
      for beatsFirst in [true, false] {
        let ground = try Ground(kind)
        let other = try ground.site.open()
        for fate in [Fate.done, .handBack, ground.retry(99), .archive(reason: "no")] {
          try ground.push(["a"])
          let tasks = try ground.take(1)
          #expect(try ground.recover(at: 40, ground.retry(40), by: other) == 1)
          _ = try other.advance(["q"], at: ground.now(40))
          let theirs = try ground.take(1, at: 40, by: other)
          #expect(theirs.ids == ["a"])

          // Neither a beat nor a fate of the first one counts for it, however often it is told.
          if beatsFirst { #expect(try ground.beat(tasks, lease: 10_000, at: 41).lost == ["a"]) }
          for _ in 0..<2 { #expect(try ground.settle(tasks, fate, at: 41) == [false], "\(fate)") }
          #expect(try ground.beat(tasks, lease: 10_000, at: 41).lost == ["a"], "\(fate)")
          #expect(try ground.state("a") == .active)
          #expect(try ground.find("a")?.lease == ground.now(70))
          #expect(try ground.settle(theirs, .done, at: 42, by: other) == [true], "\(fate)")
        }
        let count = try ground.count()
        #expect([count.processed, count.failed] == [8, 4])
      }
    }

    @Test("even one that the same process has taken anew", arguments: Kind.allCases)
    func deleted(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      try ground.push(["a"])
      let tasks = try ground.take(1)
      #expect(try ground.recover(at: 40, .archive(reason: "lost"), by: other) == 1)
      #expect(try ground.store.delete("a", in: "q") == .done)
      try ground.push(["a"])
      let theirs = try ground.take(1, at: 40, by: other)
      #expect(try ground.settle(tasks, .done, at: 41) == [false])
      #expect(try ground.state("a") == .active)
      #expect(try ground.settle(theirs, .done, at: 41, by: other) == [true])
    }
  }

  @Suite("hear of workers") struct BeatTests {
    @Test("a beat extends the leases of what is in hand", arguments: Kind.allCases)
    func extends(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b"])
      let tasks = try ground.take(2)
      #expect(try ground.beat([tasks[0]], at: 20) == Pulse())
      #expect(try ground.find("a")?.lease == ground.now(50))
      #expect(try ground.find("b")?.lease == ground.now(30))
      #expect(try ground.recover(at: 40) == 1)
      #expect(try ground.state("a") == .active)
      #expect(try ground.state("b") == .retry)
      #expect(try ground.beat(tasks, at: 41).lost == ["b"])
      #expect(try ground.settle([tasks[0]], .done, at: 42) == [true])
    }

    @Test("it is told what is lost: settled, or never taken", arguments: Kind.allCases)
    func lost(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b"])
      let tasks = try ground.take(1)
      try ground.settle(tasks, .done)
      let others = [ground.order("b").task, ground.order("x").task]
      #expect(Set(try ground.beat(tasks + others, at: 1).lost) == ["a", "b", "x"])
      #expect(try ground.state("b") == .pending)
    }

    @Test("others see who works on what", arguments: Kind.allCases)
    func seen(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      try ground.push(["a", "b"])
      let tasks = try ground.take(2)
      var worker = ground.worker(tasks)
      worker.isStrict = true
      _ = try ground.store.beat(worker, lease: Span(nanoseconds: 30_000_000_000), at: ground.now(1))
      let seen = try #require(try other.workers(at: ground.now(1)).first)
      #expect(seen.host == worker.host)
      #expect(seen.process == worker.process)
      #expect(seen.id == worker.id)
      #expect(seen.width == worker.width)
      #expect(seen.weights == worker.weights)
      #expect(seen.isStrict)
      #expect(seen.status == .active)
      #expect(seen.started == worker.started)
      #expect(Set(seen.hands.map(\.task.id)) == ["a", "b"])
      for hand in seen.hands {
        #expect(hand.task.type == "t")
        #expect(hand.task.payload == Array(hand.task.id.utf8))
        #expect(hand.started == ground.now)
        #expect(hand.limit == ground.now(60))
      }

      worker.status = .stopped
      worker.hands.removeLast()
      worker.width = 1
      _ = try ground.store.beat(worker, lease: Span(nanoseconds: 30_000_000_000), at: ground.now(2))
      let again = try #require(try other.workers(at: ground.now(2)).first)
      #expect(again.status == .stopped)
      #expect(again.width == 1)
      #expect(again.hands.count == 1)
      #expect(try other.workers(at: ground.now(2)).count == 1)
    }

    @Test("who leaves is gone at once, who is not heard of in a while", arguments: Kind.allCases)
    func gone(_ kind: Kind) throws {
      let ground = try Ground(kind)
      _ = try ground.beat([], at: 0)
      let lease = Span(nanoseconds: 30_000_000_000)
      _ = try ground.store.beat(ground.worker([], id: "v"), lease: lease, at: ground.now)
      #expect(Set(try ground.store.workers(at: ground.now(8)).map(\.id)) == ["v", "w"])
      try ground.store.leave(ground.worker([], id: "v"))
      try ground.store.leave(ground.worker([], id: "unknown"))
      #expect(try ground.store.workers(at: ground.now(8)).map(\.id) == ["w"])
      #expect(try ground.store.workers(at: ground.now(31)) == [])
      try ground.store.sweep([], at: ground.now(31))
      #expect(try ground.store.workers(at: ground.now(31)) == [])
    }
  }

  @Suite("have tasks given up") struct CancelTests {
    @Test("its worker is told at the next beat, for good", arguments: Kind.allCases)
    func beat(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let other = try ground.site.open()
      try ground.push(["a", "b"])
      let tasks = try ground.take(2)
      #expect(try other.cancel("a", in: "q", mayRetry: false, at: ground.now(1)) == .done)
      #expect(try ground.find("a")?.isCancelled == true)
      #expect(try ground.find("a")?.state == .active)
      #expect(try ground.find("b")?.isCancelled == false)
      #expect(try ground.beat(tasks, at: 2).cancelled == ["a"])
      #expect(try ground.beat(tasks, at: 3).cancelled == ["a"])
      #expect(try ground.settle([tasks[0]], .archive(reason: "cancelled"), at: 4) == [true])
      #expect(try ground.beat([tasks[1]], at: 5) == Pulse())
      // When it is run again, nothing of it is left.
      #expect(try ground.store.run("a", in: "q", at: ground.now(6)) == .done)
      let again = try ground.take(1, at: 6)
      #expect(try ground.beat(again, at: 7) == Pulse())
      #expect(try ground.find("a")?.isCancelled == false)
    }

    @Test("where it may be retried, the beat does not say for good", arguments: Kind.allCases)
    func mayRetry(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a"])
      let tasks = try ground.take(1)
      #expect(try ground.store.cancel("a", in: "q", mayRetry: true, at: ground.now) == .done)
      #expect(try ground.beat(tasks, at: 1) == Pulse())
      #expect(try ground.settle(tasks, ground.retry(9)) == [true])
      #expect(try ground.state("a") == .retry)
    }

    @Test("what waits is archived, what is over is left", arguments: Kind.allCases)
    func states(_ kind: Kind) throws {
      for mayRetry in [true, false] {
        let ground = try Ground(kind)
        for state in [State.pending, .scheduled, .retry, .archived, .completed] {
          try ground.plant(state.rawValue, state)
        }
        for state in [State.pending, .scheduled, .retry] {
          #expect(
            try ground.store.cancel(
              state.rawValue, in: "q", mayRetry: mayRetry, at: ground.now(5)) == .done)
          #expect(try ground.state(state.rawValue) == .archived)
          #expect(try ground.find(state.rawValue)?.moment == ground.now(5))
        }
        for state in [State.archived, .completed] {
          #expect(
            try ground.store.cancel(state.rawValue, in: "q", mayRetry: mayRetry, at: ground.now)
              == .refused(state))
        }
        #expect(try ground.take(9) == [])
      }
    }
  }
}
