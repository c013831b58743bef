package import Core

/// Lines of ours, read back.
extension Log.Level {
  /// How long a stamp is: that of a day and a time to the millisecond.
  private static let stamp = 24

  /// The level of a line in any format that tells it; nil for all other lines.
  package init?(ofLine line: ArraySlice<UInt8>) {
    for (start, middle) in [("{\"ts\":\"", "\",\"level\":\""), ("ts=", " level=")]
    where line.starts(with: start.utf8) {
      let rest = line.dropFirst(start.utf8.count + Log.Level.stamp)
      guard rest.starts(with: middle.utf8) else { return nil }
      self.init(beginning: rest.dropFirst(middle.utf8.count))
      return
    }
    // For people to read: a stamp, and the level, which may have a colour.
    let start = line.startIndex
    guard line.count > Log.Level.stamp + 1, line[start + 10] == UInt8(ascii: "T"),
      line[start + Log.Level.stamp - 1] == UInt8(ascii: "Z")
    else { return nil }
    var rest = line.dropFirst(Log.Level.stamp + 1)
    if rest.first == 0x1B { rest = rest.drop { $0 != UInt8(ascii: "m") }.dropFirst() }
    self.init(beginning: rest)
  }

  private init?(beginning text: ArraySlice<UInt8>) {
    let small = text.prefix(8).map { $0 | 0x20 }
    let name = small.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    self.init(named: String(decoding: name, as: UTF8.self))
  }
}
