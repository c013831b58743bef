internal import Core
internal import Glibc
internal import Values

/// The way through `PlainLane`.
extension XMLReader {
  /// Reads what is plain and whole, and returns how many bytes that was; `isPlain` falls where the
  /// parser has to read on.
  func pass(
    _ bytes: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var at = 0
    // Where the element begins that is read and may come again.
    var begun = -1
    while at < bytes.count {
      let isTag = bytes[at] == UInt8(ascii: "<")
      if isTag, depth + 1 == repeatDepth {
        let used = try again(UnsafeRawBufferPointer(rebasing: bytes[at...]), consumer)
        if used > 0 {
          at += used
          continue
        }
      }
      let left = bytes.count - at
      guard let found = memchr(base + at, isTag ? 0x3E : 0x3C, left) else {
        return isTag ? at : at + run(UnsafeRawBufferPointer(rebasing: bytes[at...]))
      }
      let end = UnsafeRawPointer(found) - base
      let start = isTag ? at + 1 : at
      let piece = UnsafeRawBufferPointer(start: base + start, count: end - start)
      if isTag {
        let before = depth
        isPlain = try tag(piece, consumer)
        guard isPlain else { return at }
        if depth == repeatDepth, before < depth {
          begun = at
        } else if before == repeatDepth, depth < before, begun >= 0 {
          let element = UnsafeRawBufferPointer(rebasing: bytes[begun...end])
          stencils.learn(element, depth: before, vocabulary)
          begun = -1
        }
        at = end + 1
      } else {
        let used = run(piece)
        guard used == piece.count else {
          isPlain = false
          return at + used
        }
        at = end
      }
    }
    return at
  }

  /// Reads an element of a form that is known; zero if it is not.
  private func again(
    _ bytes: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) -> Int {
    do throws(Failure) {
      let used = try stencils.read(bytes, consumer)
      if used > 0 { text.clear() }
      return used
    } catch {
      fault = error
      throw error
    }
  }

  /// Reads a text, and returns how many bytes of it could be read.
  private func run(_ piece: UnsafeRawBufferPointer) -> Int {
    guard depth > 0 else { return blanks(piece) }
    guard text.count + piece.count <= XMLReader.longestText else { return 0 }
    var at = 0
    while at < piece.count {
      let rest = UnsafeRawBufferPointer(rebasing: piece[at...])
      let plain = PlainLane.plainCount(rest)
      text.append(UnsafeRawBufferPointer(rebasing: rest[..<plain]))
      at += plain
      guard at < piece.count else { break }
      guard piece[at] == UInt8(ascii: "&"),
        let escape = PlainLane.escape(UnsafeRawBufferPointer(rebasing: piece[at...]))
      else { return at }
      text.append(escape.byte)
      at += escape.length
    }
    return at
  }

  /// Outside of the root nothing but blanks is plain, and nothing at all before the declaration.
  private func blanks(_ piece: UnsafeRawBufferPointer) -> Int {
    guard lane.isStarted else { return 0 }
    return piece.prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 }.count
  }

  /// Reads what stands between angle brackets; false if it is not plain.
  @inline(__always)
  private func tag(
    _ piece: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) -> Bool {
    guard let first = piece.first else { return false }
    if first == UInt8(ascii: "/") {
      return try close(UnsafeRawBufferPointer(rebasing: piece[1...]), consumer)
    }
    if first == UInt8(ascii: "?") {
      guard !lane.isStarted, PlainLane.isDeclaration(piece) else { return false }
      lane.isStarted = true
      return true
    }
    return try open(piece, consumer)
  }

  @inline(__always)
  private func open(
    _ piece: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) -> Bool {
    guard depth < XMLReader.deepest, !lane.isOver else { return false }
    let isEmpty = piece[piece.count - 1] == UInt8(ascii: "/")
    var name = piece
    if isEmpty {
      // Some write a blank before the slash.
      let count = piece.count > 2 && piece[piece.count - 2] == 0x20 ? 2 : 1
      name = UnsafeRawBufferPointer(rebasing: piece.dropLast(count))
    }
    var code = vocabulary.exactCode(name)
    if code == Vocabulary.unknown {
      guard let bare = PlainLane.bareName(name, isRoot: depth == 0) else { return false }
      name = bare
      code = vocabulary.code(name)
    }
    codes[depth + 1] = code
    return try begin(name, isEmpty: isEmpty, consumer)
  }

  @inline(__always)
  private func begin(
    _ name: UnsafeRawBufferPointer, isEmpty: Bool, _ consumer: any XMLConsumer
  ) throws(Failure) -> Bool {
    depth += 1
    lane.isStarted = true
    lane.open(name, depth)
    text.clear()
    do throws(Failure) {
      try consumer.start(Element(code: codes[depth], depth: depth, name: name))
    } catch {
      fault = error
      throw error
    }
    return isEmpty ? try close(name, consumer) : true
  }

  @inline(__always)
  private func close(
    _ name: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) -> Bool {
    guard depth > 0 else { return false }
    let open = lane.name(depth)
    guard open.count == name.count, let mine = open.baseAddress, let theirs = name.baseAddress,
      memcmp(mine, theirs, name.count) == 0
    else { return false }
    do throws(Failure) {
      try consumer.end(Element(code: codes[depth], depth: depth, name: name), text.bytes)
    } catch {
      fault = error
      throw error
    }
    lane.close(depth)
    depth -= 1
    text.clear()
    return true
  }
}
