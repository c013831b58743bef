package import Values

/// Percent-encoding as signatures want it: every byte but letters, digits and `-_.~`, with capital
/// hexadecimal digits; a blank is `%20` and a plus sign `%2B`, in paths and queries alike.
package enum Encoding {
  /// A key as part of a URL's path: the slashes stay, however many and wherever they are.
  package static func path(_ key: Path) -> String {
    let text = Buffer(capacity: key.bytes.count * 2)
    key.bytes.withUnsafeBytes { append($0, keepingSlashes: true, to: text) }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// A query in the order in which it is signed, so that it can be sent as it is.
  ///
  /// A parameter without a value ends in an equals sign, which no store objects to.
  package static func query(_ parameters: [(name: String, value: String)]) -> String {
    let pieces = Pieces()
    let text = Buffer(capacity: 256)
    append(parameters, by: pieces, to: text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  static func append(
    _ parameters: [(name: String, value: String)], by pieces: Pieces, to text: Buffer
  ) {
    pieces.clear()
    for parameter in parameters { pieces.addEncoded(parameter.name, parameter.value) }
    pieces.sort()
    pieces.appendQuery(to: text)
  }

  static func append(
    _ bytes: UnsafeRawBufferPointer, keepingSlashes: Bool, to text: Buffer
  ) {
    let out = text.reserve(bytes.count * 3)
    var at = 0
    for byte in bytes {
      if isPlain(byte) || keepingSlashes && byte == Path.slash {
        out[at] = byte
        at += 1
      } else {
        out[at] = UInt8(ascii: "%")
        out[at + 1] = digit(byte >> 4)
        out[at + 2] = digit(byte & 15)
        at += 3
      }
    }
    text.count += at
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}

extension Buffer {
  func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  func append(hex bytes: [UInt8]) {
    Hex.write(bytes, to: reserve(bytes.count * 2))
    count += bytes.count * 2
  }
}
