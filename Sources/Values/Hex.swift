/// Bytes as lower-case hexadecimal digits, two a byte.
package enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  package static func bytes(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.underestimatedCount * 2)
    for byte in bytes {
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
    return out
  }

  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: self.bytes(bytes), as: UTF8.self)
  }

  /// The bytes that the digits stand for; nil if there is anything but pairs of digits.
  package static func decode(_ digits: some Sequence<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard let value = value(digit) else { return nil }
      if let first = high {
        out.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? out : nil
  }

  package static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
