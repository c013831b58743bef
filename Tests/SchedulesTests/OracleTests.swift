import Core
import Doubles
import Schedules
import Support
import Testing

/// Held against somebody else's library of cron expressions, and somebody else's time zones.
@Suite struct OracleTests {
  private let oracle = Server(python: "cron_oracle.py")

  private func numbers(_ question: [String: any Sendable], _ member: String) throws -> [Int64] {
    let answer = try oracle.ask(question)[member] as? [Int]
    return try #require(answer).map(Int64.init)
  }

  private func times(
    _ expression: CronExpression, _ zone: Zone, from start: Int64, _ count: Int
  ) -> [Int64] {
    var times: [Int64] = []
    var moment = start
    while times.count < count, let next = expression.next(after: moment, in: zone) {
      times.append(next)
      moment = next
    }
    return times
  }

  @Test("zones are ahead of UTC as they are for others, at every time")
  func zones() throws {
    var dice = Dice(11)
    for name in OracleTests.names {
      let zone = try Zone.named(name, Environment([:]))
      // From 1890 to 2200.
      let moments = (0..<400).map { _ in dice.below(9_782_000_000) - 2_524_521_600 }
      let offsets = try numbers(["zone": name, "moments": moments], "offsets")
      for (moment, offset) in zip(moments, offsets) {
        #expect(zone.offset(at: Int64(moment)) == offset, "\(name) at \(moment)")
      }
    }
  }

  @Test("thousands of expressions are due when others say", arguments: [1, 2, 3, 4])
  func random(seed: UInt64) throws {
    var dice = Dice(seed)
    for _ in 0..<500 {
      let text = OracleTests.expression(&dice, hourly: true)
      let start = Int64(dice.below(3_000_000_000))
      try compare(text, "UTC", start)
    }
  }

  @Test("they are also where clocks are set forward and back", arguments: [5, 6])
  func summers(seed: UInt64) throws {
    var dice = Dice(seed)
    for _ in 0..<200 {
      let text = OracleTests.expression(&dice, hourly: false)
      let name = dice.pick(OracleTests.names)
      let start = 1_600_000_000 + Int64(dice.below(1_500_000_000))
      try compare(text, name, start)
    }
  }

  private func compare(_ text: String, _ name: String, _ start: Int64) throws {
    let expression: CronExpression
    do throws(Failure) { expression = try CronExpression(text) } catch {
      #expect(error.reason == "no such day ever comes")
      return
    }
    let zone = try Zone.named(name, Environment([:]))
    let expected = try numbers(
      ["expression": text, "zone": name, "from": Int(start), "count": 3], "times")
    #expect(times(expression, zone, from: start, 3) == expected, "\(text) in \(name) from \(start)")
  }

  private static let names = [
    "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo",
    "Asia/Shanghai", "Asia/Kolkata", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia",
    "Pacific/Chatham", "Africa/Casablanca", "Europe/Dublin", "America/St_Johns",
    "Antarctica/Troll", "America/Nuuk",
  ]

  /// What the other library reads in ways of its own is left out: a range of one number, which is
  /// all of them to it, days that are all there are without saying so by a star, and days in steps,
  /// of which it misses the first of March.
  private static func expression(_ dice: inout Dice, hourly: Bool) -> String {
    func field(_ lowest: Int, _ highest: Int, star: Int, parts: Int = 3) -> String {
      if dice.below(100) < star { return "*" }
      func part() -> String {
        let one = lowest + dice.below(highest - lowest - 1)
        let other = one + 1 + dice.below(highest - one - 1)
        let step = 2 + dice.below((highest - lowest) / 2)
        switch dice.below(5) {
        case 0: return "\(one)-\(other)"
        case 1: return other - one > step ? "\(one)-\(other)/\(step)" : "\(other)"
        case 2 where highest < 31 || highest > 40: return "*/\(step)"
        default: return "\(one)"
        }
      }
      return (0...dice.below(parts)).map { _ in part() }.joined(separator: ",")
    }
    // Hours that leave none out go by real time, which the other library does not.
    let hours = hourly ? field(0, 23, star: 30) : "\(dice.below(4))"
    let rest = [
      field(0, 59, star: 20), hours, field(1, 31, star: 60, parts: 1), field(1, 12, star: 60),
      field(0, 6, star: 60, parts: 1),
    ]
    let seconds = dice.below(3) == 0 ? [field(0, 59, star: 10)] : []
    return (seconds + rest).joined(separator: " ")
  }
}
