/// Bytes in the 64 letters of RFC 4648, padded.
package enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: encode(bytes), as: UTF8.self)
  }

  package static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var pending: UInt32 = 0
    var count = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      count += 1
      if count == 3 {
        for shift in [18, 12, 6, 0] as [UInt32] { out.append(letters[Int(pending >> shift & 63)]) }
        pending = 0
        count = 0
      }
    }
    if count == 1 {
      out += [letters[Int(pending >> 2)], letters[Int(pending << 4 & 63)]] + Array("==".utf8)
    } else if count == 2 {
      out += [letters[Int(pending >> 10)], letters[Int(pending >> 4 & 63)]]
      out += [letters[Int(pending << 2 & 63)], UInt8(ascii: "=")]
    }
    return out
  }

  /// The bytes that the text stands for; nil if it is not padded base64 in its one canonical form.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var out: [UInt8] = []
    var pending: UInt32 = 0
    var count = 0
    var padding = 0
    for letter in text {
      if letter == UInt8(ascii: "=") {
        padding += 1
      } else {
        guard padding == 0, let value = value(letter) else { return nil }
        pending = pending << 6 | UInt32(value)
        count += 1
      }
      if count + padding == 4 {
        guard padding <= 2 else { return nil }
        pending <<= 6 * UInt32(padding)
        let whole = [UInt8(pending >> 16 & 255), UInt8(pending >> 8 & 255), UInt8(pending & 255)]
        guard whole.suffix(padding).allSatisfy({ $0 == 0 }) else { return nil }
        out += whole.dropLast(padding)
        pending = 0
        count = 0
      }
    }
    return out
  }

  /// Writes the bytes that a text stands for where there is room for as many; how many they are, or
  /// nil if it is not padded base64. What the last letter has too much is passed over.
  package static func decode(
    _ text: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var pending: UInt32 = 0
    var (bits, count, padding) = (0, 0, 0)
    for letter in text {
      if letter == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(letter) else { return nil }
      pending = pending << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        out[count] = UInt8(truncatingIfNeeded: pending >> UInt32(bits))
        count += 1
      }
    }
    return text.count % 4 == 0 && padding <= 2 ? count : nil
  }

  private static func value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
