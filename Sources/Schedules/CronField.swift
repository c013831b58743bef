internal import Core

/// One of the fields of an expression: which numbers it may hold, and how they are written.
struct CronField {
  let name: String
  let lowest: Int
  let highest: Int
  /// Words for the numbers, from the lowest on.
  var words: [String] = []

  static let second = CronField(name: "second", lowest: 0, highest: 59)
  static let minute = CronField(name: "minute", lowest: 0, highest: 59)
  static let hour = CronField(name: "hour", lowest: 0, highest: 23)
  static let day = CronField(name: "day", lowest: 1, highest: 31)
  static let month = CronField(
    name: "month", lowest: 1, highest: 12,
    words: [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ])
  static let weekday = CronField(
    name: "day of the week", lowest: 0, highest: 7,
    words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

  /// Every number that it may hold.
  var all: UInt64 { CronField.bits(lowest, highest, 1) }

  /// The numbers that a text such as `*/15`, `1-5`, `mon,wed` or `0-30/10` stands for.
  func set(_ text: String, of expression: String) throws(Failure) -> UInt64 {
    var set: UInt64 = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let bits = try bits(part, expression) else {
        throw CronExpression.wrong(
          expression, "\"\(text)\" is no \(name): \(lowest) to \(highest) is")
      }
      set |= bits
    }
    return set
  }

  private func bits(_ text: Substring, _ expression: String) throws(Failure) -> UInt64? {
    let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let range = halves.first else { return nil }
    var step = 1
    if halves.count == 2 {
      guard let given = CronField.digits(halves[1]), given > 0 else { return nil }
      step = given
    }
    if range == "*" || range == "?" { return CronField.bits(lowest, highest, step) }
    let ends = range.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let start = number(ends[0]) else { return nil }
    if ends.count == 1 {
      // With a step, one number stands for all from it on.
      return CronField.bits(start, halves.count == 2 ? highest : start, step)
    }
    guard var end = number(ends[1]) else { return nil }
    // Saturday to Sunday, and the like.
    if highest == 7, end == 0, start > 0 { end = 7 }
    if end < start {
      throw CronExpression.wrong(
        expression,
        "\"\(text)\" ends before it begins: \(start)-\(highest),\(lowest)-\(end) goes around")
    }
    return CronField.bits(start, end, step)
  }

  private func number(_ text: Substring) -> Int? {
    if let place = words.firstIndex(where: { $0 == text }) { return lowest + place }
    guard let number = CronField.digits(text), lowest <= number, number <= highest else {
      return nil
    }
    return number
  }

  private static func digits(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  private static func bits(_ start: Int, _ end: Int, _ step: Int) -> UInt64 {
    var bits: UInt64 = 0
    for number in stride(from: start, through: end, by: step) { bits |= 1 << UInt64(number) }
    return bits
  }
}
