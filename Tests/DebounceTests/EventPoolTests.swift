import Debounce
import Testing
import Values

@Suite struct EventPoolTests {
  private static let limit = EventPool.Limit(events: 100, bytes: 1 << 20)
  private var pool = EventPool(quiet: 10, most: 50, limit: EventPoolTests.limit)

  /// An event whose line is its number, so that what comes out can be told.
  private func event(_ name: Event.Name, _ path: String, to: String? = nil, _ line: UInt8) -> Event
  {
    Event(
      name, root: Path(text: "/r"), path: Path(text: path), to: to.map { Path(text: $0) },
      line: [line])
  }

  /// What comes out when it is quiet after these, all seen at once, none of which lets others go.
  private func merged(_ events: Event...) -> [Told] {
    var pool = pool
    for event in events { #expect(pool.saw(event, at: 0) == []) }
    let told = pool.tick(at: 10)
    #expect(pool.count == 0 && pool.due() == nil)
    return told
  }

  private func at(_ path: String) -> Path { Path(text: path) }

  @Test("of two events at one path one is left, as the table says")
  func pairs() {
    let create = event(.create, "a", 1)
    let write = event(.write, "a", 1)
    let chmod = event(.chmod, "a", 1)
    let remove = event(.remove, "a", 1)
    for (held, stays) in [(create, true), (write, true), (chmod, false)] {
      #expect(merged(held, event(.create, "a", 2)) == [Told([2])])
      #expect(merged(held, event(.chmod, "a", 2)) == [Told([stays ? 1 : 2])])
      #expect(merged(held, event(.remove, "a", 2)) == [Told([2])])
    }
    #expect(merged(create, event(.write, "a", 2)) == [Told([2], as: .create)])
    #expect(merged(write, event(.write, "a", 2)) == [Told([2])])
    #expect(merged(chmod, event(.write, "a", 2)) == [Told([2])])
    #expect(merged(remove, event(.create, "a", 2)) == [Told([2])])
    #expect(merged(remove, event(.write, "a", 2)) == [Told([2])])
    #expect(merged(remove, event(.remove, "a", 2)) == [Told([2])])
  }

  @Test("a removed path of which something else is said has gone before that")
  mutating func both() {
    #expect(pool.saw(event(.remove, "a", 1), at: 0) == [])
    #expect(pool.saw(event(.chmod, "a", 2), at: 1) == [Told([1])])
    #expect(pool.saw(event(.remove, "d/", 3), at: 2) == [])
    #expect(pool.saw(event(.create, "d/", 4), at: 3) == [Told([3])])
    #expect(pool.flush() == [Told([2]), Told([4])])
  }

  @Test("each path has its own time, and none waits longer than the limit")
  mutating func times() {
    _ = pool.saw(event(.write, "a", 1), at: 0)
    _ = pool.saw(event(.write, "b", 2), at: 5)
    #expect(pool.due() == 10)
    #expect(pool.tick(at: 10) == [Told([1])])
    for moment: Int64 in stride(from: 14, through: 50, by: 9) {
      #expect(pool.saw(event(.write, "b", 3), at: moment) == [])
    }
    #expect(pool.due() == 55)
    #expect(pool.tick(at: 55) == [Told([3])])
  }

  @Test("the removal of a folder drops what is held below it, and nothing beside it")
  func subtree() {
    let told = merged(
      event(.write, "d/x", 1), event(.remove, "d/e/y", 2), event(.write, "d-", 3),
      event(.create, "d/", 4), event(.remove, "d/", 5))
    #expect(told == [Told([3]), Told([5])])
  }

  @Test("a file that is created and renamed is created under its new name, and gone at the old")
  func arrival() {
    #expect(
      merged(event(.create, "tmp", 1), event(.write, "tmp", 2), event(.rename, "tmp", to: "a", 3))
        == [Told([2], as: .create, at: at("a")), Told([3], as: .remove, at: at("tmp"))])
  }

  @Test("a file that is renamed onto one of which something is held takes its place")
  func arrivalOver() {
    let told = merged(
      event(.write, "a", 1), event(.create, "tmp", 2), event(.rename, "tmp", to: "a", 3))
    #expect(
      told == [Told([2], as: .create, at: at("a")), Told([3], as: .remove, at: at("tmp"))])
  }

  @Test("a file that arrived goes on to be written and renamed like any other")
  func arrivalAndOn() {
    let arrived = [event(.create, "t", 1), event(.rename, "t", to: "a", 2)]
    let gone = Told([2], as: .remove, at: at("t"))
    #expect(
      merged(arrived[0], arrived[1], event(.write, "a", 3)) == [gone, Told([3], as: .create)])
    #expect(merged(arrived[0], arrived[1], event(.remove, "a", 3)) == [gone, Told([3])])
    #expect(
      merged(arrived[0], arrived[1], event(.rename, "a", to: "b", 3)) == [
        gone, Told([1], as: .create, at: at("b")), Told([3], as: .remove, at: at("a")),
      ])
  }

  @Test("renames in a row are one, and what they went through is gone")
  func chain() {
    #expect(
      merged(
        event(.rename, "a", to: "b", 1), event(.rename, "b", to: "c", 2),
        event(.rename, "c", to: "d", 3)) == [
          Told([2], as: .remove, at: at("b")), Told([3], at: at("a")),
          Told([3], as: .remove, at: at("c")),
        ])
    #expect(
      merged(event(.rename, "a/", to: "b/", 1), event(.rename, "b/", to: "c/", 2)) == [
        Told([2], at: at("a/")), Told([2], as: .remove, at: at("b/")),
      ])
  }

  @Test("a rename back, and one after something else was seen, are no chain")
  mutating func noChain() {
    _ = pool.saw(event(.rename, "a", to: "b", 1), at: 0)
    #expect(pool.saw(event(.rename, "b", to: "a", 2), at: 1) == [Told([1])])
    #expect(pool.saw(event(.write, "a", 3), at: 2) == [Told([2])])
    #expect(pool.saw(event(.rename, "a", to: "b", 4), at: 3) == [Told([3])])
    #expect(pool.flush() == [Told([4])])
  }

  @Test("what is held under either path of a rename goes first, in order, and nothing else")
  mutating func firstThings() {
    for (number, path) in ["b/x", "c", "a/y", "a/", "ab"].enumerated() {
      #expect(pool.saw(event(.write, path, UInt8(number)), at: Int64(number)) == [])
    }
    let told = pool.saw(event(.rename, "a/", to: "b/", 9), at: 6)
    #expect(told == [Told([0]), Told([2]), Told([3])])
    #expect(pool.flush() == [Told([1]), Told([4]), Told([9])])
  }

  @Test("what happens under a path of a held rename lets it go first")
  mutating func afterRename() {
    for path in ["a/x", "b/x", "a/", "b/"] {
      #expect(pool.saw(event(.rename, "a/", to: "b/", 1), at: 0) == [])
      #expect(pool.saw(event(.write, path, 2), at: 1) == [Told([1])])
      #expect(pool.flush() == [Told([2])])
    }
    #expect(pool.saw(event(.rename, "d/a", to: "e", 1), at: 0) == [])
    #expect(pool.saw(event(.remove, "d/", 2), at: 1) == [Told([1])])
  }

  @Test("a folder that is renamed into itself is not held")
  mutating func knot() {
    #expect(pool.saw(event(.rename, "a", to: "a", 1), at: 0) == [Told([1])])
    #expect(pool.saw(event(.rename, "a/", to: "a/b/", 2), at: 0) == [Told([2])])
    #expect(pool.count == 0)
  }

  @Test("a file in the place of a folder, and the other way round, come after what was there")
  mutating func flip() {
    _ = pool.saw(event(.remove, "a", 1), at: 0)
    #expect(pool.saw(event(.create, "a/", 2), at: 1) == [Told([1])])
    _ = pool.saw(event(.remove, "a/", 3), at: 2)
    #expect(pool.saw(event(.create, "a", 4), at: 3) == [Told([3])])
  }

  @Test("what goes early does not overtake the removal of what was there before")
  mutating func removalAbove() {
    _ = pool.saw(event(.remove, "d/", 1), at: 0)
    _ = pool.saw(event(.entry, "d/x", 2), at: 1)
    #expect(pool.saw(event(.write, "d/x", 3), at: 2) == [Told([1]), Told([2])])
  }

  @Test("a record that passes has before it what is held at, above and below its path")
  mutating func passing() {
    for (number, path) in ["a/b/c", "a/", "a/b", "a/bc", "x"].enumerated() {
      _ = pool.saw(event(.write, path, UInt8(number)), at: Int64(number))
    }
    let place = Place(at("a/b"), below: at("/r"))
    #expect(pool.yield(to: place) == [Told([0]), Told([1]), Told([2])])
    #expect(pool.flush() == [Told([3]), Told([4])])
  }

  @Test("the same path below different roots, nested or spelled otherwise, is one path")
  func roots() {
    let one = Event(.create, root: at("/r"), path: at("s/a"), line: [1])
    let other = Event(.write, root: at("/r/s/"), path: at("a"), line: [2])
    let third = Event(.write, root: at("/s"), path: at("a"), line: [3])
    #expect(merged(one, other, third) == [Told([2], as: .create), Told([3])])
  }

  @Test("where there is no room the eldest goes early, which is remembered")
  mutating func full() {
    pool = EventPool(quiet: 10, most: 50, limit: EventPool.Limit(events: 2, bytes: 1 << 20))
    #expect(pool.saw(event(.write, "a", 1), at: 0) == [])
    #expect(pool.saw(event(.write, "b", 2), at: 1) == [])
    #expect(pool.saw(event(.write, "a", 3), at: 2) == [])
    #expect(!pool.wasFull)
    #expect(pool.saw(event(.write, "c", 4), at: 3) == [Told([2])])
    #expect(pool.wasFull)
  }

  @Test("nothing of the tree of names is left when all has gone")
  mutating func deep() {
    let path = String(repeating: "a/", count: 100_000)
    #expect(pool.saw(event(.create, path + "x", 1), at: 0) == [])
    #expect(pool.saw(event(.remove, path, 2), at: 1) == [])
    #expect(pool.flush() == [Told([2])])
  }
}
