/// A moment in UTC to the nanosecond, as file systems keep it.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var seconds: Int64
  package var nanoseconds: Int32

  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  @inlinable
  package static func < (one: Timestamp, other: Timestamp) -> Bool {
    one.seconds != other.seconds
      ? one.seconds < other.seconds : one.nanoseconds < other.nanoseconds
  }

  /// This moment moved by a number of nanoseconds.
  package func advanced(by nanoseconds: Int64) -> Timestamp {
    let sum = Int64(self.nanoseconds) + nanoseconds % 1_000_000_000
    let carry = sum < 0 ? -1 : sum >= 1_000_000_000 ? 1 : 0
    return Timestamp(
      seconds: seconds &+ nanoseconds / 1_000_000_000 &+ Int64(carry),
      nanoseconds: Int32(sum - Int64(carry) * 1_000_000_000))
  }

  /// Whether the two lie at most `window` nanoseconds apart.
  package func isNear(_ other: Timestamp, within window: Int64) -> Bool {
    if self == other { return true }
    let later = max(self, other)
    let earlier = min(self, other)
    return later <= earlier.advanced(by: window)
  }
}

extension Timestamp {
  /// Days since 1970-01-01 of a civil date in the Gregorian calendar, for every year.
  package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The civil date that lies this many days after 1970-01-01.
  package static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
