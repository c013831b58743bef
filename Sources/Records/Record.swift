package import Core
package import Values

/// One line, looked at where it lies. It is valid until its reader reads on.
package struct Record {
  let base: UnsafePointer<UInt8>
  let spans: UnsafePointer<MemberSpan>
  let spanCount: Int
  let slots: UnsafePointer<Int32>
  package internal(set) var kind = Kind.entry
  /// The decoded path; nil if the record has none.
  package internal(set) var path: UnsafeRawBufferPointer?

  @inline(__always)
  func span(_ member: Member) -> MemberSpan? {
    let slot = slots[Int(member.rawValue)]
    return slot == 0 ? nil : spans[Int(slot) - 1]
  }

  @inline(__always)
  package func has(_ member: Member) -> Bool { slots[Int(member.rawValue)] != 0 }

  /// The path, where it must outlive the record.
  package var ownPath: Path { path.map { Path($0) } ?? Path() }

  private func wrong(_ member: Member, _ what: String) -> Failure {
    Failure(.data, "", "member \"\(member.name)\" must be \(what)")
  }

  /// A whole number that is not negative.
  package func integer(_ member: Member) throws(Failure) -> Int? {
    guard let span = span(member) else { return nil }
    let content = span.content(base)
    guard span.shape == .number, content.count <= 18 else {
      throw wrong(member, "a whole number below 10^18")
    }
    var number = 0
    for byte in content {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { throw wrong(member, "a whole number below 10^18") }
      number = number &* 10 &+ Int(digit)
    }
    return number
  }

  package func time(_ member: Member) throws(Failure) -> Timestamp? {
    guard let span = span(member) else { return nil }
    let time =
      span.shape != .string
      ? nil
      : span.isEscaped
        ? bytes(member).flatMap { $0.withUnsafeBytes { Timestamp($0) } }
        : Timestamp(span.content(base))
    guard let time else { throw wrong(member, "a time such as 2026-11-20T18:02:11Z") }
    return time
  }

  package func flag(_ member: Member) throws(Failure) -> Bool? {
    guard let span = span(member) else { return nil }
    guard span.shape == .flag else { throw wrong(member, "true or false") }
    return span.content(base)[0] == UInt8(ascii: "t")
  }

  /// The bytes of a text or name; nil if it is absent or not a string.
  package func bytes(_ member: Member) -> [UInt8]? {
    guard let span = span(member), span.shape == .string else { return nil }
    let out = Buffer(capacity: Int(span.end - span.value) + 8)
    guard span.decode(base, into: out) else { return nil }
    return Array(out.bytes)
  }

  /// Appends the bytes of a text or name; false if it is absent or not a string.
  @inline(__always)
  package func append(_ member: Member, to out: Buffer) -> Bool {
    guard let span = span(member), span.shape == .string else { return false }
    return span.decode(base, into: out)
  }

  /// The bytes that a member stands for: those of a string, or of any other value the value itself
  /// as it is written.
  package func content(_ member: Member) throws(Failure) -> [UInt8]? {
    guard let span = span(member) else { return nil }
    guard span.shape == .string else { return Array(span.content(base)) }
    guard let bytes = bytes(member) else { throw wrong(member, "a string") }
    return bytes
  }

  /// The value of a member as it stands, the quotes of a text included.
  @inline(__always)
  package func raw(_ member: Member) -> UnsafeRawBufferPointer? {
    guard let span = span(member) else { return nil }
    return UnsafeRawBufferPointer(start: base + Int(span.value), count: Int(span.end - span.value))
  }

  package func text(_ member: Member) throws(Failure) -> String? {
    guard let span = span(member) else { return nil }
    guard span.shape == .string, let bytes = bytes(member) else { throw wrong(member, "text") }
    return String(decoding: bytes, as: UTF8.self)
  }

  package func name(_ member: Member) throws(Failure) -> Path? {
    guard let span = span(member) else { return nil }
    guard span.shape == .string, let bytes = bytes(member) else { throw wrong(member, "a name") }
    return Path(bytes)
  }

  /// A text member that is not declared; nil if it is absent or not a string.
  package func text(undeclared name: String) -> String? {
    guard let span = span(undeclared: name), span.shape == .string else { return nil }
    let out = Buffer()
    return span.decode(base, into: out) ? String(decoding: out.bytes, as: UTF8.self) : nil
  }

  /// The value of a member that is not declared, as it stands.
  package func raw(undeclared name: String) -> UnsafeRawBufferPointer? {
    span(undeclared: name)?.content(base)
  }

  private func span(undeclared name: String) -> MemberSpan? {
    assert(!Member.allCases.contains { $0.name == name }, "\(name) is declared")
    for place in 0..<spanCount where spans[place].member == MemberSpan.unknown {
      let span = spans[place]
      let key = UnsafeRawBufferPointer(start: base + Int(span.key) + 1, count: name.utf8.count + 1)
      if span.value - span.key > key.count, key.elementsEqual((name + "\"").utf8) { return span }
    }
    return nil
  }

  /// Whether a text member has just these letters, compared where they stand.
  @inline(__always)
  package func holds(_ member: Member, _ text: StaticString) -> Bool {
    guard let span = span(member), span.shape == .string else { return false }
    if span.isEscaped || span.isBytes { return bytes(member) == Array("\(text)".utf8) }
    let content = span.content(base)
    guard content.count == text.utf8CodeUnitCount else { return false }
    for place in 0..<content.count where content[place] != text.utf8Start[place] { return false }
    return true
  }

  /// Whether both records have the member and say the same; nil if one lacks it.
  package func agrees(on member: Member, with other: Record) -> Bool? {
    guard let mine = span(member), let theirs = other.span(member) else { return nil }
    guard mine.shape == theirs.shape else { return false }
    if mine.shape == .string, mine.isEscaped || theirs.isEscaped || mine.isBytes != theirs.isBytes {
      return bytes(member) == other.bytes(member)
    }
    return mine.content(base).elementsEqual(theirs.content(other.base))
  }

  package func list(_ member: Member) throws(Failure) -> [String]? {
    guard let span = span(member) else { return nil }
    guard span.shape == .list else { throw wrong(member, "an array of texts") }
    var scan = Scanner(base, Int(span.end))
    scan.at = Int(span.value) + 1
    var texts: [String] = []
    scan.skipSpace()
    if scan.take(UInt8(ascii: "]")) { return texts }
    repeat {
      scan.skipSpace()
      let start = scan.at + 1
      var isEscaped = false
      guard scan.at < scan.count, base[scan.at] == UInt8(ascii: "\"") else {
        throw wrong(member, "an array of texts")
      }
      try scan.string(&isEscaped)
      let out = Buffer()
      Scanner.unescape(
        UnsafeRawBufferPointer(start: base + start, count: scan.at - 1 - start), out)
      texts.append(String(decoding: out.bytes, as: UTF8.self))
      scan.skipSpace()
    } while scan.take(UInt8(ascii: ","))
    return texts
  }

  package func fingerprint(_ member: Member) throws(Failure) -> Fingerprint? {
    guard let span = span(member) else { return nil }
    guard span.shape == .object else { throw wrong(member, "an object of size, mtime and etag") }
    var found = Fingerprint()
    var seen: Set<[UInt8]> = []
    var scan = Scanner(base, Int(span.end))
    scan.at = Int(span.value) + 1
    scan.skipSpace()
    while !scan.take(UInt8(ascii: "}")) {
      let (name, value) = try pair(&scan)
      guard seen.insert(name).inserted else { throw wrong(member, "an object of different names") }
      guard try take(name, value, into: &found) else {
        throw wrong(member, "an object of a whole size, a time mtime and a text etag")
      }
      scan.skipSpace()
      _ = scan.take(UInt8(ascii: ","))
      scan.skipSpace()
    }
    return found
  }

  /// Puts one member into a fingerprint; false if it is not what it should be. What is read wrongly
  /// here would be taken for a target that nobody looked at, so nothing is overlooked.
  private func take(
    _ name: [UInt8], _ value: UnsafeRawBufferPointer, into found: inout Fingerprint
  ) throws(Failure) -> Bool {
    if value.elementsEqual("null".utf8) { return true }
    let text = value.first == UInt8(ascii: "\"") ? Record.unquoted(value) : nil
    if name.elementsEqual("size".utf8) {
      let isWhole = value.allSatisfy { (48...57).contains($0) } && value.count <= 18
      guard isWhole, let size = Int(String(decoding: value, as: UTF8.self)) else { return false }
      found.size = size
    } else if name.elementsEqual("mtime".utf8) {
      guard let mtime = text.flatMap({ $0.withUnsafeBytes { Timestamp($0) } }) else { return false }
      found.mtime = mtime
    } else if name.elementsEqual("etag".utf8) {
      guard let text else { return false }
      found.etag = text
    }
    return true
  }

  /// What a string, quotes included, stands for.
  private static func unquoted(_ string: UnsafeRawBufferPointer) -> [UInt8] {
    let out = Buffer()
    Scanner.unescape(UnsafeRawBufferPointer(rebasing: string.dropFirst().dropLast()), out)
    return Array(out.bytes)
  }

  /// The name and the raw value of one member of an object that was found well formed.
  private func pair(
    _ scan: inout Scanner
  ) throws(Failure) -> (name: [UInt8], value: UnsafeRawBufferPointer) {
    var ignored = false
    let name = scan.at
    try scan.string(&ignored)
    let nameEnd = scan.at
    scan.skipSpace()
    _ = scan.take(UInt8(ascii: ":"))
    scan.skipSpace()
    let value = scan.at
    _ = try scan.value(&ignored, depth: 0)
    return (
      Record.unquoted(UnsafeRawBufferPointer(start: base + name, count: nameEnd - name)),
      UnsafeRawBufferPointer(start: base + value, count: scan.at - value)
    )
  }

  /// A copy of the line, for records that must outlive their reader's next step.
  package var line: UnsafeRawBufferPointer {
    guard spanCount > 0 else { return UnsafeRawBufferPointer(start: base, count: 0) }
    return UnsafeRawBufferPointer(start: base, count: Int(spans[spanCount - 1].end))
  }
}

/// What tells one version of a file at a target from another.
package struct Fingerprint: Hashable, Sendable {
  package var size: Int?
  package var mtime: Timestamp?
  package var etag: [UInt8]?

  package init(size: Int? = nil, mtime: Timestamp? = nil, etag: [UInt8]? = nil) {
    self.size = size
    self.mtime = mtime
    self.etag = etag
  }
}
