/// The hours of the day within which something may be done: `22:00-06:00`, or several such ranges
/// with commas between. A range whose end lies before its start goes over midnight.
package struct Hours: Hashable, Sendable {
  /// From a second of the day to another, which does not belong to it any more.
  private struct Range: Hashable, Sendable {
    var start: Int
    var end: Int

    func contains(_ second: Int) -> Bool {
      start < end ? start <= second && second < end : start <= second || second < end
    }
  }

  package static let noun = "hours of the day such as 22:00-06:00 or 00:00-07:00,12:00-13:30"
  private static let day = 86_400

  private let ranges: [Range]
  package let text: String

  package init?(text: String) {
    var ranges: [Range] = []
    for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
      guard ends.count == 2, let start = Hours.second(ends[0]), let end = Hours.second(ends[1]),
        start < Hours.day, start != end
      else { return nil }
      ranges.append(Range(start: start, end: end))
    }
    self.ranges = ranges
    self.text = text
  }

  /// The second of the day that `7:05` or `07:05` names; `24:00` is its end.
  private static func second(_ text: Substring.UTF8View) -> Int? {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      parts.joined().allSatisfy({ (48...57).contains($0) }),
      let hour = Int(Substring(parts[0])), let minute = Int(Substring(parts[1])), minute < 60,
      hour < 24 || hour == 24 && minute == 0
    else { return nil }
    return hour * 3_600 + minute * 60
  }

  /// How many seconds it is from a second of the day until it may be done; 0 if it may at once.
  package func rest(at second: Int) -> Int {
    if ranges.contains(where: { $0.contains(second) }) { return 0 }
    let rests = ranges.map { ($0.start - second + Hours.day) % Hours.day }
    return rests.min() ?? 0
  }

  /// A second of the day as people write it, `06:30`.
  package static func clock(_ second: Int) -> String {
    let minute = second / 60 % (24 * 60)
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return two(minute / 60) + ":" + two(minute % 60)
  }
}
