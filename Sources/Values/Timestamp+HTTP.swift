/// The dates of HTTP.
extension Timestamp {
  /// Reads the one form that servers may send: `Sun, 06 Nov 1994 08:49:37 GMT`.
  package init?(httpDate text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[0].utf8.count == 4, parts[5] == "GMT",
      let month = Timestamp.months.firstIndex(where: { $0 == parts[2] })
    else { return nil }
    let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
    self.init(text: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
  }

  /// The moment in that form, without its part of a second.
  package var httpDate: String {
    let days = (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400
    let ofDay = seconds - days * 86_400
    let (year, month, day) = Timestamp.civil(days: days)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let weekday = Timestamp.weekdays[Int(((days + 4) % 7 + 7) % 7)]
    let clock = [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map(two).joined(separator: ":")
    let years = String(repeating: "0", count: max(4 - "\(year)".count, 0)) + "\(year)"
    return "\(weekday), \(two(day)) \(Timestamp.months[Int(month) - 1]) \(years) \(clock) GMT"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
