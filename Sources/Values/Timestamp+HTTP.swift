/// The dates of HTTP.
extension Timestamp {
  /// Reads the one form that servers may send: `Sun, 06 Nov 1994 08:49:37 GMT`.
  package init?(httpDate text: String) {
    var text = text
    guard let moment = text.withUTF8({ Timestamp(httpDate: UnsafeRawBufferPointer($0)) }) else {
      return nil
    }
    self = moment
  }

  package init?(httpDate text: UnsafeRawBufferPointer) {
    guard text.count == 29, text[3] == UInt8(ascii: ","), text[4] == 32, text[7] == 32,
      text[11] == 32, text[16] == 32, text[25] == 32,
      Timestamp.letters(text, 26) == Timestamp.zone,
      let month = Timestamp.monthLetters.firstIndex(of: Timestamp.letters(text, 8))
    else { return nil }
    let moment = withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { out in
      out.copyBytes(from: "0000-00-00T00:00:00Z".utf8)
      for place in 0..<4 { out[place] = text[12 + place] }
      out[5] += UInt8((month + 1) / 10)
      out[6] += UInt8((month + 1) % 10)
      for place in 0..<2 { out[8 + place] = text[5 + place] }
      for place in 0..<8 { out[11 + place] = text[17 + place] }
      return Timestamp(UnsafeRawBufferPointer(out))
    }
    guard let moment else { return nil }
    self = moment
  }

  /// Three letters as one number, to be compared at once.
  @inline(__always)
  private static func letters(_ text: UnsafeRawBufferPointer, _ at: Int) -> UInt32 {
    UInt32(text[at]) << 16 | UInt32(text[at + 1]) << 8 | UInt32(text[at + 2])
  }

  private static let zone: UInt32 = 0x47_4D_54
  private static let monthLetters = months.map { month in
    month.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
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
