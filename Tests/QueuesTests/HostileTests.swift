import Core
import Tasks
import Testing
import Values

extension ConformanceTests {
  @Suite("bear what people call things") struct HostileTests {
    /// Among them two spellings of one letter, which a text takes for the same and a store may not.
    static let names = [
      "a", "A", "a b", "a\u{0}b", "a\u{0}", "\u{0}", "caf\u{e9}", "cafe\u{301}",
      "\u{1F469}\u{200D}\u{1F4BB}",
      "{q}", "}{", "a:b", "*", "'; DROP TABLE task; --", "\"", "\\", "%", "_", "\r\n", "\u{FEFF}x",
      "\u{10FFFF}", "../../x", "NULL", "1", "-1", "0x41", String(repeating: "ü", count: 2_000),
    ]

    @Test("as ids", arguments: Kind.allCases)
    func ids(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let orders = Self.names.map { ground.order($0) }
      #expect(try ground.push(orders).allSatisfy { $0 == .queued(.pending) })
      for name in Self.names {
        let standing = try #require(try ground.find(name))
        #expect(Array(standing.task.id.utf8) == Array(name.utf8))
        #expect(standing.task.payload == Array(name.utf8))
      }
      let tasks = try ground.take(100)
      #expect(tasks.map { Array($0.id.utf8) } == Self.names.map { Array($0.utf8) })
      #expect(try ground.beat(tasks, at: 1) == Pulse())
      #expect(try ground.settle(tasks, ground.retry(5)).allSatisfy { $0 })
      for name in Self.names {
        #expect(try ground.store.run(name, in: "q", at: ground.now) == .done)
        #expect(try ground.store.delete(name, in: "q") == .done)
        #expect(try ground.find(name) == nil)
      }
    }

    @Test("and take no two names for one", arguments: Kind.allCases)
    func twins(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let twins = ["caf\u{e9}", "cafe\u{301}"]
      try ground.push(twins)
      let one = try ground.take(1)
      let other = try ground.take(1)
      #expect(try ground.settle(one, .done) == [true])
      #expect(try ground.beat(one, at: 1).lost.count == 1)
      #expect(try ground.beat(other, at: 1) == Pulse())
      #expect(try ground.settle(other, .done) == [true])
    }

    @Test("as queues", arguments: Kind.allCases)
    func queues(_ kind: Kind) throws {
      let ground = try Ground(kind)
      for name in Self.names { try ground.push([name], queue: name) }
      let counts = try ground.store.queues()
      #expect(
        counts.map { Array($0.queue.utf8) }
          == Self.names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
      #expect(counts.allSatisfy { $0.counts[.pending] == 1 })
      for name in Self.names {
        let tasks = try ground.take(5, name)
        #expect(tasks.map { Array($0.id.utf8) } == [Array(name.utf8)])
        #expect(tasks.map { Array($0.queue.utf8) } == [Array(name.utf8)])
        #expect(try ground.settle(tasks, .done) == [true])
        #expect(try ground.store.remove(name))
      }
      #expect(try ground.store.queues() == [])
    }

    @Test("as types, reasons, headers and keys", arguments: Kind.allCases)
    func texts(_ kind: Kind) throws {
      let ground = try Ground(kind)
      for (place, name) in Self.names.enumerated() {
        var order = ground.order("\(place)")
        order.task.type = name
        order.task.headers = ["key": name, "k\u{0}": ""]
        order.task.serialKey = name
        order.uniqueness = .open
        order.uniqueName = name
        #expect(try ground.push([order]) == [.queued(.pending)], "\(place)")
        let tasks = try ground.take(1)
        #expect(tasks.map { Array($0.type.utf8) } == [Array(name.utf8)])
        #expect(tasks.first?.headers["key"].map { Array($0.utf8) } == Array(name.utf8))
        #expect(tasks.first?.headers["k\u{0}"] == "")
        let fate = Fate.archive(reason: name)
        #expect(try ground.settle(tasks, fate) == [true])
        let reason = try ground.find("\(place)")?.task.reason
        #expect(reason.map { Array($0.utf8) } == Array(name.utf8))
      }
    }

    @Test("payloads and results are any bytes, and none is not empty", arguments: Kind.allCases)
    func bytes(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let large = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
      let payloads: [[UInt8]?] = [
        nil, [], [0], [0, 0, 1], Array(0...255), [0xFF, 0xFE], [0xC3, 0x28], large,
      ]
      for (place, payload) in payloads.enumerated() {
        var order = ground.order("\(place)")
        order.task.payload = payload
        order.task.retention = 60
        try ground.push([order])
        let tasks = try ground.take(1)
        // Compared by hand: an expectation would take a million bytes apart.
        let isSame = tasks.first?.payload == payload
        #expect(isSame, "\(place)")
        #expect(try ground.settle(tasks, .done, result: payload) == [true])
        let standing = try #require(try ground.find("\(place)"))
        let isKept = standing.result == payload && standing.task.payload == payload
        #expect(isKept, "\(place)")
      }
    }

    @Test("numbers are kept whatever they are", arguments: Kind.allCases)
    func numbers(_ kind: Kind) throws {
      let ground = try Ground(kind)
      var order = ground.order("a")
      order.task.retries = Int(Int32.max)
      order.task.deadline = Int(Int64.max)
      order.task.timeout = Int(Int32.max)
      try ground.push([order])
      #expect(try ground.take(1) == [order.task])
    }
  }
}
