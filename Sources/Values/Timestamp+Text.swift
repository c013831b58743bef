/// RFC 3339, in and out.
extension Timestamp {
  /// The longest text that `write` makes.
  package static let longest = 40

  /// Writes `2026-11-20T18:02:11.123456789Z` and returns the length. Nanoseconds are left out when
  /// there are none, so that a time that a store keeps to the second reads as it came.
  package func write(to out: UnsafeMutablePointer<UInt8>) -> Int {
    var days = seconds / 86_400
    var second = seconds % 86_400
    if second < 0 {
      second += 86_400
      days -= 1
    }
    let date = Timestamp.civil(days: days)
    var at = 0
    @inline(__always)
    func put(_ byte: UInt8) {
      out[at] = byte
      at += 1
    }
    @inline(__always)
    func pair(_ number: UInt32) {
      let tens = (number &* 103) >> 10
      put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: tens))
      put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number &- tens &* 10))
    }
    @inline(__always)
    func four(_ number: UInt32) {
      pair(number / 100)
      pair(number % 100)
    }
    if date.year < 0 || date.year > 9_999 {
      put(UInt8(ascii: date.year < 0 ? "-" : "+"))
      let year = date.year.magnitude
      for scale in [100_000_000, 10_000, 1] as [UInt64] {
        four(UInt32(truncatingIfNeeded: year / scale % 10_000))
      }
    } else {
      four(UInt32(truncatingIfNeeded: date.year))
    }
    put(UInt8(ascii: "-"))
    pair(UInt32(truncatingIfNeeded: date.month))
    put(UInt8(ascii: "-"))
    pair(UInt32(truncatingIfNeeded: date.day))
    put(UInt8(ascii: "T"))
    let ofDay = UInt32(truncatingIfNeeded: second)
    pair(ofDay / 3_600)
    put(UInt8(ascii: ":"))
    pair(ofDay / 60 % 60)
    put(UInt8(ascii: ":"))
    pair(ofDay % 60)
    if nanoseconds != 0 {
      put(UInt8(ascii: "."))
      let fraction = UInt32(truncatingIfNeeded: nanoseconds)
      put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: fraction / 100_000_000))
      four(fraction / 10_000 % 10_000)
      four(fraction % 10_000)
    }
    put(UInt8(ascii: "Z"))
    return at
  }

  package var text: String {
    String(unsafeUninitializedCapacity: Timestamp.longest) {
      guard let base = $0.baseAddress else { return 0 }
      return write(to: base)
    }
  }

  /// Reads what `write` makes, and any other RFC 3339 time: lower case, offsets, one to nine digits
  /// of a fraction (more are cut off).
  package init?(_ text: UnsafeRawBufferPointer) {
    var reader = TimeReader(text)
    guard let moment = reader.moment() else { return nil }
    self = moment
  }

  package init?(text: String) {
    var text = text
    guard let moment = text.withUTF8({ Timestamp(UnsafeRawBufferPointer($0)) }) else { return nil }
    self = moment
  }
}

private struct TimeReader {
  let text: UnsafeRawBufferPointer
  var at = 0

  init(_ text: UnsafeRawBufferPointer) {
    self.text = text
  }

  mutating func digits(_ count: Int) -> Int64? {
    guard at + count <= text.count else { return nil }
    var number: Int64 = 0
    for place in at..<at + count {
      let digit = text[place] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      number = number * 10 + Int64(digit)
    }
    at += count
    return number
  }

  mutating func skip(_ letter: UInt8) -> Bool {
    guard at < text.count, text[at] == letter || text[at] == letter | 0x20 else { return false }
    at += 1
    return true
  }

  mutating func year() -> Int64? {
    if skip(UInt8(ascii: "+")) { return digits(12) }
    if skip(UInt8(ascii: "-")) { return digits(12).map { -$0 } }
    return digits(4)
  }

  mutating func moment() -> Timestamp? {
    guard let year = year(), skip(UInt8(ascii: "-")),
      let month = digits(2), (1...12).contains(month), skip(UInt8(ascii: "-")),
      let day = digits(2), (1...31).contains(day), skip(UInt8(ascii: "T")),
      let hour = digits(2), hour < 24, skip(UInt8(ascii: ":")),
      let minute = digits(2), minute < 60, skip(UInt8(ascii: ":")),
      let second = digits(2), second <= 60
    else { return nil }
    let days = Timestamp.days(year: year, month: month, day: day)
    guard day <= 28 || Timestamp.civil(days: days).month == month else { return nil }
    var fraction: Int32 = 0
    if skip(UInt8(ascii: ".")) {
      guard let read = nanoseconds() else { return nil }
      fraction = read
    }
    guard let offset = offset(), at == text.count else { return nil }
    let ofDay = hour * 3_600 + minute * 60 + second - offset
    guard (0...9_999).contains(year) else { return distant(days, ofDay, fraction) }
    return Timestamp(seconds: days * 86_400 + ofDay, nanoseconds: fraction)
  }

  /// A time in a year so far off that the seconds may not fit.
  private func distant(_ days: Int64, _ ofDay: Int64, _ fraction: Int32) -> Timestamp? {
    Int64(exactly: Int128(days) * 86_400 + Int128(ofDay)).map {
      Timestamp(seconds: $0, nanoseconds: fraction)
    }
  }

  mutating func nanoseconds() -> Int32? {
    var value: Int32 = 0
    var count = 0
    while at < text.count {
      let digit = text[at] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      if count < 9 { value = value * 10 + Int32(digit) }
      count += 1
      at += 1
    }
    guard count > 0 else { return nil }
    while count < 9 {
      value *= 10
      count += 1
    }
    return value
  }

  mutating func offset() -> Int64? {
    if skip(UInt8(ascii: "Z")) { return 0 }
    let east = skip(UInt8(ascii: "+"))
    guard east || skip(UInt8(ascii: "-")), let hours = digits(2), hours < 24,
      skip(UInt8(ascii: ":")), let minutes = digits(2), minutes < 60
    else { return nil }
    return (hours * 3_600 + minutes * 60) * (east ? 1 : -1)
  }
}
