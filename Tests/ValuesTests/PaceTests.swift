import Testing

import Values

@Suite struct PaceTests {
  @Test("bytes are held back to the rate, whatever time passes between them")
  func rate() {
    var pace = Pace(1_000, at: 0)
    #expect(pace.delay(500, at: 0) == 0)
    #expect(pace.delay(500, at: 0) == 500_000_000)
    #expect(pace.delay(1_000, at: 500_000_000) == 500_000_000)
    #expect(pace.delay(1, at: 2_000_000_000) == 0)
  }

  @Test("time unused is saved up for a fifth of a second, not for longer")
  func slack() {
    var pace = Pace(1_000, at: 0)
    #expect(pace.delay(200, at: 60_000_000_000) == 0)
    #expect(pace.delay(1, at: 60_000_000_000) == 0)
    #expect(pace.delay(1_000, at: 60_000_000_000) == 1_000_000)
  }

  @Test("a rate of nothing does not divide by it")
  func zero() {
    var pace = Pace(0, at: 0)
    #expect(pace.delay(1, at: 0) == 0)
    #expect(pace.delay(1, at: 0) == 1_000_000_000)
  }
}
