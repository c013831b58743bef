/// Text on the wire: UTF-8 by the letter of RFC 3629, and the escapes of JSON.
package enum Text {
  @usableFromInline static let ones: UInt64 = 0x0101_0101_0101_0101
  @usableFromInline static let tops: UInt64 = 0x8080_8080_8080_8080

  /// How many bytes from `start` on are plain: neither a control, a quote, a backslash nor, where
  /// `asciiOnly`, beyond ASCII. Eight bytes are looked at in one step.
  @inline(__always)
  package static func plainRun(
    _ start: UnsafePointer<UInt8>, _ count: Int, high: inout UInt64
  ) -> Int {
    var at = 0
    while at + 8 <= count {
      let word = UnsafeRawPointer(start + at).loadUnaligned(as: UInt64.self)
      let control = (word &- ones &* 0x20) & ~word
      let quote = word ^ ones &* 0x22
      let slash = word ^ ones &* 0x5C
      let found = (control | (quote &- ones) & ~quote | (slash &- ones) & ~slash) & tops
      high |= word & tops
      if found != 0 { return at + found.trailingZeroBitCount >> 3 }
      at += 8
    }
    while at < count {
      let byte = start[at]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { return at }
      high |= UInt64(byte & 0x80)
      at += 1
    }
    return at
  }

  /// Whether the bytes are UTF-8: no overlong form, no surrogate, nothing beyond U+10FFFF.
  package static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    let count = bytes.count
    func follows(_ place: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
      place < count && bytes[place] >= low && bytes[place] <= high
    }
    while at < count {
      switch bytes[at] {
      case 0..<0x80: at += 1
      case 0xC2...0xDF:
        guard follows(at + 1) else { return false }
        at += 2
      case 0xE0...0xEF:
        let low: UInt8 = bytes[at] == 0xE0 ? 0xA0 : 0x80
        let high: UInt8 = bytes[at] == 0xED ? 0x9F : 0xBF
        guard follows(at + 1, low, high), follows(at + 2) else { return false }
        at += 3
      case 0xF0...0xF4:
        let low: UInt8 = bytes[at] == 0xF0 ? 0x90 : 0x80
        let high: UInt8 = bytes[at] == 0xF4 ? 0x8F : 0xBF
        guard follows(at + 1, low, high), follows(at + 2), follows(at + 3) else { return false }
        at += 4
      default: return false
      }
    }
    return true
  }
}
