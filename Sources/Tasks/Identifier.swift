package import Values

/// Names for tasks that nobody has named: version 7 of RFC 9562, which grow with time and so lie
/// close together in an index.
package enum Identifier {
  /// The name made of a moment and sixteen random bytes.
  package static func make(at now: Timestamp, _ random: [UInt8]) -> String {
    let milliseconds = UInt64(max(now.seconds, 0)) * 1_000 + UInt64(now.nanoseconds / 1_000_000)
    var bytes = (0..<16).map { $0 < random.count ? random[$0] : 0 }
    for place in 0..<6 {
      bytes[place] = UInt8(truncatingIfNeeded: milliseconds >> (40 - place * 8))
    }
    bytes[6] = bytes[6] & 0x0F | 0x70
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Hex.bytes(bytes)
    var text: [UInt8] = []
    for (place, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
