import Doubles
import Support
import System
import Testing
import Values

/// Random happenings in a folder: whatever was told, and however late, the index is at last what a
/// fresh scan is.
@Suite struct ModelTests {
  @Test("listings, again and again", arguments: Kind.allCases, ["", "s4l-hash | "])
  func listings(_ kind: Kind, _ hash: String) throws {
    for round in 0..<3 as Range<UInt64> {
      let seed = Seed.chosen &+ round
      let yard = try Yard(kind)
      var happening = Happening(yard.root, seed: seed)
      for run in 0..<4 {
        happening.go(run == 0 ? 20 : 8)
        let outcome = yard.shell(
          "s4l-scan files | \(hash)s4l-index update --allow-empty --max-delete 100% photos")
        let difference = yard.difference()
        let place: Comment = "S4L_SEED=\(seed), run \(run): \(outcome)"
        #expect(outcome.status == 0 && difference.isEmpty, "\(difference)\(place)")
        if outcome.status != 0 || !difference.isEmpty { return }
      }
    }
  }

  struct Way: Sendable, CustomTestStringConvertible {
    var hashed = false
    var exact = false
    var testDescription: String { "\(hashed ? "hashed" : "bare"), \(exact ? "exact" : "vague")" }
  }

  static let ways = [
    Way(), Way(exact: true), Way(hashed: true), Way(hashed: true, exact: true),
  ]

  @Test("events that come late, and twice", arguments: Kind.allCases, ways)
  func events(_ kind: Kind, _ way: Way) throws {
    for round in 0..<4 as Range<UInt64> {
      let seed = Seed.chosen &+ round
      let yard = try Yard(kind)
      var happening = Happening(yard.root, seed: seed)
      happening.isExact = way.exact
      happening.go(10)
      yard.update()
      _ = happening.taken()
      for run in 0..<3 {
        happening.go(2 + 10 * run)
        let events = happening.taken()
        for time in 0..<2 {
          let outcome = yard.apply(events, hashed: way.hashed)
          let difference = yard.difference()
          let isRight = outcome.status == 0 && difference.isEmpty
          let told = events.joined(separator: "\n")
          #expect(
            isRight, "S4L_SEED=\(seed), run \(run).\(time):\n\(difference)\n\(told)\n\(outcome)")
          if !isRight { return }
        }
      }
    }
  }

  @Test("an old listing, while somebody watches", arguments: Kind.allCases)
  func both(_ kind: Kind) throws {
    for round in 0..<4 as Range<UInt64> {
      let seed = Seed.chosen &+ round
      let yard = try Yard(kind)
      var happening = Happening(yard.root, seed: seed)
      happening.isExact = round % 2 == 0
      happening.go(20)
      yard.update()
      _ = happening.taken()
      let watcher = try Yard.Watcher(yard)
      var told = 0
      for _ in 0..<3 {
        yard.shell("s4l-scan files | s4l-hash >listing")
        happening.go(12)
        let events = happening.taken()
        let half = happening.dice.below(events.count + 1)
        watcher.tell(Array(events.prefix(half)))
        let outcome = yard.shell(
          "s4l-index update --allow-empty --max-delete 100% photos <listing")
        watcher.tell(Array(events.dropFirst(half)))
        told += events.count
        #expect(outcome.status == 0, "S4L_SEED=\(seed): \(outcome)")
      }
      #expect(try watcher.end(records: told) == .exited(0))
      let difference = yard.difference()
      #expect(difference.isEmpty, "S4L_SEED=\(seed):\n\(difference)")
      if !difference.isEmpty { return }
    }
  }
}
