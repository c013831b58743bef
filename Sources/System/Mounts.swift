internal import Glibc
package import Values

/// Where file systems are mounted.
package struct Mounts: Equatable, Sendable {
  /// A mount as the kernel knows it: two at one place, one over the other, are not the same.
  package struct Mount: Equatable, Sendable {
    package var number: Int
    package var place: Path
    /// The folder of the file system that is seen there.
    package var root: Path

    package init(number: Int, place: Path, root: Path = Path([Path.slash])) {
      self.number = number
      self.place = place
      self.root = root
    }
  }

  package var all: [Mount]

  package init(_ all: [Mount]) {
    self.all = all
  }

  /// Those that this process sees.
  package static func current() -> Mounts {
    Mounts(table: Notices.text(of: table) ?? [])
  }

  package init(table: [UInt8]) {
    all = table.split(separator: 10).compactMap { line in
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
      guard words.count > 4, let number = Int(String(decoding: words[0], as: UTF8.self)) else {
        return nil
      }
      return Mount(
        number: number, place: Path(Mounts.plain(words[4])), root: Path(Mounts.plain(words[3])))
    }
  }

  /// The kernel writes blanks and backslashes as three octal digits.
  static func plain(_ word: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var rest = word
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3).map { Int($0) - 48 }
      if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy((0...7).contains) {
        out.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + $1 }))
        rest = rest.dropFirst(3)
      } else {
        out.append(byte)
      }
    }
    return out
  }

  /// The mount that a path lies on.
  package func covering(_ path: Path) -> Path {
    var best = Path([Path.slash])
    for mount in all where path.isWithin(mount.place) {
      if mount.place.bytes.count >= best.bytes.count { best = mount.place }
    }
    return best
  }

  /// Those that decide what is found at a path or below it.
  package func concerning(_ path: Path) -> [Mount] {
    all.filter { path.isWithin($0.place) || $0.place.isWithin(path) }
  }

  private static let table = Path(text: "/proc/self/mountinfo")

  /// A file that has an error whenever a mount comes or goes; -1 if there is none.
  package static func bell() -> Int32 {
    table.withCString { open($0, O_RDONLY | O_CLOEXEC) }
  }
}
