import Core
import Index
import System
import Testing
import Values

/// What everything that remembers files has to do alike. Each of the suites inside has one part.
@Suite("Every index") struct ConformanceTests {
  @Suite("remembers files") struct RecordTests {
    @Test("a record comes out as it was put in", arguments: Kind.allCases)
    func whole(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let hash = String(repeating: "0a", count: 32)
      var full = ground.file("2024/a.jpg", size: 48_213, hash: hash)
      full.time = Timestamp(seconds: 1_790_000_000, nanoseconds: 999_999_999)
      #expect(try ground.write([.put(full, isNew: true)], at: 5, generation: 3) == [])
      full.scanned = ground.now(5)
      full.created = ground.now(5)
      full.updated = ground.now(5)
      full.generation = 3
      #expect(try ground.record("2024/a.jpg") == full)
      #expect(
        try ground.store.page(of: ground.photos, after: nil, within: [], atMost: 2) == [full])
    }

    @Test("sizes and times may be anything that a file can have", arguments: Kind.allCases)
    func extremes(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let times = [
        Timestamp(seconds: 0), Timestamp(seconds: -1, nanoseconds: 999_999_999),
        Timestamp(seconds: -2_147_483_648), Timestamp(seconds: 4_294_967_296, nanoseconds: 1),
        // Years 1700, 2262 and a little before.
        Timestamp(seconds: -8_520_336_000), Timestamp(seconds: 9_214_646_400, nanoseconds: 7),
      ]
      for (place, time) in times.enumerated() {
        for size in [0, 1, 4_294_967_296, .max] {
          var file = ground.file("\(place)-\(size)", size: size)
          file.time = time
          #expect(try ground.write([.put(file, isNew: true)]) == [])
          let found = try ground.record("\(place)-\(size)")
          #expect(found?.time == time)
          #expect(found?.size == size)
        }
      }
    }

    @Test("names are bytes, and in the order of bytes", arguments: Kind.allCases)
    func names(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let files = Odd.names.enumerated().map { place, name in
        FileRecord(path: name, size: place, time: Timestamp(seconds: Int64(place)))
      }
      #expect(try ground.write(files.map { .put($0, isNew: true) }) == [])
      for count in [1, 2, 7, 1_000] { #expect(try ground.paths(by: count) == Odd.sorted) }
      for (place, name) in Odd.names.enumerated() {
        let found = try ground.store.record(name, of: ground.photos)
        #expect(found?.path == name)
        #expect(found?.size == place)
      }
      for name in Odd.names { try ground.write([.remove(name)]) }
      #expect(try ground.paths() == [])
    }

    @Test("the names below a folder are those, and no others", arguments: Kind.allCases)
    func within(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let below: [[UInt8]] = [
        Array("a/".utf8) + [0], Array("a/ ".utf8), Array("a/b/c".utf8), Array("a/é".utf8),
        Array("a/".utf8) + [0xFF],
      ].filter { !$0.contains(0) }
      let others = ["a", "a-b", "a!", "a.", "a0", "aa/b", "A/b", "b"].map { Array($0.utf8) }
      try ground.write((below + others).map { .put(FileRecord($0), isNew: true) })
      for count in [1, 2, 100] {
        #expect(try ground.paths(within: "a/", by: count) == below)
      }
      #expect(try ground.paths(within: "c/") == [])
    }

    @Test("a name as long as the system allows does not stop the others", arguments: Kind.allCases)
    func long(_ kind: Kind) throws {
      let ground = try Ground(kind)
      let name = [UInt8](repeating: 0x78, count: 250) + [Path.slash]
      for noise in [false, true] {
        // What is random cannot be made shorter by whoever keeps it.
        let long = (0..<16).flatMap { part in
          noise ? name.map { $0 == Path.slash ? $0 : UInt8.random(in: 48...126) } : name
        }.dropLast()
        let other = "after \(noise)"
        let flaws = try ground.write([
          .put(FileRecord(Array(long)), isNew: true), .put(ground.file(other), isNew: true),
        ])
        let found = try ground.store.record(Array(long), of: ground.photos)
        #expect(flaws.map(\.path) == (found == nil ? [Array(long)] : []))
        #expect(try ground.record(other) != nil)
      }
    }

    @Test("totals are those of one repository", arguments: Kind.allCases)
    func totals(_ kind: Kind) throws {
      let ground = try Ground(kind)
      try ground.store.add(ground.music, at: ground.start)
      #expect(try ground.store.totals(of: ground.photos) == (0, 0))
      let files = [0, 5, 1 << 40].map { ground.file("\($0)", size: $0) }
      try ground.write(files.map { .put($0, isNew: true) })
      try ground.write([.put(ground.file("x", size: 9), isNew: true)], of: ground.music)
      #expect(try ground.store.totals(of: ground.photos) == (3, 5 + 1 << 40))
      #expect(try ground.store.totals(of: ground.music) == (1, 9))
    }

    @Test("what is not there answers nothing", arguments: Kind.allCases)
    func nothing(_ kind: Kind) throws {
      let ground = try Ground(kind)
      #expect(try ground.record("x") == nil)
      #expect(try ground.paths() == [])
      #expect(try ground.write([]) == [])
      #expect(try ground.write([.remove(Array("x".utf8))]) == [])
      #expect(try ground.write([.removeBelow(Array("x/".utf8))]) == [])
      #expect(try ground.write([.pass(from: Array("a".utf8), through: Array("z".utf8))]) == [])
      #expect(try ground.store.operations(of: ground.photos, atMost: 10) == [])
      #expect(try ground.store.repository("x") == nil)
      #expect(!ground.store.name.isEmpty)
    }
  }
}

extension FileRecord {
  init(_ path: [UInt8]) {
    self.init(path: path, size: 1, time: Timestamp(seconds: 1))
  }
}
