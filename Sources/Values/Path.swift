/// A name below some root: bytes, parts joined by `/`, as the file system and S3 keep them.
///
/// Why bytes: text compares NFC and NFD spellings as equal, orders them differently from every
/// store, and repairs what is not UTF-8. Each of these makes two files one, or deletes the wrong
/// one. So a path is text only in messages, through `description`.
package struct Path: Hashable, Comparable, Sendable {
  package var bytes: [UInt8]

  package init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  package init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  package init(text: String) {
    self.bytes = Array(text.utf8)
  }

  package static let slash = UInt8(ascii: "/")

  package static func < (one: Path, other: Path) -> Bool {
    one.bytes.lexicographicallyPrecedes(other.bytes)
  }

  package var isEmpty: Bool { bytes.isEmpty }

  /// Whether the path names a folder: it ends in a slash, or is the root itself.
  package var isFolder: Bool { bytes.last ?? Path.slash == Path.slash }

  package var isAbsolute: Bool { bytes.first == Path.slash }

  /// The last part, without a slash.
  package var name: Path {
    let trimmed = trimmed
    guard let slash = trimmed.bytes.lastIndex(of: Path.slash) else { return trimmed }
    return Path(trimmed.bytes[(slash + 1)...])
  }

  /// The folder that holds it, with its closing slash; empty at the top.
  package var parent: Path {
    guard let slash = trimmed.bytes.lastIndex(of: Path.slash) else { return Path() }
    return Path(bytes[...slash])
  }

  /// Without slashes at the end (the root `/` stays).
  package var trimmed: Path {
    var kept = bytes
    while kept.count > 1, kept.last == Path.slash { kept.removeLast() }
    return Path(kept)
  }

  /// `self/other`, with exactly one slash between.
  package func appending(_ other: Path) -> Path {
    if bytes.isEmpty { return other }
    if other.bytes.isEmpty { return self }
    var joined = bytes
    if joined.last != Path.slash { joined.append(Path.slash) }
    return Path(joined + other.bytes)
  }

  package func appending(_ text: String) -> Path { appending(Path(text: text)) }

  package var parts: [ArraySlice<UInt8>] {
    bytes.split(separator: Path.slash)
  }

  /// Whether this lies at or below `folder` (compared part by part: `a-b` is not below `a`).
  package func isWithin(_ folder: Path) -> Bool {
    let top = folder.trimmed.bytes
    guard bytes.starts(with: top) else { return false }
    return top.isEmpty || bytes.count == top.count || top.last == Path.slash
      || bytes[top.count] == Path.slash
  }

  /// Whether a part of it leads upwards.
  package var climbs: Bool { parts.contains { $0.elementsEqual("..".utf8) } }

  /// Resolves `.`, `..` and doubled slashes by text alone, against `folder` when relative.
  package func absolute(from folder: Path) -> Path {
    var kept: [ArraySlice<UInt8>] = []
    for part in (isAbsolute ? self : folder.appending(self)).parts {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        _ = kept.popLast()
      } else {
        kept.append(part)
      }
    }
    return Path([Path.slash] + kept.joined(separator: [Path.slash]))
  }
}

extension Path: CustomStringConvertible {
  /// The path for messages: control characters and what is not UTF-8 are written `\xHH`.
  package var description: String { Path.visible(bytes) }

  package static func visible(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var out = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      if let text = String(validating: rest.prefix(length), as: UTF8.self),
        let scalar = text.unicodeScalars.first,
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
      {
        out += text
        rest = rest.dropFirst(length)
      } else {
        out += "\\x" + Hex.text([first])
        rest = rest.dropFirst()
      }
    }
    return out
  }
}

extension Path {
  /// Why this may not name a file below a root of ours; nil if it may.
  ///
  /// Nothing that comes from outside names a file outside its root, so this is asked of every path
  /// before it is acted on.
  package var objection: String? {
    if bytes.isEmpty { return "the path is empty" }
    if bytes.contains(0) { return "the path holds a NUL byte" }
    if isAbsolute { return "the path is absolute" }
    let parts = isFolder ? bytes.dropLast() : bytes[...]
    for part in parts.split(separator: Path.slash, omittingEmptySubsequences: false) {
      if part.isEmpty { return "the path has an empty part" }
      if part.elementsEqual(".".utf8) { return "the path has a part \".\"" }
      if part.elementsEqual("..".utf8) { return "the path has a part \"..\"" }
      if part.starts(with: Path.reserved) { return "names that start with .s4l are reserved" }
    }
    return nil
  }

  /// Names that start like this are ours: never listed, watched or copied.
  package static let reserved = Array(".s4l".utf8)
}

extension UnsafeRawBufferPointer {
  /// Below, at or above zero as these bytes sort before, with or after the others.
  @inline(__always)
  package func order(against other: UnsafeRawBufferPointer) -> Int {
    let shorter = Swift.min(count, other.count)
    var at = 0
    while at + 8 <= shorter {
      let mine = loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let theirs = other.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      if mine != theirs { return mine.bigEndian < theirs.bigEndian ? -1 : 1 }
      at += 8
    }
    while at < shorter {
      if self[at] != other[at] { return Int(self[at]) - Int(other[at]) }
      at += 1
    }
    return count - other.count
  }
}
