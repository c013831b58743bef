import Doubles
import HTTP
import Testing

@Suite("The pace of requests") struct TempoTests {
  static let rates = [0.05, 0.5, 1, 1.5, 1.99, 2, 3.7, 10, 25, 100, 333, 1_000, 5_000]
  private static let second: Int64 = 1_000_000_000

  /// When requests go out of which there are always more, on timers that are late by so much.
  private func moments(
    _ rate: Double, seconds: Double, _ dice: inout Dice, late: (inout Dice) -> Int64
  ) -> [Int64] {
    var tempo = Tempo(rate)
    let end = Int64(seconds * 1e9)
    var now: Int64 = 5 * TempoTests.second
    var moments: [Int64] = []
    while now < end + 5 * TempoTests.second {
      let delay = tempo.delay(at: now)
      if delay > 0 {
        now += delay + late(&dice)
        continue
      }
      tempo.start(at: now, using: &dice)
      moments.append(now)
      // Nothing is done in no time at all.
      now += 1_000
    }
    return moments
  }

  /// The most within a second, its ends included.
  private func densest(_ moments: [Int64]) -> Int {
    var first = 0
    var most = 0
    for (place, moment) in moments.enumerated() {
      while moment - moments[first] > TempoTests.second { first += 1 }
      most = max(most, place - first + 1)
    }
    return most
  }

  @Test(
    "in no second are there more than the rate and one, however late the timers", arguments: rates)
  func bound(_ rate: Double) {
    var dice = Dice(UInt64(rate * 100))
    let lateness: [Int64] = [0, 1_000_000, 19_000_000, 60_000_000, 400_000_000, 2_500_000_000]
    for late in lateness {
      let moments = moments(rate, seconds: 30 + 20 / rate, &dice) { dice in
        late > 0 ? Int64.random(in: 0...late, using: &dice) : 0
      }
      #expect(densest(moments) <= Int(rate + 1), "late by up to \(late)")
    }
    // Long quiet, then all at once, over and over.
    let moments = moments(rate, seconds: 60 + 20 / rate, &dice) { dice in
      dice.hits(onceIn: 10) ? 3 * TempoTests.second : 0
    }
    #expect(densest(moments) <= Int(rate + 1))
  }

  @Test(
    "nearly the whole rate is used while there is work, on timers of this world", arguments: rates)
  func use(_ rate: Double) {
    var dice = Dice(UInt64(rate * 100) + 1)
    for late in [0, 1_200_000, 15_000_000] as [Int64] {
      let seconds = 60 + 400 / rate
      let moments = moments(rate, seconds: seconds, &dice) { dice in
        late > 0 ? Int64.random(in: 0...late, using: &dice) : 0
      }
      #expect(Double(moments.count) >= 0.95 * rate * seconds, "late by up to \(late)")
    }
  }

  @Test("the beat is not that of a clock", arguments: [0.5, 1, 1.5, 2, 10, 100])
  func jitter(_ rate: Double) throws {
    var dice = Dice(3)
    let moments = moments(rate, seconds: 200 / rate, &dice) { _ in 0 }
    let gaps = zip(moments.dropFirst(), moments).map { $0 - $1 }
    let (least, most) = (try #require(gaps.min()), try #require(gaps.max()))
    #expect(Double(most - least) > 0.3e9 / rate)
    #expect(Set(gaps).count > gaps.count / 2)
  }

  @Test("rates that make no sense do no harm")
  func nonsense() {
    var dice = Dice(4)
    for rate in [0, -1, .infinity, 1e300] as [Double] {
      var tempo = Tempo(rate)
      #expect(tempo.delay(at: 0) == 0)
      tempo.start(at: 0, using: &dice)
      #expect(tempo.delay(at: 0) >= 0)
    }
  }
}
