import Doubles
import Testing
import Values

@Suite struct TimestampTests {
  @Test("days and civil dates agree with a calendar counted day by day")
  func calendar() {
    var date = (year: Int64(-801), month: Int64(1), day: Int64(1))
    var days = Timestamp.days(year: -801, month: 1, day: 1)
    while date.year < 2_801 {
      #expect(Timestamp.civil(days: days) == date)
      #expect(Timestamp.days(year: date.year, month: date.month, day: date.day) == days)
      days += 1
      date.day += 1
      if date.day > length(of: date.month, date.year) { date = (date.year, date.month + 1, 1) }
      if date.month > 12 { date = (date.year + 1, 1, 1) }
    }
    #expect(Timestamp.days(year: 1970, month: 1, day: 1) == 0)
    #expect(Timestamp.days(year: 2_000, month: 3, day: 1) == 11_017)
  }

  private func length(of month: Int64, _ year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month) - 1]
  }

  @Test("what is written is read back, in every year there can be")
  func roundTrip() {
    var dice = Dice(3)
    let edges: [Int64] = [
      0, -1, 1, 253_402_300_799, 253_402_300_800, -62_167_219_200, -62_167_219_201, .max, .min,
      .max - 1, .min + 1, 1 << 34, -(1 << 34),
    ]
    for seconds in edges + (0..<5_000).map({ Int64(bitPattern: dice.next()) >> Int64($0 % 60) }) {
      for nanoseconds: Int32 in [0, 1, 999_999_999, 120_000_000] {
        let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(Timestamp(text: time.text) == time, "\(seconds) \(nanoseconds)")
        #expect(time.text.utf8.count <= Timestamp.longest)
      }
    }
  }

  @Test(
    "times are read as RFC 3339 has them",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0), ("1970-01-01t00:00:00z", 0, 0),
      ("2026-11-20T18:02:11.123456789Z", 1_795_197_731, 123_456_789),
      ("2026-11-20T18:02:11.5Z", 1_795_197_731, 500_000_000),
      ("2026-11-20T18:02:11.1234567891999Z", 1_795_197_731, 123_456_789),
      ("2026-11-20T19:02:11+01:00", 1_795_197_731, 0),
      ("2026-11-20T12:32:11-05:30", 1_795_197_731, 0),
      ("1970-01-01T00:00:00-00:00", 0, 0), ("1969-12-31T23:59:59.25Z", -1, 250_000_000),
      ("2000-02-29T00:00:00Z", 951_782_400, 0), ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
      ("0000-01-01T00:00:00Z", -62_167_219_200, 0), ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
      ("+000000010000-01-01T00:00:00Z", 253_402_300_800, 0),
    ])
  func reading(text: String, seconds: Int64, nanoseconds: Int32) {
    #expect(Timestamp(text: text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "Z", "2026", "2026-11-20", "2026-11-20T18:02:11", "2026-11-20 18:02:11Z",
      "2026-13-20T18:02:11Z", "2026-00-20T18:02:11Z", "2026-11-00T18:02:11Z",
      "2026-11-31T18:02:11Z", "2026-02-29T18:02:11Z", "1900-02-29T00:00:00Z",
      "2026-11-20T24:00:00Z", "2026-11-20T18:60:11Z", "2026-11-20T18:02:61Z",
      "2026-11-20T18:02:11.Z", "2026-11-20T18:02:11ZZ", "2026-11-20T18:02:11Z ",
      "2026-11-20T18:02:11+24:00", "2026-11-20T18:02:11+01:60", "2026-11-20T18:02:11+0100",
      "2026-1-20T18:02:11Z", "+2026-11-20T18:02:11Z", "2026-11-20T18:02:11,5Z",
      "+999999999999-01-01T00:00:00Z", "-999999999999-01-01T00:00:00Z",
      "+292277026597-01-01T00:00:00Z", "\u{FF12}026-11-20T18:02:11Z",
    ])
  func refusals(text: String) {
    #expect(Timestamp(text: text) == nil)
  }

  @Test("moving a time forth and back leads nowhere, and the order follows")
  func moving() {
    var dice = Dice(4)
    for _ in 0..<2_000 {
      let time = Timestamp(
        seconds: Int64(dice.below(1 << 40)) - 1 << 39, nanoseconds: Int32(dice.below(1_000_000_000))
      )
      let step = Int64(bitPattern: dice.next()) >> Int64(dice.below(50) + 2)
      let moved = time.advanced(by: step)
      #expect(moved.advanced(by: -step) == time)
      #expect((0..<1_000_000_000).contains(moved.nanoseconds))
      #expect((time < moved) == (step > 0))
      #expect(time.isNear(moved, within: abs(step)) && moved.isNear(time, within: abs(step)))
      #expect(step == 0 || !time.isNear(moved, within: abs(step) - 1))
    }
  }
}
