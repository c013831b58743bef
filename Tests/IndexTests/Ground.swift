import Core
import Index
import System
import Values

/// A store with one repository in it, and short ways to ask it. Moments are seconds from the start.
final class Ground {
  let site: any Site
  let store: any RecordStore
  let photos = Repository(
    id: "6f1c1b1e-0a52-4c5d-9a55-7a0f7b1d2c3e", name: "photos", folder: Path(text: "/srv/photos"))
  let music = Repository(
    id: "0f1c1b1e-0a52-4c5d-9a55-7a0f7b1d2c3e", name: "music", folder: Path(text: "/srv/music"))
  let start = Timestamp(seconds: 1_790_000_000, nanoseconds: 123_456_000)

  init(_ kind: Kind) throws {
    site = try kind.site()
    store = try site.open()
    try store.add(photos, at: start)
  }

  func now(_ seconds: Int64) -> Timestamp {
    Timestamp(seconds: start.seconds + seconds, nanoseconds: start.nanoseconds)
  }

  func file(_ path: String, size: Int = 1, time: Int64 = 7, hash: String = "") -> FileRecord {
    FileRecord(
      path: Array(path.utf8), size: size, time: Timestamp(seconds: time, nanoseconds: 1),
      hash: Array(hash.utf8))
  }

  /// Writes in a turn of its own.
  @discardableResult
  func write(
    _ changes: [Change], of repository: Repository? = nil, at moment: Int64 = 0,
    generation: Int = 1, by other: (any RecordStore)? = nil
  ) throws(Failure) -> [Flaw] {
    let store = other ?? store
    var flaws: [Flaw] = []
    try store.transaction { () throws(Failure) in
      flaws = try store.write(changes, of: repository ?? photos, Stamp(now(moment), generation))
    }
    return flaws
  }

  func put(_ paths: [String], of repository: Repository? = nil) throws(Failure) {
    try write(paths.map { .put(file($0), isNew: true) }, of: repository)
  }

  func record(_ path: String) throws(Failure) -> FileRecord? {
    try store.record(Array(path.utf8), of: photos)
  }

  /// All paths of a repository, taken so many at a time.
  func paths(
    of repository: Repository? = nil, within prefix: String = "", by count: Int = 1_000
  ) throws(Failure) -> [[UInt8]] {
    var all: [[UInt8]] = []
    while true {
      let page = try store.page(
        of: repository ?? photos, after: all.last, within: Array(prefix.utf8), atMost: count)
      all += page.map(\.path)
      if page.count < count { return all }
    }
  }

  func names(within prefix: String = "") throws(Failure) -> [String] {
    try paths(within: prefix).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Names that are easily taken for each other, are no text, or sort on the wrong side of a slash.
enum Odd {
  static let names: [[UInt8]] =
    [
      "a", "a-b", "a b", "a.b", "a!", "a0", "a/b", "a/b-c", "a/b/c", "A", "b\n", "\n", "\"q\"",
      "\\", "\\x41", "{\"path\":\"a\"}", "~", "caf\u{E9}", "cafe\u{301}", "-n", "*", "%", "_",
      "\u{1}\u{7F}", "...", ".hidden", "\u{2028}", "\u{1F469}\u{200D}\u{1F4BB}", "\u{10FFFF}",
      "'; DROP TABLE file_records; --", "NULL", "\u{FEFF}x", "a\t", " ", "\r\n",
    ].map { Array($0.utf8) }
    + [
      [0xFF], [0x61, 0x80], [0xC3], [0x61, 0x2F, 0xFF], [0xED, 0xA0, 0x80], [0xFF, 0xFF],
      [0x61, 0x2F, 0x61, 0xFE, 0x2F, 0x62],
    ]

  static let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
}
