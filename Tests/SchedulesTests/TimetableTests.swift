import Core
import Testing
import Values

@testable import Schedules

@Suite struct TimetableTests {
  private static let start: Int64 = 1_700_000_000

  private func cron(_ text: String, catchesUp: Bool = true) throws -> Schedule {
    Schedule(.cron(try CronExpression(text)), catchesUp: catchesUp)
  }

  private func every(_ seconds: Int64, catchesUp: Bool = true) -> Schedule {
    Schedule(.every(seconds), catchesUp: catchesUp)
  }

  /// One job, and what it is due for at each of some moments.
  private func run(
    _ schedule: Schedule, last: Int64? = nil, from now: Int64, at moments: [Int64]
  ) -> [[Int64]] {
    var table = Timetable([("a", schedule)], last.map { ["a": $0] } ?? [:], at: now)
    return moments.map { table.due(at: $0).map(\.moment) }
  }

  @Test("an interval is due at once, then from moment to moment, however late one looks")
  func interval() {
    let start = TimetableTests.start
    #expect(
      run(every(10), from: start, at: [start, start + 9, start + 10, start + 23, start + 30])
        == [[start], [], [start + 10], [start + 20], [start + 30]])
    // What it was last due for is remembered.
    #expect(
      run(every(10), last: start - 4, from: start, at: [start, start + 5, start + 6])
        == [[], [], [start + 6]])
  }

  @Test("moments that passed while nobody looked are made up for once, or not at all")
  func missed() throws {
    let start = TimetableTests.start
    let day: Int64 = 86_400
    for schedule in [every(600), try cron("*/10 * * * *")] {
      var table = Timetable([("a", schedule)], ["a": start - day], at: start)
      let due = table.due(at: start)
      #expect(due.count == 1 && due[0].isLate)
      #expect(table.due(at: start + 1).isEmpty)
      #expect((table.next ?? 0) > start && (table.next ?? 0) <= start + 600)
    }
    for schedule in [every(600, catchesUp: false), try cron("*/10 * * * *", catchesUp: false)] {
      var table = Timetable([("a", schedule)], ["a": start - day], at: start)
      #expect(table.due(at: start).isEmpty)
      // Asleep for an hour: nothing is made up for, and it goes on.
      #expect(table.due(at: start + 3_655).isEmpty)
      let next = try #require(table.next)
      #expect(table.due(at: next).map(\.isLate) == [false])
    }
  }

  @Test("a clock that is set back repeats nothing, and one that was wrong is not believed")
  func back() throws {
    let start: Int64 = 1_699_999_200
    let hourly = try cron("0 * * * *")
    var table = Timetable([("a", hourly)], [:], at: start)
    #expect(table.due(at: start + 3_600).map(\.moment) == [start + 3_600])
    // By an hour: that moment comes again, and is not due again.
    #expect(table.due(at: start + 100).isEmpty)
    #expect(table.due(at: start + 3_600).isEmpty)
    #expect(table.due(at: start + 7_200).map(\.moment) == [start + 7_200])
    // By ten years: it goes on from there.
    let past = start - 315_360_000
    #expect(table.due(at: past).isEmpty)
    #expect((table.next ?? .max) <= past + 3_600)
    // An interval never waits longer than it is long.
    var other = Timetable([("a", every(600))], [:], at: start)
    #expect(other.due(at: start).count == 1)
    #expect(other.due(at: past).isEmpty)
    #expect(other.next == past + 600)
    // Nor does what is remembered from a time that has not come.
    #expect(run(every(600), last: start + 315_360_000, from: start, at: [start]) == [[start]])
    #expect(run(every(600), last: start + 60, from: start, at: [start + 660]) == [[start + 660]])
  }

  @Test("what is manual is never due")
  func manual() {
    #expect(Timetable([("a", Schedule(.manual))], [:], at: 0).next == nil)
  }

  @Test("a thousand jobs, for a week, are due as often as they should, in order")
  func week() throws {
    let start = TimetableTests.start
    let week: Int64 = 7 * 86_400
    var jobs: [(id: String, schedule: Schedule)] = []
    for number in 0..<1_000 {
      let schedule =
        number % 2 == 0
        ? every(Int64(600 + number)) : try cron("\(number % 60) */\(1 + number % 12) * * *")
      jobs.append(("\(number)", schedule))
    }
    var table = Timetable(jobs, [:], at: start)
    var counts: [String: Int64] = [:]
    var latest = start
    while let next = table.next, next < start + week {
      #expect(next >= latest)
      latest = next
      for due in table.due(at: next) {
        #expect(due.moment == next && !due.isLate)
        counts[due.id, default: 0] += 1
      }
    }
    for (id, schedule) in jobs {
      guard case .cron(let expression) = schedule.rhythm else {
        guard case .every(let seconds) = schedule.rhythm else { continue }
        #expect(counts[id] == (week + seconds - 1) / seconds, "\(id)")
        continue
      }
      var moment = expression.next(after: start, in: .utc)
      var count: Int64 = 0
      while let found = moment, found < start + week {
        count += 1
        moment = expression.next(after: found, in: .utc)
      }
      #expect(counts[id] == count, "\(id) \(expression.text)")
    }
  }

  @Test("what is configured is read, and what is wrong with it told by its key")
  func configured() throws {
    func schedule(_ entries: [String: String]) throws -> Schedule {
      var group = Configuration.Group(
        "sync_jobs", name: "a", label: "sync_jobs.a", origin: .standard)
      for (key, value) in entries {
        group.entries["schedule." + key] = .init(.text(value), .standard)
      }
      return try Schedule(group, Environment(["TZ": "Asia/Tokyo"]))
    }
    #expect(try schedule([:]).rhythm == .manual)
    #expect(try schedule(["type": "interval", "interval": "1h30m"]).rhythm == .every(5_400))
    let daily = try schedule(["type": "cron", "expression": "0 0 * * *", "missed": "skip"])
    #expect(daily.zone.name == "Asia/Tokyo" && !daily.catchesUp)
    // Midnight there.
    #expect(daily.next(after: 1_700_000_000) == 1_700_060_400)
    for (wrong, key) in [
      (["type": "interval", "interval": "10ms"], "interval"),
      (["type": "cron", "expression": "61 * * * *"], "expression"),
      (["type": "cron", "expression": "@daily", "time_zone": "Mars/Base"], "time_zone"),
    ] {
      do {
        _ = try schedule(wrong)
        Issue.record("it was taken")
      } catch let failure as Failure {
        #expect(failure.kind == .config && failure.subject == "sync_jobs.a.schedule.\(key)")
      }
    }
  }
}
