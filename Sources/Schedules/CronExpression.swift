package import Core
internal import Values

/// When something is due, as crontabs say it: minute, hour, day of the month, month and day of the
/// week, with seconds before them if there are six fields.
///
/// Every field is a set of numbers; a moment is due when each part of its local reading is in the
/// set. The two kinds of day are the exception that cron has always made: where both leave days
/// out, either will do.
package struct CronExpression: Hashable, Sendable {
  let seconds: UInt64
  let minutes: UInt64
  let hours: UInt64
  let days: UInt64
  let months: UInt64
  let weekdays: UInt64
  package let text: String

  private static let names = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
  ]

  package init(_ text: String) throws(Failure) {
    self.text = text
    let lower = text.lowercased()
    let words = lower.utf8.first == UInt8(ascii: "@") ? CronExpression.names[lower] : lower
    guard let words else {
      throw CronExpression.wrong(
        text, "it is none of " + CronExpression.names.keys.sorted().joined(separator: ", "))
    }
    var parts = words.split { $0 == " " || $0 == "\t" }.map { String($0) }
    if parts.count == 5 { parts.insert("0", at: 0) }
    guard parts.count == 6 else {
      throw CronExpression.wrong(text, "it has \(parts.count) fields, and should have 5 or 6")
    }
    seconds = try CronField.second.set(parts[0], of: text)
    minutes = try CronField.minute.set(parts[1], of: text)
    hours = try CronField.hour.set(parts[2], of: text)
    days = try CronField.day.set(parts[3], of: text)
    months = try CronField.month.set(parts[4], of: text)
    let weekdays = try CronField.weekday.set(parts[5], of: text)
    // Sunday has two numbers.
    self.weekdays = (weekdays | weekdays >> 7) & 0x7F
    guard isPossible else { throw CronExpression.wrong(text, "no such day ever comes") }
  }

  static func wrong(_ text: String, _ reason: String) -> Failure {
    Failure(.usage, text, reason)
  }

  /// Whether it follows the hours as they pass, whatever the clocks show.
  var isHourly: Bool { hours == CronField.hour.all }

  var leavesDaysOut: Bool { days != CronField.day.all }
  var leavesWeekdaysOut: Bool { weekdays != 0x7F }

  /// Whether any of its months has any of its days.
  private var isPossible: Bool {
    if leavesWeekdaysOut || !leavesDaysOut { return true }
    return (1...12).contains { month in
      months >> UInt64(month) & 1 == 1 && days & CronExpression.daysOf(month, isLeap: true) != 0
    }
  }

  /// The days that a month has.
  static func daysOf(_ month: Int, isLeap: Bool) -> UInt64 {
    let count = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    return (1 << UInt64(count + 1)) - 2
  }
}
