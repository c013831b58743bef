import Stream
import Testing
import Values

@testable import Difference

/// What one side of a small world says of a path.
private enum Word: CaseIterable { case absent, file, hole }

/// A listing of a few paths, perhaps cut off before one of them.
private struct Side3 {
  var items: [(path: String, isHole: Bool)]
  var isComplete: Bool
}

@Suite("The merge of two listings")
struct JoinTests {
  /// Paths that sort around each other's folders.
  private static let paths = ["a", "a-", "a/", "a/b", "b"]

  private static let sides: [Side3] = {
    var sides: [Side3] = []
    func extend(_ items: [(String, Bool)], _ place: Int) {
      sides.append(Side3(items: items.map { (path: $0.0, isHole: $0.1) }, isComplete: false))
      if place == paths.count {
        sides.append(Side3(items: items.map { (path: $0.0, isHole: $0.1) }, isComplete: true))
        return
      }
      for word in Word.allCases {
        switch word {
        case .absent: if place < paths.count { extendQuietly(items, place + 1) }
        case .file: if paths[place] != "a/" { extend(items + [(paths[place], false)], place + 1) }
        case .hole: extend(items + [(paths[place], true)], place + 1)
        }
      }
    }
    func extendQuietly(_ items: [(String, Bool)], _ place: Int) {
      if place == paths.count {
        sides.append(Side3(items: items.map { (path: $0.0, isHole: $0.1) }, isComplete: true))
        return
      }
      for word in Word.allCases {
        switch word {
        case .absent: extendQuietly(items, place + 1)
        case .file: if paths[place] != "a/" { extend(items + [(paths[place], false)], place + 1) }
        case .hole: extend(items + [(paths[place], true)], place + 1)
        }
      }
    }
    extendQuietly([], 0)
    return sides
  }()

  /// What the join makes of two sides, each path with its verdict.
  private func joined(_ left: Side3, _ right: Side3) -> [String] {
    var join = Join()
    var places = (0, 0)
    var out: [String] = []
    func item(_ side: Side3, _ place: Int, _ buffers: [[UInt8]]) -> Join.Item {
      guard place < side.items.count else { return .end(isComplete: side.isComplete) }
      let bytes = buffers[place].withUnsafeBytes { $0 }
      return side.items[place].isHole ? .hole(bytes) : .entry(bytes)
    }
    let lefts = left.items.map { Array($0.path.utf8) }
    let rights = right.items.map { Array($0.path.utf8) }
    while true {
      switch join.next(item(left, places.0, lefts), item(right, places.1, rights)) {
      case .done: return out
      case .both:
        out.append("both \(left.items[places.0].path)")
        places = (places.0 + 1, places.1 + 1)
      case .skipBoth:
        out.append("skip \(left.items[places.0].path)")
        places = (places.0 + 1, places.1 + 1)
      case .only(.left):
        out.append("left \(left.items[places.0].path)")
        places.0 += 1
      case .only(.right):
        out.append("right \(right.items[places.1].path)")
        places.1 += 1
      case .skip(.left):
        out.append("skip \(left.items[places.0].path)")
        places.0 += 1
      case .skip(.right):
        out.append("skip \(right.items[places.1].path)")
        places.1 += 1
      case .hole(.left): places.0 += 1
      case .hole(.right): places.1 += 1
      }
    }
  }

  /// Whether nothing is known of a path on one side, by looking at the whole side at once.
  private func isUnknown(_ path: String, on side: Side3) -> Bool {
    let covered = side.items.contains { item in
      let hole = item.path.hasSuffix("/") ? String(item.path.dropLast()) : item.path
      let comesFirst = Array(item.path.utf8).lexicographicallyPrecedes(Array(path.utf8))
      return item.isHole && (hole == path || path.hasPrefix(hole + "/"))
        && (comesFirst || item.path == path)
    }
    guard !side.isComplete else { return covered }
    let last = side.items.last.map { Array($0.path.utf8) } ?? []
    return covered || last.lexicographicallyPrecedes(Array(path.utf8))
  }

  private func expected(_ left: Side3, _ right: Side3) -> [String] {
    JoinTests.paths.compactMap { path in
      let onLeft = left.items.contains { $0.path == path && !$0.isHole }
      let onRight = right.items.contains { $0.path == path && !$0.isHole }
      if !onLeft, !onRight { return nil }
      // A file that a side names stands, unless a hole of either side covers it.
      let isDoubtful =
        (onLeft && onRight)
        ? isCovered(path, left) || isCovered(path, right)
        : onLeft
          ? isUnknown(path, on: right) || isCovered(path, left)
          : isUnknown(path, on: left) || isCovered(path, right)
      if isDoubtful { return "skip \(path)" }
      return onLeft && onRight ? "both \(path)" : onLeft ? "left \(path)" : "right \(path)"
    }
  }

  private func isCovered(_ path: String, _ side: Side3) -> Bool {
    var whole = side
    whole.isComplete = true
    return isUnknown(path, on: whole)
  }

  @Test("agrees with a look at both sides as a whole, for every pair of small listings")
  func everyPair() {
    var pairs = 0
    for left in JoinTests.sides {
      for right in JoinTests.sides {
        pairs += 1
        let found = joined(left, right)
        let wanted = expected(left, right)
        if found != wanted {
          Issue.record("\(left) against \(right): \(found), not \(wanted)")
          return
        }
      }
    }
    #expect(pairs > 50_000)
  }

  @Test("a file is never called lone on one side where the other side has a hole above it")
  func holeAbove() {
    let left = Side3(items: [("a/", true), ("b", false)], isComplete: true)
    let right = Side3(items: [("a/b", false), ("b", false), ("c", false)], isComplete: true)
    #expect(joined(left, right) == ["skip a/b", "both b", "right c"])
  }

  @Test("past the last path of an incomplete listing nothing is certain")
  func pastTheEnd() {
    let left = Side3(items: [("a", false)], isComplete: false)
    let right = Side3(items: [("0", false), ("a", false), ("b", false)], isComplete: true)
    #expect(joined(left, right) == ["right 0", "both a", "skip b"])
  }
}
