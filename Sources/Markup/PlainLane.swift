internal import Values

/// The short way through a document: elements without attributes, but for the root's, ASCII texts,
/// the escapes that servers write.
///
/// Why: a page of a thousand objects takes expat 1.4 ms, and this a quarter of it.
/// It judges nothing: at whatever is not plain it stops before it, expat is told which elements are
/// open, and reads on from there to the end of the document. So what is well-formed, and what is
/// told of it, is what expat says.
struct PlainLane {
  /// The names of the open elements, one after the other, and where each ends.
  let names = Buffer()
  let ends: UnsafeMutablePointer<Int> = .allocate(capacity: XMLReader.deepest + 1)
  /// What has come of a token that is not whole yet.
  let rest = Buffer()
  var isStarted = false
  var isOver = false

  /// The longest token that is waited for.
  static let patience = 4_096

  mutating func clear() {
    names.clear()
    rest.clear()
    ends[0] = 0
    (isStarted, isOver) = (false, false)
  }

  @inline(__always)
  func name(_ depth: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: names.base + ends[depth - 1], count: ends[depth] - ends[depth - 1])
  }

  @inline(__always)
  mutating func open(_ name: UnsafeRawBufferPointer, _ depth: Int) {
    names.append(name)
    ends[depth] = names.count
  }

  @inline(__always)
  mutating func close(_ depth: Int) {
    names.count = ends[depth - 1]
    isOver = depth == 1
  }

  /// The document as far as it was read, without its texts and closed elements.
  func replay(_ depth: Int) -> [UInt8] {
    guard isStarted else { return [] }
    var bytes = Array("<?xml version=\"1.0\"?>".utf8)
    if isOver { return bytes + Array("<a/>".utf8) }
    for depth in 0..<depth { bytes += Array("<".utf8) + Array(name(depth + 1)) + Array(">".utf8) }
    return bytes
  }
}

/// What tokens of the lane look like.
extension PlainLane {
  private static let declarations = [
    "?xml version=\"1.0\" encoding=\"UTF-8\"?", "?xml version=\"1.0\" encoding=\"utf-8\"?",
    "?xml version='1.0' encoding='UTF-8'?", "?xml version=\"1.0\"?",
  ]

  static func isDeclaration(_ tag: UnsafeRawBufferPointer) -> Bool {
    declarations.contains { tag.elementsEqual($0.utf8) }
  }

  static func isName(_ name: some Collection<UInt8>) -> Bool {
    guard let first = name.first, isLetter(first) else { return false }
    return name.allSatisfy {
      isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
  }

  /// The name in a tag that has no attributes, or declares a namespace and nothing else; the root
  /// may have others.
  static func bareName(
    _ tag: UnsafeRawBufferPointer, isRoot: Bool
  ) -> UnsafeRawBufferPointer? {
    if isName(tag) { return tag }
    guard let blank = tag.firstIndex(of: 0x20), isName(tag[..<blank]) else { return nil }
    var rest = tag[blank...]
    // One that stands there twice is for the parser to refuse.
    var known: [Slice<UnsafeRawBufferPointer>] = []
    while rest.first == 0x20 {
      rest = rest.dropFirst()
      guard let equals = rest.firstIndex(of: UInt8(ascii: "=")),
        isRoot && isName(rest[..<equals]) || rest[..<equals].elementsEqual("xmlns".utf8),
        let end = end(ofValue: rest[(equals + 1)...]),
        !known.contains(where: { $0.elementsEqual(rest[..<equals]) })
      else { return nil }
      known.append(rest[..<equals])
      rest = rest[end...]
    }
    return rest.isEmpty ? UnsafeRawBufferPointer(rebasing: tag[..<blank]) : nil
  }

  /// Where what stands behind a plain value in its quotes begins.
  private static func end(ofValue text: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard text.first == 0x22 else { return nil }
    let value = text.dropFirst()
    guard let quote = value.firstIndex(of: 0x22), quote > value.startIndex,
      value[..<quote].allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x26 && $0 != 0x3C })
    else { return nil }
    return quote + 1
  }

  /// How many bytes from the start are plain: no escapes, none that may not be, none but ASCII. A
  /// closing bracket is not, because what it may stand before depends on what follows.
  @inline(__always)
  static func plainCount(_ text: UnsafeRawBufferPointer) -> Int {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    var at = 0
    while at + 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let (escape, bracket) = (word ^ (ones &* 0x26), word ^ (ones &* 0x5D))
      let odd =
        word | ((word &- ones &* 0x20) & ~word) | ((escape &- ones) & ~escape)
        | ((bracket &- ones) & ~bracket)
      if odd & highs != 0 { break }
      at += 8
    }
    while at < text.count {
      let byte = text[at]
      let isPlain = byte >= 0x20 && byte < 0x80 || byte == 0x0A || byte == 0x09
      guard isPlain, byte != UInt8(ascii: "&"), byte != UInt8(ascii: "]") else { break }
      at += 1
    }
    return at
  }

  /// How many bytes stand before the next tag, if all of them are plain; -1 if not.
  @inline(__always)
  static func leafCount(_ text: UnsafeRawBufferPointer) -> Int {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    var at = 0
    while at + 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let (escape, bracket) = (word ^ (ones &* 0x26), word ^ (ones &* 0x5D))
      let tag = word ^ (ones &* 0x3C)
      let odd =
        word | ((word &- ones &* 0x20) & ~word) | ((escape &- ones) & ~escape)
        | ((bracket &- ones) & ~bracket) | ((tag &- ones) & ~tag)
      if odd & highs != 0 { break }
      at += 8
    }
    while at < text.count {
      let byte = text[at]
      if byte == UInt8(ascii: "<") { return at <= XMLReader.longestText ? at : -1 }
      let isPlain = byte >= 0x20 && byte < 0x80 || byte == 0x0A || byte == 0x09
      guard isPlain, byte != UInt8(ascii: "&"), byte != UInt8(ascii: "]") else { return -1 }
      at += 1
    }
    return -1
  }

  /// The byte that an escape stands for, and how long it is; nil if it is not one of the usual.
  static func escape(_ text: UnsafeRawBufferPointer) -> (byte: UInt8, length: Int)? {
    guard let end = text.prefix(7).firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let name = text[1..<end]
    for (byte, known) in escapes where name.elementsEqual(known.utf8) { return (byte, end + 1) }
    return nil
  }

  private static let escapes: [(UInt8, String)] = [
    (0x22, "quot"), (0x26, "amp"), (0x3C, "lt"), (0x3E, "gt"), (0x27, "apos"), (0x22, "#34"),
    (0x27, "#39"), (0x26, "#38"),
  ]
}
