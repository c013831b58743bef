import Testing

import Values

@Suite struct AllowanceTests {
  private let second: Int64 = 1_000_000_000

  @Test("what was used is paid for by time, in proportion")
  func proportion() {
    let tenth = Allowance(percent: 10)
    #expect(tenth.paid(0, adding: second, at: 0) == 10 * second)
    #expect(tenth.paid(10 * second, adding: second, at: 3 * second) == 20 * second)
    #expect(Allowance(percent: 100).paid(0, adding: second, at: 0) == second)
    #expect(Allowance(percent: 0).cost(1) == 100)
    #expect(tenth.cost(.max) > 0 && tenth.cost(-5) == 0)
  }

  @Test("time unused is saved up for a fifth of a second, not for longer")
  func slack() {
    let half = Allowance(percent: 50)
    #expect(half.paid(0, adding: 0, at: 60 * second) == 60 * second - second / 5)
    #expect(half.paid(0, adding: second, at: 60 * second) == 62 * second - second / 5)
  }

  @Test("workers that rest when they are told to stay within it together, whatever they do")
  func together() {
    var dice = SystemRandomNumberGenerator()
    for percent in [1, 10, 50, 100] {
      let allowance = Allowance(percent: percent)
      var paid: Int64 = 0
      var used: Int64 = 0
      // When each of three is ready again.
      var ready: [Int64] = [0, 0, 0]
      for _ in 0..<1_000 {
        let worker = ready.indices.min { ready[$0] < ready[$1] } ?? 0
        let work = Int64.random(in: 0...second / 50, using: &dice)
        let now = ready[worker] + work + Int64.random(in: 0...second, using: &dice) / 10
        used += work
        paid = allowance.paid(paid, adding: work, at: now)
        ready[worker] = max(now, paid)
      }
      let end = ready.max() ?? 0
      #expect(used * 100 <= end * Int64(percent))
      // And they do not rest for nothing: with one percent nobody waits for anything else.
      if percent == 1 { #expect(used * 100 > end * 99 / 100) }
    }
  }
}
