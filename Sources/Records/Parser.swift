package import Core
internal import Values

/// Reads one line at a time, in place: no byte is copied and nothing is allocated for a record
/// whose names need no decoding. The record is valid until the next line is read.
///
/// The grammar is JSON to the letter; members known to `Member` are found by a table made of it,
/// all others are only stepped over, so that they can be forwarded as they came.
package final class Parser {
  private var spans: UnsafeMutablePointer<MemberSpan>
  private var capacity = 64
  private let slots: UnsafeMutablePointer<UInt8>
  private let keys = KeyTable()
  private let scratch = Buffer(capacity: 256)

  package init() {
    spans = .allocate(capacity: capacity)
    slots = .allocate(capacity: Member.allCases.count)
    slots.initialize(repeating: 0, count: Member.allCases.count)
  }

  deinit {
    spans.deallocate()
    slots.deallocate()
  }

  /// Reads a line. The failure has no subject: whoever knows the line's number adds it.
  package func parse(_ line: UnsafeRawBufferPointer) throws(Failure) -> Record {
    guard let start = line.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      throw Parser.flaw("expected a JSON object")
    }
    for place in 0..<Member.allCases.count { slots[place] = 0 }
    var scan = Scanner(start, line.count)
    var count = 0
    scan.skipSpace()
    guard scan.take(UInt8(ascii: "{")) else { throw Parser.flaw("expected a JSON object") }
    scan.skipSpace()
    if !scan.take(UInt8(ascii: "}")) {
      repeat {
        if count == capacity { grow() }
        spans[count] = try member(&scan)
        let known = spans[count].member
        if known != MemberSpan.unknown {
          if slots[Int(known)] != 0 {
            throw Parser.flaw("member \"\(Member.allCases[Int(known)].name)\" appears twice")
          }
          if count < 255, spans[count].shape != .null { slots[Int(known)] = UInt8(count + 1) }
        }
        count += 1
        scan.skipSpace()
      } while scan.take(UInt8(ascii: ","))
      guard scan.take(UInt8(ascii: "}")) else { throw Parser.flaw("expected , or } in an object") }
    }
    scan.skipSpace()
    guard scan.isAtEnd else { throw Parser.flaw("there are bytes after the object") }
    return try finish(start, count)
  }

  private func member(_ scan: inout Scanner) throws(Failure) -> MemberSpan {
    scan.skipSpace()
    let key = scan.at
    var isEscaped = false
    try scan.string(&isEscaped)
    let nameEnd = scan.at - 1
    // A name of ours needs no escapes; written with some it is still the same name.
    let known =
      isEscaped
      ? lookUpEscaped(scan, key + 1, nameEnd)
      : keys.find(scan.base + key + 1, nameEnd - key - 1)
    scan.skipSpace()
    guard scan.take(UInt8(ascii: ":")) else { throw Parser.flaw("expected : after a name") }
    scan.skipSpace()
    let value = scan.at
    isEscaped = false
    let shape = try scan.value(&isEscaped, depth: 0)
    return MemberSpan(
      key: Int32(truncatingIfNeeded: key), value: Int32(truncatingIfNeeded: value),
      end: Int32(truncatingIfNeeded: scan.at), member: known.member, shape: shape,
      isEscaped: isEscaped, isBytes: known.isBytes)
  }

  private func lookUpEscaped(
    _ scan: Scanner, _ start: Int, _ end: Int
  ) -> (member: UInt8, isBytes: Bool) {
    scratch.clear()
    Scanner.unescape(UnsafeRawBufferPointer(start: scan.base + start, count: end - start), scratch)
    return keys.find(UnsafePointer(scratch.base), scratch.count)
  }

  private func finish(_ start: UnsafePointer<UInt8>, _ count: Int) throws(Failure) -> Record {
    var record = Record(
      base: start, spans: UnsafePointer(spans), spanCount: count, slots: UnsafePointer(slots))
    if let span = record.span(.type) {
      guard span.shape == .string else { throw Parser.flaw("member \"type\" must be text") }
      record.kind =
        span.isEscaped
        ? record.bytes(.type).map { $0.withUnsafeBytes { Kind(name: $0) } } ?? .other
        : keys.kind(span.content(start))
    }
    if let span = record.span(.path) {
      guard span.shape == .string else { throw Parser.flaw("member \"path\" must be text") }
      if span.isBytes || span.isEscaped {
        scratch.clear()
        guard span.decode(start, into: scratch) else {
          throw Parser.flaw("member \"path_bytes\" is not base64")
        }
        record.path = scratch.bytes
      } else {
        record.path = span.content(start)
      }
    }
    return record
  }

  private func grow() {
    let larger = UnsafeMutablePointer<MemberSpan>.allocate(capacity: capacity * 2)
    larger.update(from: spans, count: capacity)
    spans.deallocate()
    spans = larger
    capacity *= 2
  }

  static func flaw(_ reason: String) -> Failure { Failure(.data, "", reason) }
}

/// Where a member stands in its line, and what its value looks like.
package struct MemberSpan {
  enum Shape: UInt8 { case string, number, flag, null, list, object }

  static let unknown: UInt8 = 255

  let key: Int32
  let value: Int32
  let end: Int32
  let member: UInt8
  let shape: Shape
  let isEscaped: Bool
  let isBytes: Bool

  /// The value as it stands in the line; of a string, what is between the quotes.
  @inline(__always)
  func content(_ base: UnsafePointer<UInt8>) -> UnsafeRawBufferPointer {
    let trim: Int32 = shape == .string ? 1 : 0
    return UnsafeRawBufferPointer(
      start: base + Int(value + trim), count: Int(end - value - 2 * trim))
  }

  /// Appends the bytes that a string stands for; false if they are not the base64 they claim to be.
  func decode(_ base: UnsafePointer<UInt8>, into out: Buffer) -> Bool {
    let content = content(base)
    guard isEscaped || isBytes else {
      out.append(content)
      return true
    }
    let before = out.count
    Scanner.unescape(content, out)
    guard isBytes else { return true }
    let text = Array(out.bytes[before...])
    guard let bytes = Base64.decode(text) else { return false }
    out.count = before
    out.append(bytes)
    return true
  }
}

