package import Records
internal import Values

extension Object {
  /// Why it is not what was seen before; nil if it is, as far as anything was said of that.
  package func objection(against seen: Fingerprint) -> String? {
    if let other = seen.size, other != size { return "its size is \(size), not \(other)" }
    if let tag = seen.etag, let etag, Object.bare(tag) != Object.bare(etag) {
      return "it was replaced meanwhile"
    }
    let times = [mtime, stored].compactMap { $0 }
    if let time = seen.mtime, !times.isEmpty, !times.contains(where: { Object.agree($0, time) }) {
      return "it was changed meanwhile"
    }
    return nil
  }

  /// A tag without the mark of a weak one, which some servers take off after a second.
  private static func bare(_ tag: [UInt8]) -> ArraySlice<UInt8> {
    tag.starts(with: "W/".utf8) ? tag.dropFirst(2) : tag[...]
  }

  /// Whether two times can be of one moment: many a store tells whole seconds in one answer, and
  /// parts of them in another.
  private static func agree(_ one: Timestamp, _ other: Timestamp) -> Bool {
    if one == other { return true }
    guard one.nanoseconds == 0 || other.nanoseconds == 0 else { return false }
    return one.seconds == other.seconds
  }
}
