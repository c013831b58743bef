package import Core
package import Values

/// The body of a multi-object delete, key by key; a store takes 1,000 at once.
package struct DeleteBody: Sendable {
  private var bytes: [UInt8]
  package private(set) var count = 0

  /// A quiet one is answered with what was not removed, and nothing else.
  package init(isQuiet: Bool = true) {
    bytes = XMLText.head + Array("<Delete xmlns=\"\(XMLText.space)\">".utf8)
    if isQuiet { bytes += Array("<Quiet>true</Quiet>".utf8) }
  }

  /// Adds a key. One that XML cannot carry is not added: it can only be removed by itself, by a
  /// request that has it in its path.
  package mutating func add(_ key: Path) throws(Failure) {
    guard let text = XMLText.escaped(key.bytes) else {
      throw Failure(.data, "\(key)", "the key holds a character that XML cannot carry")
    }
    bytes += Array("<Object><Key>".utf8) + text + Array("</Key></Object>".utf8)
    count += 1
  }

  package var whole: [UInt8] { bytes + Array("</Delete>".utf8) }
}

/// The body that puts the parts of an upload together.
package enum CompleteBody {
  /// The parts in the order of their numbers; checksums by the name in the header, as in `crc32c`.
  package static func whole(
    _ parts: [(number: Int, etag: String, checksums: [String: String])]
  ) -> [UInt8] {
    var text = "<CompleteMultipartUpload xmlns=\"\(XMLText.space)\">"
    for part in parts.sorted(by: { $0.number < $1.number }) {
      text += "<Part><PartNumber>\(part.number)</PartNumber>"
      text += element("ETag", "\"\(part.etag)\"")
      for (name, checksum) in part.checksums.sorted(by: { $0.key < $1.key }) {
        text += element("Checksum\(name.uppercased())", checksum)
      }
      text += "</Part>"
    }
    return XMLText.head + Array((text + "</CompleteMultipartUpload>").utf8)
  }

  private static func element(_ name: String, _ text: String) -> String {
    let escaped = XMLText.escaped(Array(text.utf8)) ?? []
    return "<\(name)>\(String(decoding: escaped, as: UTF8.self))</\(name)>"
  }
}

/// Bytes as the text of an element.
enum XMLText {
  static let head = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>".utf8)
  static let space = "http://s3.amazonaws.com/doc/2006-03-01/"

  /// The text with all escaped that XML would read otherwise; nil if it cannot carry the bytes:
  /// what is not UTF-8, and most control characters.
  static func escaped(_ bytes: [UInt8]) -> [UInt8]? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += Array("&amp;".utf8)
      case "<": out += Array("&lt;".utf8)
      case ">": out += Array("&gt;".utf8)
      case "\"": out += Array("&quot;".utf8)
      case "'": out += Array("&apos;".utf8)
      // Readers turn line ends of any kind into one, unless they are written as numbers.
      case "\t", "\n", "\r", "\u{7F}"..."\u{9F}": out += Array("&#\(scalar.value);".utf8)
      case "\0"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": return nil
      default: out += Array(UTF8.encode(scalar).map { Array($0) } ?? [])
      }
    }
    return out
  }
}
