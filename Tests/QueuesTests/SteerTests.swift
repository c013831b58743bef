import Core
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("are steered by hand") struct SteerTests {
    static let states = State.allCases.filter { $0 != .aggregating }

    @Test("each wish is met where it makes sense", arguments: Kind.allCases)
    func wishes(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let store = ground.store
      let wishes: [(name: String, meets: [State], act: (String) throws -> Steered)] = [
        ("run", [.scheduled, .retry, .archived], { try store.run($0, in: "q", at: ground.now) }),
        (
          "archive", [.pending, .scheduled, .retry],
          { try store.archive($0, in: "q", at: ground.now) }
        ),
        (
          "delete", [.pending, .scheduled, .retry, .archived, .completed],
          { try store.delete($0, in: "q") }
        ),
      ]
      for wish in wishes {
        for state in Self.states {
          let id = "\(wish.name) \(state)"
          try ground.plant(id, state)
          let isMet = wish.meets.contains(state)
          #expect(try wish.act(id) == (isMet ? .done : .refused(state)), "\(id)")
          if !isMet { #expect(try ground.state(id) == state, "\(id)") }
          #expect(try store.find(id, in: "other") == nil)
        }
      }
      #expect(try store.delete("run active", in: "other") == .absent)
    }

    @Test("what is run comes after what is ready", arguments: Kind.allCases)
    func run(_ kind: Kind) throws {
      let ground = try Ground(kind)
      for state in [State.scheduled, .retry, .archived] { try ground.plant(state.rawValue, state) }
      try ground.push(["first"])
      for state in [State.archived, .scheduled, .retry] {
        #expect(try ground.store.run(state.rawValue, in: "q", at: ground.now(1)) == .done)
        #expect(try ground.find(state.rawValue)?.moment == nil)
      }
      #expect(try ground.take(9).ids == ["first", "archived", "scheduled", "retry"])
      // What it went through is not forgotten.
      #expect(try ground.find("retry")?.task.retried == 1)
    }

    @Test("what is archived or deleted is not taken any more", arguments: Kind.allCases)
    func removed(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a", "b", "c", "d"])
      #expect(try ground.store.archive("b", in: "q", at: ground.now(3)) == .done)
      #expect(try ground.store.delete("c", in: "q") == .done)
      #expect(try ground.find("b")?.moment == ground.now(3))
      #expect(try ground.find("c") == nil)
      #expect(try ground.take(9).ids == ["a", "d"])
      #expect(try ground.list(.archived) == ["b"])
    }

    @Test(
      "a queue is removed with what it keeps, unless anything waits, runs or was given up",
      arguments: Kind.allCases)
    func remove(_ kind: Kind) throws {
      for state in Self.states {
        let ground = try Ground(kind)
        try ground.plant("a", state)
        if state != .completed {
          let error = #expect(throws: Failure.self) { try ground.store.remove("q") }
          #expect(error?.kind == .refused)
          #expect(try ground.state("a") == state)
          continue
        }
        _ = try ground.store.pause("q", at: ground.now)
        #expect(try ground.store.remove("q"), "\(state)")
        #expect(try !ground.store.remove("q"))
        #expect(try ground.store.queues() == [])
        #expect(try ground.find("a") == nil)
        // A queue of that name begins anew.
        #expect(try ground.push(["a"]) == [.queued(.pending)])
        #expect(try ground.count().processed == 0)
        #expect(try ground.take(9).ids == ["a"])
      }
    }
  }

  @Suite("let themselves be looked at") struct LookTests {
    @Test("in numbers", arguments: Kind.allCases)
    func numbers(_ kind: Kind) throws {
      let ground = try Ground(kind)
      for state in SteerTests.states {
        for number in 0..<3 { try ground.plant("\(state) \(number)", state) }
      }
      try ground.push(["x"], queue: "z")
      try ground.push(["x"], queue: "A")
      #expect(try ground.store.queues().map(\.queue) == ["A", "q", "z"])
      for state in SteerTests.states { #expect(try ground.count().counts[state] == 3) }
      #expect(try ground.count("z").counts[.pending] == 1)
      #expect(try ground.count("z").counts[.active, default: 0] == 0)
    }

    @Test("since when the next task has been ready", arguments: Kind.allCases)
    func oldest(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a"], at: 5)
      try ground.push(["b"], at: 7)
      #expect(try ground.count().oldest == ground.now(5))
      try ground.take(1, at: 8)
      #expect(try ground.count().oldest == ground.now(7))
      try ground.take(1, at: 8)
      #expect(try ground.count().oldest == nil)
    }

    @Test("state by state, as they will leave it", arguments: Kind.allCases)
    func order(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([
        ground.order("s3", due: 30), ground.order("s1", due: 10), ground.order("s2", due: 20),
      ])
      #expect(try ground.list(.scheduled) == ["s1", "s2", "s3"])
      try ground.push(["r1", "r2", "a1", "a2", "p1", "p2"])
      let tasks = try ground.take(4)
      try ground.settle([tasks[0]], ground.retry(60))
      try ground.settle([tasks[1]], ground.retry(50))
      try ground.settle([tasks[3]], .archive(reason: "no"), at: 1)
      try ground.settle([tasks[2]], .archive(reason: "no"), at: 2)
      #expect(try ground.list(.retry) == ["r2", "r1"])
      #expect(try ground.list(.archived) == ["a2", "a1"])
      #expect(try ground.list(.pending) == ["p1", "p2"])
      try ground.store.list("q", .scheduled) { standing in
        #expect(standing.state == .scheduled)
        #expect(standing.task.queue == "q")
        #expect(standing.moment != nil)
      }
    }

    @Test("even where thousands share a moment, and while others work", arguments: Kind.allCases)
    func many(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let ids = (0..<2_500).map { "\($0)" }
      try ground.push(ids.map { ground.order($0, due: 10) })
      let listed = try ground.list(.scheduled)
      #expect(listed.count == ids.count)
      #expect(Set(listed) == Set(ids))

      // What is listed may be steered while it is; the list ends.
      var seen: Set<String> = []
      try ground.store.list("q", .scheduled) { (standing) throws(Failure) in
        seen.insert(standing.task.id)
        _ = try ground.store.delete(standing.task.id, in: "q")
      }
      #expect(seen == Set(ids))
      #expect(try ground.list(.scheduled) == [])
    }

    @Test("and whoever has seen enough may stop", arguments: Kind.allCases)
    func stops(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push((0..<500).map { "\($0)" })
      let enough = Failure(.bug, "", "enough")
      var seen = 0
      let error = #expect(throws: Failure.self) {
        try ground.store.list("q", .pending) { (_) throws(Failure) in
          seen += 1
          if seen == 300 { throw enough }
        }
      }
      #expect(error == enough)
      #expect(try ground.take(500).count == 500)
    }
  }
}
