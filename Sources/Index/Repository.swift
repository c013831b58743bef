package import Values

/// A folder whose files are remembered, and how it is called.
package struct Repository: Equatable, Sendable {
  /// A UUID, in lower case.
  package var id: String
  package var name: String
  /// Absolute.
  package var folder: Path
  /// The folder inside that belongs to the user; empty where all of it does.
  package var area: Path
  /// The number of the last operation that looked at the whole of it.
  package var generation: Int

  package init(
    id: String, name: String, folder: Path, area: Path = Path(), generation: Int = 0
  ) {
    self.id = id
    self.name = name
    self.folder = folder
    self.area = area
    self.generation = generation
  }

  /// The folder that paths lie below.
  package var root: Path { area.isEmpty ? folder : folder.appending(area.trimmed) }

  /// A UUID as it is written: 32 digits and four dashes; nil for anything else.
  package static func id(_ text: String) -> String? {
    let letters = Array(text.lowercased().utf8)
    guard letters.count == 36 else { return nil }
    for (place, letter) in letters.enumerated() {
      let isDash = [8, 13, 18, 23].contains(place)
      let isDigit = (48...57).contains(letter) || (97...102).contains(letter)
      if isDash ? letter != UInt8(ascii: "-") : !isDigit { return nil }
    }
    return String(decoding: letters, as: UTF8.self)
  }

  /// A UUID made of sixteen random bytes.
  package static func id(of random: [UInt8]) -> String {
    var bytes = Array(random.prefix(16))
    while bytes.count < 16 { bytes.append(0) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    var text = ""
    for (place, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(place) { text += "-" }
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return text
  }
}
