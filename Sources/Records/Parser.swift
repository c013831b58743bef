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
  /// How many spans the last line had, whose slots are still taken.
  private var count = 0
  /// For each member of ours the number, from 1, of the span that it has in the line.
  private let slots: UnsafeMutablePointer<Int32>
  private let guesses: UnsafeMutablePointer<Guess>
  private let keys = KeyTable()
  private let scratch = Buffer(capacity: 256)

  package init() {
    spans = .allocate(capacity: capacity)
    slots = .allocate(capacity: Members.count)
    slots.initialize(repeating: 0, count: Members.count)
    guesses = .allocate(capacity: Guess.most)
    guesses.initialize(repeating: Guess(), count: Guess.most)
  }

  deinit {
    spans.deallocate()
    slots.deallocate()
    guesses.deallocate()
  }

  /// Reads a line. The failure has no subject: whoever knows the line's number adds it.
  package func parse(_ line: UnsafeRawBufferPointer) throws(Failure) -> Record {
    guard let start = line.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      throw Parser.flaw("expected a JSON object")
    }
    for place in 0..<count where spans[place].member != MemberSpan.unknown {
      slots[Int(spans[place].member)] = 0
    }
    count = 0
    var scan = Scanner(start, line.count)
    var nulls = false
    scan.skipSpace()
    guard scan.take(UInt8(ascii: "{")) else { throw Parser.flaw("expected a JSON object") }
    scan.skipSpace()
    if !scan.take(UInt8(ascii: "}")) {
      repeat {
        if count == capacity { grow() }
        let span = try member(&scan, count)
        if span.member != MemberSpan.unknown {
          guard slots[Int(span.member)] == 0 else { throw twice(span.member) }
          slots[Int(span.member)] = Int32(truncatingIfNeeded: count + 1)
          if span.shape == .null { nulls = true }
        }
        spans[count] = span
        count += 1
        scan.skipSpace()
      } while scan.take(UInt8(ascii: ","))
      guard scan.take(UInt8(ascii: "}")) else { throw Parser.flaw("expected , or } in an object") }
    }
    scan.skipSpace()
    guard scan.isAtEnd else { throw Parser.flaw("there are bytes after the object") }
    if nulls { forgetNulls() }
    return try finish(start)
  }

  private func twice(_ member: UInt8) -> Failure {
    Parser.flaw("member \"\(Member.allCases[Int(member)].name)\" appears twice")
  }

  /// A member that is null counts as absent, but not as if it might come again.
  private func forgetNulls() {
    for place in 0..<count where spans[place].shape == .null {
      if spans[place].member != MemberSpan.unknown { slots[Int(spans[place].member)] = 0 }
    }
  }

  @inline(__always)
  private func member(_ scan: inout Scanner, _ place: Int) throws(Failure) -> MemberSpan {
    scan.skipSpace()
    let key = scan.at
    let known: (member: UInt8, isBytes: Bool)
    if place < Guess.most, scan.count - key >= Guess.longest, guesses[place].fits(scan.base + key) {
      scan.at += guesses[place].length
      known = (guesses[place].member, guesses[place].isBytes)
    } else {
      known = try name(&scan, place)
    }
    scan.skipSpace()
    let value = scan.at
    var isEscaped = false
    let shape = try scan.value(&isEscaped, depth: 0)
    return MemberSpan(
      key: Int32(truncatingIfNeeded: key), value: Int32(truncatingIfNeeded: value),
      end: Int32(truncatingIfNeeded: scan.at), member: known.member, shape: shape,
      isEscaped: isEscaped, isBytes: known.isBytes)
  }

  /// Reads a name and its colon, and expects the same at this place of the next line.
  @inline(never)
  private func name(
    _ scan: inout Scanner, _ place: Int
  ) throws(Failure) -> (member: UInt8, isBytes: Bool) {
    let key = scan.at
    var isEscaped = false
    try scan.string(&isEscaped)
    let end = scan.at - 1
    // A name of ours needs no escapes; written with some it is still the same name.
    let known =
      isEscaped
      ? lookUpEscaped(scan, key + 1, end) : keys.find(scan.base + key + 1, end - key - 1)
    scan.skipSpace()
    guard scan.take(UInt8(ascii: ":")) else { throw Parser.flaw("expected : after a name") }
    let length = scan.at - key
    if place < Guess.most, length <= Guess.longest {
      guesses[place] = Guess(scan.base + key, length, known.member, isBytes: known.isBytes)
    }
    return known
  }

  private func lookUpEscaped(
    _ scan: Scanner, _ start: Int, _ end: Int
  ) -> (member: UInt8, isBytes: Bool) {
    scratch.clear()
    Scanner.unescape(UnsafeRawBufferPointer(start: scan.base + start, count: end - start), scratch)
    return keys.find(UnsafePointer(scratch.base), scratch.count)
  }

  @inline(__always)
  private func finish(_ start: UnsafePointer<UInt8>) throws(Failure) -> Record {
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

/// What stood at some place of the last line: tools write their records alike, so the next line
/// most likely has the same name there, which then need not be read.
private struct Guess {
  static let most = 24
  static let longest = 16

  private(set) var length = 0
  private(set) var member = MemberSpan.unknown
  private(set) var isBytes = false
  private var letters: (UInt64, UInt64) = (0, 0)
  private var mask: (UInt64, UInt64) = (0, 0)

  init() {
    // Fits nothing: no masked byte is 1.
    letters.0 = 1
  }

  init(_ name: UnsafePointer<UInt8>, _ length: Int, _ member: UInt8, isBytes: Bool) {
    self.length = length
    self.member = member
    self.isBytes = isBytes
    withUnsafeMutableBytes(of: &letters) { $0.copyMemory(from: .init(start: name, count: length)) }
    withUnsafeMutableBytes(of: &mask) { for place in 0..<length { $0[place] = 0xFF } }
  }

  /// Whether the bytes, of which there are at least `longest`, begin with the same name.
  @inline(__always)
  func fits(_ bytes: UnsafePointer<UInt8>) -> Bool {
    let line = UnsafeRawPointer(bytes)
    let low = line.loadUnaligned(as: UInt64.self) & mask.0 ^ letters.0
    let high = line.loadUnaligned(fromByteOffset: 8, as: UInt64.self) & mask.1 ^ letters.1
    return low | high == 0
  }
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

extension Parser {
  /// Reads a line that was kept.
  package func read(
    _ line: [UInt8], _ body: (Record) throws(Failure) -> Void
  ) throws(Failure) {
    try line.withUnsafeBufferPointer { (line) throws(Failure) in
      try body(try parse(UnsafeRawBufferPointer(line)))
    }
  }
}
