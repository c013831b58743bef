import Core
import Index
import System
import Testing
import Values

extension ConformanceTests {
  @Suite("remembers what was done") struct HistoryTests {
    @Test("an operation begins, is noted, and ends", arguments: Kind.allCases)
    func life(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let (store, photos) = (ground.store, ground.photos)
      var operation = try store.begin(.startup, of: photos, at: ground.now(1))
      #expect(operation.state == .running)
      #expect(operation.kind == .startup)
      #expect(operation.start == ground.now(1))
      func told() throws -> Operation? {
        var last = try store.operations(of: photos, atMost: 1).first
        // Which records are its own is told by the repository, and by them.
        last?.generation = operation.generation
        return last
      }
      #expect(try told() == operation)
      operation.scanned = 10
      operation.added = 3
      operation.updated = 2
      operation.removed = 1
      operation.milliseconds = 17
      try store.note(operation)
      #expect(try told() == operation)
      operation.state = .failed
      operation.end = ground.now(2)
      operation.reason = "grün 'and' \"blue\"\n\\"
      try store.note(operation)
      #expect(try told() == operation)
    }

    @Test("each look at everything has a number of its own", arguments: Kind.allCases)
    func generations(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let store = ground.store
      try store.add(ground.music, at: ground.start)
      func begin(_ kind: Operation.Kind, _ repository: Repository) throws -> Int {
        try store.begin(kind, of: repository, at: ground.start).generation
      }
      #expect(try begin(.realtime, ground.photos) == 0)
      #expect(try begin(.startup, ground.photos) == 1)
      #expect(try begin(.realtime, ground.photos) == 1)
      #expect(try begin(.reconciliation, ground.photos) == 2)
      #expect(try begin(.realtime, ground.music) == 0)
      #expect(try store.repository("photos")?.generation == 2)
      #expect(try store.repository(ground.music.id)?.generation == 0)
    }

    @Test("the last are told, newest first", arguments: Kind.allCases)
    func order(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let (store, photos) = (ground.store, ground.photos)
      try store.add(ground.music, at: ground.start)
      var numbers: [Int] = []
      for moment: Int64 in [5, 3, 9, 1] {
        numbers.append(try store.begin(.realtime, of: photos, at: ground.now(moment)).number)
        _ = try store.begin(.startup, of: ground.music, at: ground.now(moment))
      }
      let told = try store.operations(of: photos, atMost: 3)
      #expect(told.map(\.number) == Array(numbers.reversed().prefix(3)))
      #expect(try store.operations(of: photos, atMost: 100).count == 4)
      #expect(try store.operations(of: photos, atMost: 0) == [])
    }

    @Test("what somebody has left behind fails, and nothing else does", arguments: Kind.allCases)
    func abandon(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let (store, photos) = (ground.store, ground.photos)
      try store.add(ground.music, at: ground.start)
      var done = try store.begin(.reconciliation, of: photos, at: ground.now(1))
      done.state = .completed
      done.end = ground.now(2)
      try store.note(done)
      _ = try store.begin(.realtime, of: photos, at: ground.now(3))
      _ = try store.begin(.startup, of: photos, at: ground.now(4))
      _ = try store.begin(.reconciliation, of: photos, at: ground.now(5))
      _ = try store.begin(.startup, of: ground.music, at: ground.now(6))
      try store.abandon(
        [.startup, .reconciliation], of: photos, at: ground.now(7), "it was killed")
      let told = try store.operations(of: photos, atMost: 10)
      #expect(told.map(\.state) == [.failed, .failed, .running, .completed])
      #expect(told.map(\.reason) == ["it was killed", "it was killed", nil, nil])
      #expect(told.map(\.end) == [ground.now(7), ground.now(7), nil, ground.now(2)])
      #expect(try store.operations(of: ground.music, atMost: 1).first?.state == .running)
    }

    @Test("old ones are forgotten, but for the last", arguments: Kind.allCases)
    func prune(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let (store, photos) = (ground.store, ground.photos)
      try store.add(ground.music, at: ground.start)
      for moment in 0..<10 as Range<Int64> {
        for repository in [photos, ground.music] {
          var operation = try store.begin(.realtime, of: repository, at: ground.now(moment))
          if moment == 2 { continue }
          operation.state = moment == 4 ? .failed : .completed
          operation.end = ground.now(moment)
          try store.note(operation)
        }
      }
      let start = ground.start.seconds
      func seconds() throws -> [Int64] {
        try store.operations(of: photos, atMost: 100).map { $0.start.seconds - start }
      }
      #expect(try store.prune(photos, keeping: 0, before: ground.now(0)) == 0)
      #expect(try store.prune(photos, keeping: 8, before: ground.now(100)) == 2)
      #expect(try seconds() == [9, 8, 7, 6, 5, 4, 3, 2])
      #expect(try store.prune(photos, keeping: 1, before: ground.now(6)) == 3)
      #expect(try seconds() == [9, 8, 7, 6, 2])
      #expect(try store.prune(photos, keeping: 0, before: ground.now(100)) == 4)
      #expect(try seconds() == [2])
      #expect(try store.operations(of: ground.music, atMost: 100).count == 10)
    }
  }

  @Suite("knows repositories") struct RepositoryTests {
    @Test("they are told by name, and found by name or id", arguments: Kind.allCases)
    func all(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let store = ground.store
      var odd = Repository(
        id: Repository.id(of: Machine.random(16)), name: "Zoë's",
        folder: Path([0x2F, 0xFF, 0x20]), area: Path(text: "a b/c"))
      try store.add(odd, at: ground.start)
      try store.add(ground.music, at: ground.start)
      #expect(try store.repositories() == [odd, ground.music, ground.photos])
      #expect(try store.repository("music") == ground.music)
      #expect(try store.repository(ground.photos.id.uppercased()) == ground.photos)
      _ = try store.begin(.startup, of: odd, at: ground.start)
      odd.generation = 1
      #expect(try ground.site.open().repository("Zoë's") == odd)
    }

    @Test("neither a name nor an id is given twice", arguments: Kind.allCases)
    func taken(_ kind: Kind) throws {
      let ground = try Ground(kind)
      for twin in [
        Repository(id: ground.music.id, name: "photos", folder: ground.music.folder),
        Repository(id: ground.photos.id, name: "music", folder: ground.music.folder),
      ] {
        let failure = #expect(throws: Failure.self) { try ground.store.add(twin, at: ground.start) }
        #expect(failure?.kind == .usage)
      }
      #expect(try ground.store.repositories() == [ground.photos])
      try ground.store.add(ground.music, at: ground.start)
    }

    @Test("one that is forgotten is gone with all that was of it", arguments: Kind.allCases)
    func forget(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let store = ground.store
      try store.add(ground.music, at: ground.start)
      for repository in [ground.photos, ground.music] {
        try ground.put(["a", "b/c"], of: repository)
        _ = try store.begin(.startup, of: repository, at: ground.start)
      }
      #expect(try store.forget(ground.photos) == 2)
      #expect(try store.forget(ground.photos) == 0)
      #expect(try store.repositories().map(\.name) == ["music"])
      #expect(try store.totals(of: ground.music) == (2, 2))
      let failure = #expect(throws: Failure.self) {
        try store.begin(.realtime, of: ground.photos, at: ground.start)
      }
      #expect(failure?.kind == .absent)
      #expect(throws: Failure.self) { try ground.put(["x"]) }
      try store.add(ground.photos, at: ground.start)
      #expect(try store.totals(of: ground.photos) == (0, 0))
      #expect(try store.operations(of: ground.photos, atMost: 5) == [])
    }
  }
}
