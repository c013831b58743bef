package import Values

/// The time of a file among the metadata of an object.
package enum FileTime {
  /// What it is called there.
  package static let name = "mtime"

  /// Seconds since 1970 with their fraction, the form in which other tools keep this time too.
  package static func text(_ time: Timestamp) -> String {
    if time.nanoseconds == 0 { return "\(time.seconds)" }
    // Before 1970 the fraction counts backwards: one and a half seconds before is -1.5.
    let isNegative = time.seconds < 0
    let whole = isNegative ? -(time.seconds + 1) : time.seconds
    let fraction = isNegative ? 1_000_000_000 - time.nanoseconds : time.nanoseconds
    let digits = String(Int(fraction) + 1_000_000_000).dropFirst()
    return "\(isNegative ? "-" : "")\(whole).\(digits)"
  }

  /// The reverse, and what others write as a date; nil for what is no time.
  package static func time(_ text: String) -> Timestamp? {
    var text = text
    return text.withUTF8 { time(UnsafeRawBufferPointer($0)) }
  }

  package static func time(_ text: UnsafeRawBufferPointer) -> Timestamp? {
    let isNegative = text.first == UInt8(ascii: "-")
    let isSigned = isNegative || text.first == UInt8(ascii: "+")
    let digits = UnsafeRawBufferPointer(rebasing: text[(isSigned ? 1 : 0)...])
    let dot = digits.firstIndex(of: UInt8(ascii: ".")) ?? digits.count
    guard let whole = Texts.number(UnsafeRawBufferPointer(rebasing: digits[..<dot])) else {
      return Timestamp(text)
    }
    guard whole < 1 << 40 else { return nil }
    var fraction = 0
    if dot < digits.count {
      let rest = UnsafeRawBufferPointer(rebasing: digits[(dot + 1)...].prefix(9))
      guard let number = Texts.number(rest) else { return nil }
      fraction = number
      for _ in rest.count..<9 { fraction *= 10 }
    }
    let seconds = Int64(whole)
    if !isNegative { return Timestamp(seconds: seconds, nanoseconds: Int32(fraction)) }
    return fraction == 0
      ? Timestamp(seconds: -seconds)
      : Timestamp(seconds: -seconds - 1, nanoseconds: Int32(1_000_000_000 - fraction))
  }
}
