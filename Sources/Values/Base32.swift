/// Bytes in the 32 letters of RFC 4648, as seeds of second factors are written.
package enum Base32 {
  /// The bytes that a text stands for, as people copy it: in either case, in groups, with padding
  /// or without. Nil if it holds anything else, or nothing.
  package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    var pending: UInt32 = 0
    var bits: UInt32 = 0
    var isOver = false
    for letter in text {
      switch letter {
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "\n"): continue
      case UInt8(ascii: "="): isOver = true
      default:
        guard !isOver, let value = value(letter) else { return nil }
        pending = pending << 5 | UInt32(value)
        bits += 5
        if bits >= 8 {
          bits -= 8
          out.append(UInt8(pending >> bits & 255))
        }
        pending &= 1 << bits - 1
      }
    }
    // What is left over is less than a letter, and nothing.
    return bits < 5 && pending == 0 && !out.isEmpty ? out : nil
  }

  private static func value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a")
    case UInt8(ascii: "2")...UInt8(ascii: "7"): letter - UInt8(ascii: "2") + 26
    default: nil
    }
  }
}
