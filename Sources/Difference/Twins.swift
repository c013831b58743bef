internal import Glibc
internal import Records
internal import Values

/// Steps over lines that two listings share, as long as each is an entry as we write it and comes
/// behind the one before. Whatever looks otherwise ends it and is left to the reader.
struct Twins {
  private let lines: UnsafeRawBufferPointer
  private(set) var last: UnsafeRawBufferPointer
  private(set) var passed = 0
  private(set) var count = 0

  private static let opening: StaticString = "{\"type\":\"entry\",\"path\":\""

  init(_ lines: UnsafeRawBufferPointer, behind last: UnsafeRawBufferPointer) {
    self.lines = lines
    self.last = last
  }

  /// How many bytes both begin with alike.
  static func sharedLength(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Int {
    let limit = min(one.count, other.count)
    var at = 0
    while at + 32 <= limit {
      var differs: UInt64 = 0
      for word in 0..<4 {
        differs |=
          one.loadUnaligned(fromByteOffset: at + word * 8, as: UInt64.self)
          ^ other.loadUnaligned(fromByteOffset: at + word * 8, as: UInt64.self)
      }
      if differs != 0 { break }
      at += 32
    }
    while at < limit, one[at] == other[at] { at += 1 }
    return at
  }

  @inline(__always)
  mutating func step() -> Bool {
    let length = Twins.opening.utf8CodeUnitCount
    let rest = lines.count - passed
    guard rest > length, let base = lines.baseAddress else { return false }
    let line = base + passed
    guard memcmp(line, Twins.opening.utf8Start, length) == 0 else { return false }
    let path = (line + length).assumingMemoryBound(to: UInt8.self)
    var high: UInt64 = 0
    let run = Text.plainRun(path, rest - length, high: &high)
    guard length + run < rest, path[run] == UInt8(ascii: "\""), high == 0,
      let newline = memchr(path + run, 10, rest - length - run)
    else { return false }
    let name = UnsafeRawBufferPointer(start: path, count: run)
    guard last.order(against: name) < 0 else { return false }
    last = name
    passed += UnsafeRawPointer(newline) - line + 1
    count += 1
    return true
  }
}
