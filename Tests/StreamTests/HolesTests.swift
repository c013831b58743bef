import Doubles
import Testing
import Values

@testable import Stream

@Suite struct HolesTests {
  private func naive(_ holes: Set<String>, _ path: String) -> Bool {
    holes.contains { hole in
      let top = hole.hasSuffix("/") ? String(hole.dropLast()) : hole
      return top.isEmpty || path == top || path.hasPrefix(top + "/")
    }
  }

  private func path(_ dice: inout Dice) -> String {
    let parts = (0...dice.below(3)).map { _ in dice.pick(["a", "a-", "a!", "b", "a0", "aa"]) }
    return parts.joined(separator: "/") + (dice.hits(onceIn: 3) ? "/" : "")
  }

  @Test("walking in order, what lies at or below a hole is covered and nothing else")
  func ordered() {
    var dice = Dice(30)
    for _ in 0..<5_000 {
      let marks = (0..<dice.below(12)).map { _ in (path(&dice), dice.hits(onceIn: 3)) }
        .sorted { Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) }
      var holes = OrderedHoles()
      var seen: Set<String> = []
      for (path, isHole) in marks {
        if isHole {
          holes.add(Path(text: path))
          seen.insert(path)
        } else {
          let covered = withBytes(path) { holes.cover($0) }
          #expect(covered == naive(seen, path), "\(seen) \(path)")
        }
      }
    }
  }

  @Test("in any order, what lies at or below a hole is covered and nothing else")
  func unordered() {
    var dice = Dice(31)
    for _ in 0..<5_000 {
      var holes = Holes()
      var seen: Set<String> = []
      for _ in 0..<dice.below(6) {
        let hole = dice.hits(onceIn: 40) ? "" : path(&dice)
        withBytes(hole) { holes.add($0) }
        seen.insert(hole)
      }
      for _ in 0..<6 {
        let path = path(&dice)
        #expect(withBytes(path) { holes.cover($0) } == naive(seen, path), "\(seen) \(path)")
      }
    }
  }

  @Test("a hole at the root covers everything")
  func root() {
    var holes = OrderedHoles()
    holes.add(Path())
    #expect(withBytes("a/b") { holes.cover($0) } && withBytes("") { holes.cover($0) })
  }

  @Test("holes that lie behind are forgotten")
  func forgets() {
    var holes = OrderedHoles()
    for number in 100_000..<100_100 {
      holes.add(Path(text: "f\(number)"))
      _ = withBytes("f\(number)x") { holes.cover($0) }
    }
    _ = withBytes("g") { holes.cover($0) }
    #expect(holes.isEmpty)
  }
}
