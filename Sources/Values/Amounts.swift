/// A number of bytes as people write it: `4096`, `64k`, `1.5M`, `2GiB`. Units are powers of 1,024.
package struct Size: Hashable, Sendable {
  package var bytes: Int

  package init(bytes: Int) {
    self.bytes = bytes
  }

  package init?(text: String) {
    let split = text.firstIndex { !($0.isNumber || $0 == ".") } ?? text.endIndex
    guard let power = Size.powers[text[split...].utf8.map { $0 | 0x20 }],
      let bytes = Amount.scaled(text[..<split], 1 << (10 * power))
    else { return nil }
    self.bytes = bytes
  }

  /// What the spellings of the units, in lower case, stand for.
  private static let powers: [[UInt8]: Int] = {
    var powers: [[UInt8]: Int] = [[]: 0, Array("b".utf8): 0]
    for (place, letter) in "kmgtp".enumerated() {
      for ending in ["", "b", "ib"] { powers[Array("\(letter)\(ending)".utf8)] = place + 1 }
    }
    return powers
  }()

  /// The size for people: three digits and a unit.
  package var text: String {
    var unit = 0
    var whole = bytes
    var tenths = 0
    while whole >= 1_024, unit < 6 {
      tenths = whole % 1_024 * 10 / 1_024
      whole /= 1_024
      unit += 1
    }
    let name = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][unit]
    return unit > 0 && whole < 100 ? "\(whole).\(tenths) \(name)" : "\(whole) \(name)"
  }
}

/// A length of time as people write it: `500ms`, `5m`, `1h30m`, `2d`.
package struct Span: Hashable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  private static let units: [(name: String, nanoseconds: Int)] = [
    ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000),
    ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("µs", 1_000),
    ("\u{3BC}s", 1_000), ("ns", 1),
  ]

  package init?(text: String) {
    var rest = text[...]
    var total = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(number.count)
      let name = rest.prefix { !$0.isNumber && $0 != "." }
      rest = rest.dropFirst(name.count)
      guard let unit = Span.units.first(where: { $0.name == name }),
        let part = Amount.scaled(number, unit.nanoseconds)
      else { return nil }
      let sum = total.addingReportingOverflow(part)
      guard !sum.overflow else { return nil }
      total = sum.partialValue
    }
    nanoseconds = Int64(total)
  }

  /// The span as Go prints it: `1.5s`, `2m3s`, `1h0m0.25s`, `840µs`.
  package var text: String {
    if nanoseconds == 0 { return "0s" }
    let sign = nanoseconds < 0 ? "-" : ""
    let all = nanoseconds.magnitude
    if all < 1_000_000_000 {
      let (unit, name): (UInt64, String) =
        all < 1_000 ? (1, "ns") : all < 1_000_000 ? (1_000, "µs") : (1_000_000, "ms")
      return sign + Amount.decimal(all, unit) + name
    }
    let minutes = all / 60_000_000_000
    let seconds = Amount.decimal(all % 60_000_000_000, 1_000_000_000) + "s"
    if minutes == 0 { return sign + seconds }
    return sign + (minutes >= 60 ? "\(minutes / 60)h" : "") + "\(minutes % 60)m" + seconds
  }
}

/// Decimal numbers without floating point.
enum Amount {
  /// A decimal number times a unit, exactly; nil when it is no number or too large.
  static func scaled(_ text: Substring, _ unit: Int) -> Int? {
    let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = halves.first, !first.isEmpty, let whole = Int(first), whole >= 0 else {
      return nil
    }
    let product = whole.multipliedReportingOverflow(by: unit)
    guard !product.overflow else { return nil }
    guard halves.count == 2 else { return product.partialValue }
    guard !halves[1].isEmpty, halves[1].utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    var fraction: Int128 = 0
    var scale: Int128 = 1
    // Eighteen places tell any two parts of any unit from each other.
    for digit in halves[1].utf8.prefix(18) {
      fraction = fraction * 10 + Int128(digit - 48)
      scale *= 10
    }
    let sum = product.partialValue.addingReportingOverflow(Int(fraction * Int128(unit) / scale))
    return sum.overflow ? nil : sum.partialValue
  }

  static func decimal(_ number: UInt64, _ unit: UInt64) -> String {
    var fraction = number % unit
    guard fraction > 0 else { return "\(number / unit)" }
    var width = 0
    var scale = unit
    while scale > 1 {
      scale /= 10
      width += 1
    }
    while fraction % 10 == 0 {
      fraction /= 10
      width -= 1
    }
    let digits = "\(fraction)"
    return "\(number / unit)." + String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}
