package import Core
internal import Values

/// How the .strm of a file is called.
package struct Naming: Sendable {
  private enum Piece: Equatable {
    case text([UInt8])
    case stem, ext, name, tag
  }

  private static let ending = Array(".strm".utf8)
  private static let longest = 255

  private var pieces: [Piece] = []
  private let tag: [UInt8]
  /// Whether an image of a disc keeps its extension: players know it by that.
  private let keepsImages: Bool
  /// Whether names may hold nothing that Windows forbids.
  let isWindows: Bool

  package init(
    template: String?, tag: String, keepsExtensions: Bool, isWindows: Bool = false
  ) throws(Failure) {
    let usual = keepsExtensions ? "{name}{tag}.strm" : "{stem}{tag}.strm"
    var rest = (template ?? usual)[...]
    guard rest.utf8.reversed().starts(with: Naming.ending.reversed()) else {
      throw Failure(.usage, "--name-template", "a name must end in .strm")
    }
    let all: [(String, Piece)] = [
      ("{stem}", .stem), ("{ext}", .ext), ("{name}", .name), ("{tag}", .tag),
    ]
    while !rest.isEmpty {
      if let (word, piece) = all.first(where: { rest.hasPrefix($0.0) }) {
        pieces.append(piece)
        rest = rest.dropFirst(word.count)
        continue
      }
      guard rest.first != "{" else {
        throw Failure(
          .usage, "--name-template", "there are {stem}, {ext}, {name} and {tag}, and no others")
      }
      let plain = rest.prefix { $0 != "{" }
      pieces.append(.text(Array(plain.utf8)))
      rest = rest.dropFirst(plain.count)
    }
    guard pieces.contains(.stem) || pieces.contains(.name) else {
      throw Failure(.usage, "--name-template", "it needs {stem} or {name}, to tell files apart")
    }
    for text in [template ?? "", tag] where text.utf8.contains(where: { $0 == 0x2F || $0 < 0x20 }) {
      throw Failure(.usage, "--name-template", "it is a name, not a path")
    }
    self.tag = Array(tag.utf8)
    keepsImages = template == nil
    self.isWindows = isWindows
  }

  /// Appends the name for a file of this name.
  func append(_ name: UnsafeRawBufferPointer, to out: Buffer) {
    let start = out.count
    let dot = Extensions.stem(of: name) ?? name.count
    let stem = UnsafeRawBufferPointer(rebasing: name[..<dot])
    let ext = UnsafeRawBufferPointer(rebasing: name[min(dot + 1, name.count)...])
    let isImage = keepsImages && Naming.isImage(ext)
    write(stem, [], ext, isImage, out)
    if isWindows { WindowsName.sanitise(from: start, out) }
    guard out.count - start > Naming.longest else { return }
    // What tells it from others of the same beginning is a digest of the whole name.
    let mark = Naming.mark(name)
    var kept = stem.count
    repeat {
      kept -= max(1, (out.count - start - Naming.longest) / 3)
      while kept > 0, stem[kept] & 0xC0 == 0x80 { kept -= 1 }
      out.count = start
      write(UnsafeRawBufferPointer(rebasing: stem[..<max(kept, 0)]), mark, ext, isImage, out)
      if isWindows { WindowsName.sanitise(from: start, out) }
    } while out.count - start > Naming.longest && kept > 0
  }

  private func write(
    _ stem: UnsafeRawBufferPointer, _ mark: [UInt8], _ ext: UnsafeRawBufferPointer,
    _ isImage: Bool, _ out: Buffer
  ) {
    for piece in pieces {
      switch piece {
      case .text(let text): out.append(text)
      case .tag: out.append(tag)
      case .ext: out.append(ext)
      case .stem, .name:
        out.append(stem)
        out.append(mark)
        guard piece == .name || isImage, !ext.isEmpty else { continue }
        out.append(UInt8(ascii: "."))
        out.append(ext)
      }
    }
  }

  @inline(__always)
  private static func isImage(_ ext: UnsafeRawBufferPointer) -> Bool {
    ext.count == 3 && ext[0] | 0x20 == UInt8(ascii: "i") && ext[1] | 0x20 == UInt8(ascii: "s")
      && ext[2] | 0x20 == UInt8(ascii: "o")
  }

  private static func mark(_ name: UnsafeRawBufferPointer) -> [UInt8] {
    let hash = name.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    return Array("~".utf8) + Hex.bytes(withUnsafeBytes(of: hash.bigEndian) { Array($0) })
  }
}

/// Names as they look where upper and lower case are one.
enum Folded {
  /// A number that two names share if they differ in case only.
  static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
    var hash = FNV()
    for byte in name {
      if byte >= 0x80, hasCase(byte) { return slowHash(name) }
      let lower = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
      hash.add(lower)
    }
    return hash.value
  }

  /// Whether letters that begin with this byte may have another case: Latin, Greek, Cyrillic and
  /// their neighbours, and the full-width forms.
  private static func hasCase(_ byte: UInt8) -> Bool {
    (0xC3...0xD6).contains(byte) || byte == 0xE1 || byte == 0xE2 || byte == 0xEF || byte == 0xF0
  }

  private static func slowHash(_ name: UnsafeRawBufferPointer) -> UInt64 {
    var hash = FNV()
    for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
      hash.add(scalar.properties.lowercaseMapping.utf8)
    }
    return hash.value
  }
}
