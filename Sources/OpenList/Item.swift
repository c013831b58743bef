internal import Core
internal import Records
internal import Values

/// What the server says of a file or a folder. It holds until another is read.
struct Item {
  var name: UnsafeRawBufferPointer?
  /// Nil if the drive tells none, or none that can be.
  var size: Int?
  var isFolder: Bool?
  var modified: Timestamp?
  var sign: UnsafeRawBufferPointer?
  var md5: UnsafeRawBufferPointer?
  var sha256: UnsafeRawBufferPointer?
  /// Where the server itself would fetch it.
  var link: String?
}

/// Reads items where they lie in an answer, with room for what has to be written otherwise.
struct ItemReader {
  private let name = Buffer(capacity: 256)
  private let sign = Buffer(capacity: 256)
  private let md5 = Buffer(capacity: 64)
  private let sha256 = Buffer(capacity: 64)
  private let scratch = Buffer(capacity: 256)

  func read(_ walker: inout Walker) throws(Failure) -> Item {
    var item = Item()
    try walker.members { (walker, key) throws(Failure) in
      try read(&walker, key, &item)
    }
    return item
  }

  /// Takes in one member; what is not asked for is left alone.
  func read(
    _ walker: inout Walker, _ key: UnsafeRawBufferPointer, _ item: inout Item
  ) throws(Failure) {
    switch key.count {
    case 4 where key.spells("name"): item.name = try walker.value().text(name)
    case 4 where key.spells("size"):
      item.size = try walker.value().integer.flatMap { $0 < 0 ? nil : $0 }
    case 4 where key.spells("sign"):
      item.sign = try walker.value().text(sign).flatMap { $0.isEmpty ? nil : $0 }
    case 6 where key.spells("is_dir"): item.isFolder = try walker.value().flag
    case 7 where key.spells("raw_url"):
      item.link = try walker.value().text(scratch).map { String(decoding: $0, as: UTF8.self) }
    case 8 where key.spells("modified"):
      item.modified = try walker.value().text(scratch).flatMap(ItemReader.time)
    case 9 where key.spells("hash_info") && walker.isAtObject:
      try walker.members { (walker, key) throws(Failure) in
        if key.spells("md5") {
          item.md5 = ItemReader.digest(try walker.value().text(scratch), 32, md5)
        } else if key.spells("sha256") {
          item.sha256 = ItemReader.digest(try walker.value().text(scratch), 64, sha256)
        }
      }
    default: break
    }
  }

  /// The first second of 1971: what a drive does not know it tells as the year 1 or as 1970.
  private static let first: Int64 = 31_536_000

  private static func time(_ text: UnsafeRawBufferPointer) -> Timestamp? {
    Timestamp(text).flatMap { $0.seconds < first ? nil : $0 }
  }

  /// A digest in small letters, if it is one: drives call other things by these names.
  private static func digest(
    _ text: UnsafeRawBufferPointer?, _ count: Int, _ out: Buffer
  ) -> UnsafeRawBufferPointer? {
    guard let text, text.count == count else { return nil }
    out.clear()
    for byte in text {
      guard Hex.value(byte) != nil else { return nil }
      out.append(byte | 0x20)
    }
    return out.bytes
  }
}
