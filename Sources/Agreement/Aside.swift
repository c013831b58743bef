package import Stream
package import Values

/// The name under which a version is saved that lost:
/// `notes.conflict-right-20261128T121530042Z.md`.
package enum Aside {
  private static let longest = 255

  package static func name(for path: Path, of side: Side, at now: Timestamp) -> Path {
    let digits = now.text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
    // A run that follows one that was killed must not come upon its name again.
    let parts = String(now.nanoseconds / 1_000_000 + 1_000).utf8.dropFirst()
    let stamp = digits.prefix(15) + parts
    let mark = Array(".conflict-\(side.rawValue)-".utf8) + stamp + [UInt8(ascii: "Z")]
    let name = path.name.bytes
    // A dot that opens a name is none that ends one.
    let dot = name.dropFirst().lastIndex(of: UInt8(ascii: "."))
    let ending = dot.map { name[$0...] } ?? []
    let room = longest - mark.count
    if ending.count > room { return path.parent.appending(Path(cut(name[...], room) + mark)) }
    let stem = cut(name.prefix(name.count - ending.count), room - ending.count)
    return path.parent.appending(Path(stem + mark + ending))
  }

  /// The first bytes, ended before a letter that would not be whole.
  private static func cut(_ name: ArraySlice<UInt8>, _ room: Int) -> [UInt8] {
    guard name.count > room else { return Array(name) }
    var kept = name.prefix(max(room, 0))
    guard name[name.startIndex + kept.count] & 0xC0 == 0x80 else { return Array(kept) }
    while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
    return Array(kept.dropLast())
  }
}
