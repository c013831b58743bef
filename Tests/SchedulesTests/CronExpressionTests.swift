import Core
import Schedules
import Support
import Testing
import Values

@Suite struct CronExpressionTests {
  private func next(
    _ text: String, _ from: String, _ zone: Zone = .utc, _ count: Int = 1
  ) throws -> [String] {
    let expression = try CronExpression(text)
    var moment = try #require(Timestamp(text: from)).seconds
    var times: [String] = []
    while times.count < count, let next = expression.next(after: moment, in: zone) {
      times.append(Timestamp(seconds: next).text)
      moment = next
    }
    return times
  }

  private func zone(_ name: String) throws -> Zone { try .named(name, Environment([:])) }

  @Test("five fields begin with the minute, six with the second")
  func fields() throws {
    let from = "2026-11-28T09:00:00Z"
    #expect(try next("*/15 * * * *", from) == ["2026-11-28T09:15:00Z"])
    #expect(try next("0 */15 * * * *", from) == ["2026-11-28T09:15:00Z"])
    #expect(try next("30 */15 * * * *", from) == ["2026-11-28T09:00:30Z"])
    #expect(try next("0 0 2 * * MON", from) == ["2026-11-30T02:00:00Z"])
    #expect(try next("0 0 2 * * Sun", from) == ["2026-11-29T02:00:00Z"])
    #expect(try next("@daily", from) == ["2026-11-29T00:00:00Z"])
    #expect(try next("@yearly", from) == ["2027-01-01T00:00:00Z"])
    #expect(try next("0 12 29 feb *", from) == ["2028-02-29T12:00:00Z"])
    #expect(try next("5/20 9 * * *", from, .utc, 3).last == "2026-11-28T09:45:00Z")
    #expect(try next("0 0 * * sat-sun", from, .utc, 2).last == "2026-12-05T00:00:00Z")
  }

  @Test("a day of the month or of the week will do, where both leave days out")
  func days() throws {
    let from = "2026-11-28T09:00:00Z"
    let times = try next("0 0 13 * fri", from, .utc, 4)
    #expect(
      times == [
        "2026-12-04T00:00:00Z", "2026-12-11T00:00:00Z", "2026-12-13T00:00:00Z",
        "2026-12-18T00:00:00Z",
      ])
    #expect(try next("0 0 13 * *", from) == ["2026-12-13T00:00:00Z"])
    #expect(try next("0 0 30 2 mon", from) == ["2027-02-01T00:00:00Z"])
  }

  @Test("what is no expression says why")
  func wrong() {
    let cases = [
      ("* * * *", "it has 4 fields, and should have 5 or 6"),
      ("60 * * * *", "\"60\" is no minute: 0 to 59 is"),
      ("* 24 * * *", "\"24\" is no hour: 0 to 23 is"),
      ("* * 0 * *", "\"0\" is no day: 1 to 31 is"),
      ("* * * foo *", "\"foo\" is no month: 1 to 12 is"),
      ("*/0 * * * *", "\"*/0\" is no minute: 0 to 59 is"),
      ("* * * * 8", "\"8\" is no day of the week: 0 to 7 is"),
      ("1,,2 * * * *", "\"1,,2\" is no minute: 0 to 59 is"),
      ("* 22-2 * * *", "\"22-2\" ends before it begins: 22-23,0-2 goes around"),
      ("0 0 30 2 *", "no such day ever comes"),
    ]
    for (text, reason) in cases {
      #expect { try CronExpression(text) } throws: { ($0 as? Failure)?.reason == reason }
    }
    #expect(throws: Failure.self) { try CronExpression("@reboot") }
    #expect(throws: Failure.self) { try CronExpression("") }
  }

  @Test("what falls into an hour that is left out comes right after it, once")
  func forward() throws {
    let berlin = try zone("Europe/Berlin")
    let times = try next("10,30 2 * * *", "2026-03-28T12:00:00Z", berlin, 3)
    #expect(
      times == ["2026-03-29T01:00:00Z", "2026-03-30T00:10:00Z", "2026-03-30T00:30:00Z"])
  }

  @Test("an hour that is shown twice counts the first time, and for what comes hourly twice")
  func back() throws {
    let berlin = try zone("Europe/Berlin")
    let from = "2026-10-24T22:30:00Z"
    #expect(
      try next("30 2 * * *", from, berlin, 2) == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"])
    #expect(
      try next("30 * * * *", from, berlin, 4) == [
        "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
        "2026-10-25T02:30:00Z",
      ])
    // Asked in the second of the two hours.
    #expect(try next("45 2 * * *", "2026-10-25T01:10:00Z", berlin) == ["2026-10-26T01:45:00Z"])
  }

  @Test(
    "a zone that is not there, or lies elsewhere, is none", arguments: ["Mars/Base", "../x", ""])
  func unknown(name: String) {
    #expect { try zone(name) } throws: { ($0 as? Failure)?.kind == .usage }
  }

  @Test("a file that is no zone is refused, wherever it is cut off")
  func cut() throws {
    let file = try #require(House.read(Path(text: "/usr/share/zoneinfo/Europe/Berlin")))
    for count in 0..<file.count - 1 {
      #expect(Zone(name: "cut", file: Array(file.prefix(count))) == nil, "\(count)")
    }
    #expect(Zone(name: "whole", file: file) != nil)
  }
}
