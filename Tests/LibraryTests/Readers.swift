/// Three readers of .strm files, as media servers have them: each gives what it would play.
enum Readers {
  /// A playlist: every line that is none of comments, of less than 1,024 bytes.
  static func playlist(_ bytes: [UInt8]) -> [String] {
    var found: [String] = []
    for line in bytes.split(separator: 10, omittingEmptySubsequences: true) {
      let cut = line.prefix(1_023)
      let text = String(decoding: cut, as: UTF8.self)
      let kept = text.drop { " \t\r".contains($0) }
      let ended = kept.reversed().drop { " \t\r".contains($0) }.reversed()
      if ended.first != "#", !ended.isEmpty { found.append(String(ended)) }
    }
    return found
  }

  /// The first line that is not empty and no comment, and only if it is an address of the web.
  static func remote(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) {
      let plain = line.filter { $0 != "\t" }
      let kept = plain.drop { $0 == " " }
      if kept.isEmpty || kept.first == "#" { continue }
      let isRemote = ["http://", "https://"].contains { kept.lowercased().hasPrefix($0) }
      return isRemote ? String(kept) : nil
    }
    return nil
  }

  /// The first line.
  static func first(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
  }
}
