internal import Values

/// Percent-decoding, as listings in URL encoding need it.
extension Buffer {
  /// Appends what a text in URL encoding stands for: `%XX` is a byte, `+` is a space. It appends
  /// nothing and returns false where a percent sign stands before anything but two digits.
  func append(decoding text: UnsafeRawBufferPointer) -> Bool {
    let out = reserve(text.count)
    var (from, to) = (0, 0)
    while from < text.count {
      let byte = text[from]
      switch byte {
      case UInt8(ascii: "%"):
        guard from + 2 < text.count, let high = Hex.value(text[from + 1]),
          let low = Hex.value(text[from + 2])
        else { return false }
        out[to] = high << 4 | low
        from += 2
      case UInt8(ascii: "+"): out[to] = UInt8(ascii: " ")
      default: out[to] = byte
      }
      from += 1
      to += 1
    }
    count += to
    return true
  }
}

extension UnsafeRawBufferPointer {
  /// Whether URL encoding may have changed these bytes, or would.
  var mayBeEncoded: Bool {
    contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
  }
}
