import Core
import Jobs
import Testing
import Values

@Suite struct VigilTests {
  private static let second: Int64 = 1_000_000_000
  private static let hour = 3_600 * second
  private static let noon = Timestamp(seconds: 1_800_000_000)

  /// A moment so long after the beginning, where the clock on the wall may have jumped.
  private func at(_ seconds: Int64, jumped: Int64 = 0) -> Vigil.Moment {
    let elapsed = seconds * Self.second
    return Vigil.Moment(
      elapsed: elapsed, wall: Self.noon.advanced(by: elapsed + jumped * Self.second))
  }

  private func vigil(every hours: Int64 = 24) -> Vigil {
    Vigil(every: Span(nanoseconds: hours * Self.hour), from: at(0)) { _ in 0 }
  }

  @Test("it watches at once, and compares an interval after the listing of the watcher")
  func ordinary() {
    var vigil = vigil()
    #expect(vigil.note(.tick, at: at(0)) == [.watch])
    #expect(vigil.note(.tick, at: at(90_000)) == [])
    #expect(vigil.note(.listed, at: at(90_000)) == [])
    #expect(vigil.note(.tick, at: at(90_000 + 86_399)) == [])
    #expect(vigil.note(.tick, at: at(90_000 + 86_400)) == [.compare])
    #expect(vigil.note(.tick, at: at(300_000)) == [])
    #expect(vigil.note(.comparisonEnded(isWhole: true), at: at(300_000)) == [])
    #expect(vigil.note(.tick, at: at(386_399)) == [])
    #expect(vigil.note(.tick, at: at(386_400)) == [.compare])
  }

  @Test("a pipe that ends is begun anew, later and later, but never later than in some minutes")
  func falling() {
    var vigil = vigil()
    _ = vigil.note(.tick, at: at(0))
    _ = vigil.note(.listed, at: at(1))
    var now: Int64 = 10
    for wait: Int64 in [1, 2, 4, 8, 16, 32, 64, 64, 64] {
      #expect(vigil.note(.watchEnded, at: at(now)) == [])
      #expect(vigil.delay(from: at(now)) == Span(nanoseconds: wait * Self.second))
      #expect(vigil.quiet(from: at(now)) == min(wait, 60) * Self.second)
      #expect(vigil.note(.tick, at: at(now + wait - 1)) == [])
      #expect(vigil.note(.tick, at: at(now + wait)) == [.watch])
      now += wait + 1
    }
    // One that was of use is begun at once again.
    _ = vigil.note(.listed, at: at(now))
    _ = vigil.note(.watchEnded, at: at(now))
    #expect(vigil.delay(from: at(now)) == Span(nanoseconds: Self.second))
  }

  @Test("what cannot be watched is compared all the same")
  func unwatchable() {
    var vigil = vigil(every: 1)
    _ = vigil.note(.tick, at: at(0))
    #expect(vigil.note(.watchEnded, at: at(0)) == [.compare])
    #expect(vigil.note(.comparisonEnded(isWhole: false), at: at(0)) == [])
    // A comparison that failed is tried again in a minute, then in two, never after the interval.
    #expect(vigil.note(.tick, at: at(1)) == [.watch])
    #expect(vigil.note(.watchEnded, at: at(59)) == [])
    #expect(vigil.note(.tick, at: at(60)) == [.compare])
    _ = vigil.note(.comparisonEnded(isWhole: true), at: at(60))
    #expect(vigil.note(.tick, at: at(61)) == [.watch])
    _ = vigil.note(.watchEnded, at: at(62))
    #expect(vigil.note(.tick, at: at(3_659)) == [.watch])
    _ = vigil.note(.watchEnded, at: at(3_659))
    #expect(vigil.note(.tick, at: at(3_660)) == [.compare])
  }

  @Test("a comparison of somebody else, before us or meanwhile, puts ours off")
  func learning() {
    var vigil = vigil()
    vigil.learn(at(-3_600).wall, at: at(0))
    _ = vigil.note(.tick, at: at(0))
    _ = vigil.note(.watchEnded, at: at(1))
    #expect(vigil.note(.tick, at: at(80_000)) == [.watch])
    _ = vigil.note(.watchEnded, at: at(82_799))
    #expect(vigil.isDue(at(82_800)))
    vigil.learn(at(50_000).wall, at: at(82_800))
    #expect(!vigil.isDue(at(136_399)))
    #expect(vigil.isDue(at(136_400)))
    // What is older than what is known says nothing.
    vigil.learn(at(40_000).wall, at: at(100_000))
    #expect(vigil.isDue(at(136_400)))
  }

  @Test("a clock that is set back puts nothing off, one that jumps ahead costs one comparison")
  func jumps() {
    var vigil = vigil()
    _ = vigil.note(.tick, at: at(0))
    _ = vigil.note(.listed, at: at(0))
    #expect(vigil.note(.tick, at: at(86_400, jumped: -1_000_000)) == [.compare])
    _ = vigil.note(.comparisonEnded(isWhole: true), at: at(86_400, jumped: -1_000_000))
    #expect(vigil.note(.tick, at: at(86_500)) == [.compare])
    _ = vigil.note(.comparisonEnded(isWhole: true), at: at(86_500))
    #expect(vigil.note(.tick, at: at(172_899)) == [])
    // A last comparison that is still to come was made now at the latest.
    vigil = self.vigil()
    vigil.learn(at(500_000).wall, at: at(0))
    #expect(!vigil.isDue(at(86_399)) && vigil.isDue(at(86_400)))
    vigil = self.vigil()
    vigil.learn(Timestamp(seconds: .min / 2), at: at(0))
    #expect(vigil.isDue(at(0)))
  }

  @Test("who asks gets a comparison at once, or when the one at work or the listing is done")
  func asking() {
    var vigil = vigil()
    _ = vigil.note(.tick, at: at(0))
    #expect(vigil.note(.asked, at: at(1)) == [])
    #expect(vigil.note(.listed, at: at(2)) == [.compare])
    #expect(vigil.note(.asked, at: at(3)) == [])
    #expect(vigil.note(.asked, at: at(4)) == [])
    #expect(vigil.note(.comparisonEnded(isWhole: true), at: at(5)) == [.compare])
    #expect(vigil.note(.comparisonEnded(isWhole: false), at: at(6)) == [])
    #expect(vigil.note(.asked, at: at(7)) == [.compare])
  }

  @Test("told to stop it ends what goes on, once, and begins nothing more")
  func stopping() {
    var vigil = vigil()
    _ = vigil.note(.tick, at: at(0))
    _ = vigil.note(.listed, at: at(1))
    _ = vigil.note(.asked, at: at(1))
    #expect(vigil.note(.stopped, at: at(2)) == [.endWatch, .endComparison])
    #expect(vigil.note(.stopped, at: at(2)) == [])
    #expect(vigil.note(.comparisonEnded(isWhole: false), at: at(3)) == [] && !vigil.isOver)
    #expect(vigil.note(.watchEnded, at: at(3)) == [] && vigil.isOver)
    #expect(vigil.note(.asked, at: at(200_000)) == [])
    vigil = self.vigil()
    #expect(vigil.note(.stopped, at: at(0)) == [] && vigil.isOver)
  }

  @Test("whatever happens, there is one of each, and none is put off for long")
  func storm() {
    var dice = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      var vigil = Vigil(every: Span(nanoseconds: Self.hour), from: at(0)) { Int.random(in: 0..<$0) }
      var now: Int64 = 0
      var jumped: Int64 = 0
      var isWatching = false
      var isComparing = false
      var down: Int64 = 0
      for _ in 0..<2_000 {
        let quiet = vigil.quiet(from: at(now, jumped: jumped)) / Self.second + 1
        now += Int64.random(in: 0...quiet, using: &dice)
        if Int.random(in: 0..<50, using: &dice) == 0 {
          jumped = Int64.random(in: -100_000...100_000, using: &dice)
        }
        let event: Vigil.Event? =
          switch Int.random(in: 0..<12, using: &dice) {
          case 0 where isWatching: .listed
          case 1 where isWatching: .watchEnded
          case 2 where isComparing: .comparisonEnded(isWhole: true)
          case 3 where isComparing: .comparisonEnded(isWhole: false)
          case 4: .asked
          case 5...: .tick
          default: nil
          }
        guard let event else { continue }
        if event == .watchEnded { (isWatching, down) = (false, now) }
        if case .comparisonEnded = event { isComparing = false }
        for order in vigil.note(event, at: at(now, jumped: jumped)) {
          switch order {
          case .watch:
            #expect(!isWatching)
            isWatching = true
          case .compare:
            #expect(!isComparing)
            isComparing = true
          case .endWatch, .endComparison: Issue.record("nobody has asked for an end")
          }
        }
        if !isWatching { #expect(now - down <= 200) }
      }
    }
  }
}
