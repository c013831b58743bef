import Core
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("keep the like of a task out") struct UniqueTests {
    @Test("while it waits or is worked, and no longer", arguments: Kind.allCases)
    func states(_ kind: Kind) throws {
      for state in State.allCases where state != .aggregating {
        let ground = try Ground(kind)
        var first = ground.unique("first", due: state == .scheduled ? 60 : nil)
        first.task.retention = 1_000
        try ground.push([first])
        switch state {
        case .active: try ground.take(1)
        case .retry: try ground.settle(try ground.take(1), ground.retry(60))
        case .archived: try ground.settle(try ground.take(1), .archive(reason: "no"))
        case .completed: try ground.settle(try ground.take(1), .done)
        default: break
        }
        #expect(try ground.state("first") == state)
        let answer = try ground.push([ground.unique("second")], at: 100_000)
        #expect(answer == [state.isOpen ? .duplicate("first") : .queued(.pending)], "\(state)")
      }
    }

    @Test("until it is done, archived by hand, cancelled or deleted", arguments: Kind.allCases)
    func ends(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let store = ground.store
      try ground.push([ground.unique("a")])
      try ground.settle(try ground.take(1), .done)
      #expect(try ground.push([ground.unique("b")]) == [.queued(.pending)])
      #expect(try store.archive("b", in: "q", at: ground.now) == .done)
      #expect(try ground.push([ground.unique("c")]) == [.queued(.pending)])
      #expect(try store.cancel("c", in: "q", mayRetry: false, at: ground.now) == .done)
      #expect(try ground.push([ground.unique("d")]) == [.queued(.pending)])
      #expect(try store.delete("d", in: "q") == .done)
      #expect(try ground.push([ground.unique("e")]) == [.queued(.pending)])
      // Handed back it is still there.
      try ground.settle(try ground.take(1), .handBack)
      #expect(try ground.push([ground.unique("f")]) == [.duplicate("e")])
    }

    @Test("by type and payload, or by the name it was given", arguments: Kind.allCases)
    func likeness(_ kind: Kind) throws {
      let ground = try Ground(kind)
      func order(_ id: String, _ type: String, _ payload: [UInt8]?, _ name: String? = nil) -> Order
      {
        var order = Order(Task(id: id, queue: "q", type: type, payload: payload))
        order.uniqueness = .open
        order.uniqueName = name
        return order
      }
      let queued = Admission.queued(.pending)
      #expect(try ground.push([order("a", "t", [1]), order("b", "t", [2])]) == [queued, queued])
      #expect(try ground.push([order("c", "u", [1]), order("d", "t", nil)]) == [queued, queued])
      #expect(try ground.push([order("e", "t", [])]) == [queued])
      #expect(try ground.push([order("x", "t", [1])]) == [.duplicate("a")])
      #expect(try ground.push([order("x", "t", nil)]) == [.duplicate("d")])
      #expect(try ground.push([order("x", "t", [])]) == [.duplicate("e")])
      #expect(try ground.push([order("f", "t", [1], "n")]) == [queued])
      #expect(try ground.push([order("x", "u", [9], "n")]) == [.duplicate("f")])
      // What does not ask to be unique comes in, and locks nothing.
      #expect(try ground.push([ground.order("g")]) == [queued])
      #expect(try ground.find("a")?.task.uniqueKey.isEmpty == false)
      #expect(try ground.find("g")?.task.uniqueKey == "")
    }

    @Test("of its own queue only", arguments: Kind.allCases)
    func queues(_ kind: Kind) throws {
      let ground = try Ground(kind)
      var other = ground.unique("b")
      other.task.queue = "other"
      #expect(
        try ground.push([ground.unique("a"), other]) == [.queued(.pending), .queued(.pending)])
    }

    @Test("an order whose id is taken leaves no lock behind", arguments: Kind.allCases)
    func takenId(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push(["a"])
      #expect(try ground.push([ground.unique("a")]) == [.taken])
      #expect(try ground.push([ground.unique("b")]) == [.queued(.pending)])
    }

    @Test("for so many seconds at most", arguments: Kind.allCases.filter { !$0.hasOwnClock })
    func atMost(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let limited = Order.Uniqueness.atMost(10)
      try ground.push([ground.unique("a", "n", limited)])
      #expect(try ground.push([ground.unique("b", "n", limited)], at: 9) == [.duplicate("a")])
      #expect(try ground.push([ground.unique("b", "n", limited)], at: 10) == [.queued(.pending)])
      // The lock is the second one's now: that the first is done does not end it.
      try ground.settle(try ground.take(1, at: 11), .done, at: 12)
      #expect(try ground.push([ground.unique("c", "n", limited)], at: 13) == [.duplicate("b")])
      // Of what is scheduled, the time counts from its moment.
      try ground.push([ground.unique("d", "m", limited, due: 100)])
      #expect(try ground.push([ground.unique("e", "m")], at: 109) == [.duplicate("d")])
      #expect(try ground.push([ground.unique("e", "m")], at: 110) == [.queued(.pending)])
    }

    @Test("for so many seconds, but not once it is done", arguments: Kind.allCases)
    func atMostDone(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([ground.unique("a", "n", .atMost(3_600))])
      #expect(try ground.push([ground.unique("b", "n", .atMost(1))]) == [.duplicate("a")])
      try ground.settle(try ground.take(1), .done)
      #expect(try ground.push([ground.unique("b")]) == [.queued(.pending)])
    }

    @Test("given up and run again, it has its lock again if that is free", arguments: Kind.allCases)
    func again(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([ground.unique("a")])
      _ = try ground.store.archive("a", in: "q", at: ground.now)
      #expect(try ground.store.run("a", in: "q", at: ground.now) == .done)
      #expect(try ground.push([ground.unique("b")]) == [.duplicate("a")])

      _ = try ground.store.archive("a", in: "q", at: ground.now)
      #expect(try ground.push([ground.unique("b")]) == [.queued(.pending)])
      #expect(try ground.store.run("a", in: "q", at: ground.now) == .done)
      #expect(try ground.push([ground.unique("c")]) == [.duplicate("b")])
      try ground.settle(try ground.take(2).filter { $0.id == "a" }, .done)
      #expect(try ground.push([ground.unique("c")]) == [.duplicate("b")])
    }
  }

  @Suite("postpone") struct PostponeTests {
    @Test("what is scheduled, to our moment", arguments: Kind.allCases)
    func scheduled(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([ground.unique("a", due: 10)])
      #expect(
        try ground.push([ground.unique("b", due: 60, postpones: true)]) == [.postponed("a")])
      #expect(try ground.find("a")?.moment == ground.now(60))
      #expect(try ground.find("b") == nil)
      #expect(try ground.store.advance(["q"], at: ground.now(59)) == ground.now(60))
      // It may come nearer as well, and be its own like.
      #expect(
        try ground.push([ground.unique("a", due: 20, postpones: true)]) == [.postponed("a")])
      #expect(try ground.find("a")?.moment == ground.now(20))
      // And now.
      #expect(try ground.push([ground.unique("c", postpones: true)]) == [.postponed("a")])
      #expect(try ground.state("a") == .pending)
      #expect(try ground.take(5).ids == ["a"])
    }

    @Test("not what is ready, nor what has failed", arguments: Kind.allCases)
    func ready(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([ground.unique("a")])
      let other = ground.unique("b", due: 60, postpones: true)
      #expect(try ground.push([other]) == [.duplicate("a")])
      try ground.settle(try ground.take(1), ground.retry(30))
      #expect(try ground.push([other]) == [.duplicate("a")])
      #expect(try ground.find("a")?.moment == ground.now(30))
    }

    @Test(
      "where its like is being worked, waits itself, and has the lock", arguments: Kind.allCases)
    func active(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([ground.unique("a")])
      let tasks = try ground.take(1)
      #expect(
        try ground.push([ground.unique("b", due: 60, postpones: true)]) == [.queued(.scheduled)])
      #expect(
        try ground.push([ground.unique("c", due: 90, postpones: true)]) == [.postponed("b")])
      #expect(try ground.push([ground.unique("d")]) == [.duplicate("b")])
      try ground.settle(tasks, .done)
      #expect(try ground.push([ground.unique("d")]) == [.duplicate("b")])
      #expect(try ground.find("b")?.moment == ground.now(90))
    }

    @Test("nothing where its like is given up or done", arguments: Kind.allCases)
    func over(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.push([ground.unique("a")])
      try ground.settle(try ground.take(1), .archive(reason: "no"))
      #expect(
        try ground.push([ground.unique("b", due: 60, postpones: true)]) == [.queued(.scheduled)])
      #expect(try ground.push([ground.unique("b", "m", due: 1, postpones: true)]) == [.taken])
    }
  }
}
