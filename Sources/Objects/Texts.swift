internal import Values

/// Small texts of servers.
package enum Texts {
  /// A number without a sign; nil for what is none, or too great.
  package static func number(_ text: UnsafeRawBufferPointer) -> Int? {
    guard !text.isEmpty, text.count <= 18 else { return nil }
    var number = 0
    for byte in text {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      number = number * 10 + Int(digit)
    }
    return number
  }

  package static func number(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { number(UnsafeRawBufferPointer($0)) }
  }

  /// An ETag without the quotes that HTTP puts around it.
  @inline(__always)
  package static func unquoted(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let quote = UInt8(ascii: "\"")
    guard text.count >= 2, text[0] == quote, text[text.count - 1] == quote else { return text }
    return UnsafeRawBufferPointer(rebasing: text[1..<(text.count - 1)])
  }

  package static func unquoted(_ etag: String) -> String {
    guard etag.utf8.count >= 2, etag.hasPrefix("\""), etag.hasSuffix("\"") else { return etag }
    return String(etag.dropFirst().dropLast())
  }

  /// Names with their values, as forms and tags are sent.
  package static func form(_ pairs: [(name: String, value: String)]) -> String {
    pairs.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
  }

  private static func encoded(_ text: String) -> String {
    escaped(text) { byte in
      byte >= 48 && byte <= 57 || byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
        || byte == 45 || byte == 95 || byte == 46 || byte == 126
    }
  }

  /// A text of which all that is not plain ASCII is percent-encoded.
  package static func ascii(_ text: String) -> String { escaped(text) { $0 >= 32 && $0 < 127 } }

  /// A text without spaces around it.
  package static func trimmed(_ text: String) -> String {
    let rest = text.utf8.drop { $0 == 32 }
    let end = rest.lastIndex { $0 != 32 }
    return end.map { String(decoding: rest[...$0], as: UTF8.self) } ?? ""
  }

  private static func escaped(_ text: String, unless isPlain: (UInt8) -> Bool) -> String {
    text.utf8.map { byte in
      isPlain(byte) ? String(UnicodeScalar(byte)) : "%" + Hex.text([byte]).uppercased()
    }.joined()
  }

  /// A document without the mark of byte order that some servers put before it.
  package static func unmarked(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let isMarked = text.starts(with: [0xEF, 0xBB, 0xBF])
    return isMarked ? UnsafeRawBufferPointer(rebasing: text[3...]) : text
  }

  package static func unmarked(_ text: [UInt8]) -> [UInt8] {
    text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
  }
}
