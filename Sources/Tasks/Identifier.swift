package import Values

/// Names for tasks that nobody has named: version 7 of RFC 9562, which grow with time and so lie
/// close together in an index.
package enum Identifier {
  /// Where dashes stand between the digits of the sixteen bytes.
  private static let dashes: UInt16 = 1 << 4 | 1 << 6 | 1 << 8 | 1 << 10
  private static let length = 36

  /// The name made of a moment and sixteen random bytes.
  package static func make(at now: Timestamp, _ random: [UInt8]) -> String {
    let milliseconds = UInt64(max(now.seconds, 0)) * 1_000 + UInt64(now.nanoseconds / 1_000_000)
    return String(unsafeUninitializedCapacity: length) { out in
      var at = 0
      for place in 0..<16 {
        var byte = place < random.count ? random[place] : 0
        switch place {
        case 0..<6: byte = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - place * 8))
        case 6: byte = byte & 0x0F | 0x70
        case 8: byte = byte & 0x3F | 0x80
        default: break
        }
        if dashes >> UInt16(place) & 1 == 1 {
          out[at] = UInt8(ascii: "-")
          at += 1
        }
        out[at] = digit(byte >> 4)
        out[at + 1] = digit(byte & 15)
        at += 2
      }
      return length
    }
  }

  private static func digit(_ number: UInt8) -> UInt8 {
    number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
  }
}
