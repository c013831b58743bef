import Core
import Index
import System
import Testing
import Values

extension ConformanceTests {
  @Suite("changes what it remembers") struct WriteTests {
    @Test("a file that is known keeps the time since when it is", arguments: Kind.allCases)
    func again(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.write([.put(ground.file("a", size: 1), isNew: true)], at: 1, generation: 1)
      // What it was thought to be does not matter.
      for (place, isNew) in [false, true].enumerated() {
        let file = ground.file("a", size: 2 + place, hash: String(repeating: "f", count: 64))
        let moment = Int64(10 + place)
        #expect(
          try ground.write([.put(file, isNew: isNew)], at: moment, generation: 2 + place) == [])
        let found = try #require(try ground.record("a"))
        #expect(found.size == file.size)
        #expect(found.hash == file.hash)
        #expect(found.created == ground.now(1))
        #expect(found.updated == ground.now(moment))
        #expect(found.scanned == ground.now(moment))
        #expect(found.generation == 2 + place)
      }
      try ground.write([.put(ground.file("a"), isNew: false)], at: 20)
      #expect(try ground.record("a")?.hash == [])
      #expect(try ground.write([.put(ground.file("b"), isNew: false)], at: 30) == [])
      #expect(try ground.record("b")?.created == ground.now(30))
    }

    @Test("what was passed was seen, and is as it was", arguments: Kind.allCases)
    func pass(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.put(["a", "b", "b-", "b/x", "b0", "c", "d"])
      try ground.write(
        [.pass(from: Array("b".utf8), through: Array("c".utf8))], at: 9, generation: 5)
      let page = try ground.store.page(of: ground.photos, after: nil, within: [], atMost: 10)
      #expect(page.map(\.generation) == [1, 5, 5, 5, 5, 5, 1])
      for file in page {
        #expect(file.scanned == (file.generation == 5 ? ground.now(9) : ground.start))
        #expect(file.updated == ground.start)
        #expect(file.created == ground.start)
      }
      let one = Array("d".utf8)
      try ground.write([.pass(from: one, through: one)], at: 10, generation: 6)
      #expect(try ground.record("d")?.generation == 6)
    }

    @Test("a stretch is one of bytes, whatever the names are", arguments: Kind.allCases)
    func stretches(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.write(Odd.names.map { .put(FileRecord($0), isNew: true) })
      for (place, end) in Odd.sorted.enumerated() where place % 5 == 4 {
        let start = Odd.sorted[place - 3]
        try ground.write([.pass(from: start, through: end)], generation: 10 + place)
        let page = try ground.store.page(of: ground.photos, after: nil, within: [], atMost: 100)
        let seen = page.filter { $0.generation == 10 + place }
        #expect(seen.map(\.path) == Array(Odd.sorted[(place - 3)...place]))
      }
    }

    @Test("what goes with a folder is what lies below it", arguments: Kind.allCases)
    func below(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.store.add(ground.music, at: ground.start)
      let all = ["a", "a!", "a-b", "a/b", "a/b/c", "a/\u{10FFFF}", "a0", "aa/b", "b"]
      try ground.put(all)
      try ground.put(all, of: ground.music)
      try ground.write([.put(FileRecord([0x61, 0x2F, 0xFF]), isNew: true)])
      try ground.write([.removeBelow(Array("a/".utf8))])
      #expect(try ground.names() == ["a", "a!", "a-b", "a0", "aa/b", "b"])
      #expect(try ground.paths(of: ground.music).count == all.count)
    }

    @Test("changes are made in the order in which they are given", arguments: Kind.allCases)
    func order(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let name = Array("a/x".utf8)
      let first = ground.file("a/x", size: 1)
      let second = ground.file("a/x", size: 2)
      try ground.write([.put(first, isNew: true), .put(second, isNew: false)])
      #expect(try ground.record("a/x")?.size == 2)
      try ground.write([.remove(name), .put(first, isNew: true)])
      #expect(try ground.record("a/x")?.size == 1)
      try ground.write([.put(second, isNew: false), .remove(name)])
      #expect(try ground.record("a/x") == nil)
      try ground.write([.put(first, isNew: true), .removeBelow(Array("a/".utf8))])
      #expect(try ground.record("a/x") == nil)
      try ground.write([
        .removeBelow(Array("a/".utf8)), .put(first, isNew: true), .put(second, isNew: true),
      ])
      #expect(try ground.record("a/x")?.size == 2)
      try ground.write(
        [
          .put(first, isNew: false), .pass(from: name, through: name), .put(second, isNew: false),
        ], generation: 8)
      #expect(try ground.record("a/x")?.size == 2)
    }

    @Test("thousands at once are no fewer", arguments: Kind.allCases)
    func many(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let names = (0..<3_000).map { "d\($0 % 7)/\($0)" }
      let changes = names.map { Change.put(ground.file($0), isNew: true) }
      // Some of them twice.
      #expect(try ground.write(changes + changes.prefix(500)) == [])
      #expect(try ground.names() == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      #expect(try ground.write(names.map { .remove(Array($0.utf8)) }) == [])
      #expect(try ground.paths() == [])
    }

    @Test("a clock that is put back does no harm", arguments: Kind.allCases)
    func clock(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let (store, photos) = (ground.store, ground.photos)
      let first = try store.begin(.startup, of: photos, at: ground.now(1_000))
      try ground.write(
        [.put(ground.file("a"), isNew: true)], at: 1_000, generation: first.generation)
      let second = try store.begin(.reconciliation, of: photos, at: ground.now(-5_000))
      #expect(second.generation > first.generation)
      try ground.write(
        [
          .pass(from: Array("a".utf8), through: Array("a".utf8)),
          .put(ground.file("b"), isNew: true),
        ], at: -5_000, generation: second.generation)
      #expect(try ground.record("a")?.generation == second.generation)
      #expect(try ground.record("b")?.generation == second.generation)
      var ended = second
      ended.state = .completed
      ended.end = ground.now(-6_000)
      ended.milliseconds = 3
      try store.note(ended)
      let last = try #require(try store.operations(of: photos, atMost: 1).first)
      #expect(last.number == second.number)
      #expect(last.milliseconds == 3)
      #expect(last.end == ground.now(-6_000))
    }
  }
}
