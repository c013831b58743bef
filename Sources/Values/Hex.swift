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

  /// Writes the digits of an array, for code that does so for each of many requests.
  package static func write(_ bytes: [UInt8], to out: UnsafeMutablePointer<UInt8>) {
    digits.withUnsafeBufferPointer { digits in
      for place in bytes.indices {
        out[2 * place] = digits[Int(bytes[place] >> 4)]
        out[2 * place + 1] = digits[Int(bytes[place] & 15)]
      }
    }
  }

  package static func write(
    _ bytes: UnsafePointer<UInt8>, count: Int, to out: UnsafeMutablePointer<UInt8>
  ) {
    digits.withUnsafeBufferPointer { digits in
      for place in 0..<count {
        out[2 * place] = digits[Int(bytes[place] >> 4)]
        out[2 * place + 1] = digits[Int(bytes[place] & 15)]
      }
    }
  }

  package static func text(_ bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { out in
      guard let base = out.baseAddress else { return 0 }
      write(bytes, to: base)
      return bytes.count * 2
    }
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

  /// The same for a text, which has its bytes side by side: digests come once for each file.
  package static func decode(_ text: String.UTF8View) -> [UInt8]? {
    let decoded = text.withContiguousStorageIfAvailable { decode($0) }
    return decoded ?? decode(Array(text))
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
