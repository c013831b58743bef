package import Values

/// Writes records into a buffer, one line each.
package struct Writer {
  package let out: Buffer

  package init(_ out: Buffer) {
    self.out = out
  }

  @inline(__always)
  package func begin(_ kind: Kind) {
    switch kind {
    case .entry: out.append("{\"type\":\"entry\"")
    case .change: out.append("{\"type\":\"change\"")
    case .outcome: out.append("{\"type\":\"outcome\"")
    case .hole: out.append("{\"type\":\"hole\"")
    case .event: out.append("{\"type\":\"event\"")
    case .head, .tail, .task, .verdict, .record, .summary, .progress, .other:
      out.append("{\"type\":\"")
      out.append(Array(kind.name.utf8))
      out.append(UInt8(ascii: "\""))
    }
  }

  /// The entry of a file of which no more is told, in one go: a listing writes millions.
  package func entry(path: UnsafeRawBufferPointer, size: Int, mtime: Timestamp) {
    var high: UInt64 = 0
    guard let name = path.baseAddress?.assumingMemoryBound(to: UInt8.self),
      Text.plainRun(name, path.count, high: &high) == path.count, high == 0
    else {
      begin(.entry)
      add(.path, name: path)
      add(.size, size)
      add(.mtime, mtime)
      return end()
    }
    let start = out.reserve(path.count + 96 + Timestamp.longest)
    var place = start
    place.put("{\"type\":\"entry\",\"path\":\"")
    place.update(from: name, count: path.count)
    place += path.count
    place.put("\",\"size\":")
    place += Buffer.write(size, to: place)
    place.put(",\"mtime\":\"")
    place += mtime.write(to: place)
    place.put("\"}\n")
    out.count += place - start
  }

  @inline(__always)
  package func end() {
    out.append("}\n")
  }

  @inline(__always)
  private func key(_ member: Member) {
    out.append(",\"")
    out.append(member.declaration.name)
    out.append("\":")
  }

  @inline(__always)
  package func add(_ member: Member, _ number: Int) {
    key(member)
    out.append(integer: number)
  }

  /// A number as text, for those too large to survive every reader.
  @inline(__always)
  package func add(_ member: Member, number: UInt64) {
    key(member)
    out.append(UInt8(ascii: "\""))
    if let small = Int(exactly: number) {
      out.append(integer: small)
    } else {
      out.append(Array("\(number)".utf8))
    }
    out.append(UInt8(ascii: "\""))
  }

  package func add(_ member: Member, _ flag: Bool) {
    key(member)
    out.append(flag ? "true" : "false")
  }

  @inline(__always)
  package func add(_ member: Member, _ time: Timestamp) {
    key(member)
    quoted(time)
  }

  private func quoted(_ time: Timestamp) {
    let place = out.reserve(Timestamp.longest + 2)
    place[0] = UInt8(ascii: "\"")
    let length = time.write(to: place + 1)
    place[length + 1] = UInt8(ascii: "\"")
    out.count += length + 2
  }

  /// A name: as text if it is UTF-8, otherwise in base64 under the name that says so.
  @inline(__always)
  package func add(_ member: Member, name: UnsafeRawBufferPointer) {
    var high: UInt64 = 0
    let start = name.baseAddress?.assumingMemoryBound(to: UInt8.self)
    if let start, Text.plainRun(start, name.count, high: &high) == name.count, high == 0 {
      key(member)
      out.append(UInt8(ascii: "\""))
      out.append(name)
      out.append(UInt8(ascii: "\""))
    } else if Text.isUTF8(name) {
      key(member)
      quoted(name)
    } else {
      out.append(",\"")
      out.append(member.declaration.name)
      out.append("_bytes\":\"")
      out.append(Base64.encode(name))
      out.append(UInt8(ascii: "\""))
    }
  }

  package func add(_ member: Member, name: Path) {
    name.bytes.withUnsafeBytes { add(member, name: $0) }
  }

  package func add(_ member: Member, text: String) {
    key(member)
    quote(text)
  }

  /// A JSON string by itself.
  package func quote(_ text: String) {
    var text = text
    text.withUTF8 { quoted(UnsafeRawBufferPointer($0)) }
  }

  @inline(__always)
  package func add(_ member: Member, _ text: StaticString) {
    key(member)
    out.append(UInt8(ascii: "\""))
    out.append(text)
    out.append(UInt8(ascii: "\""))
  }

  package func add(_ member: Member, list: [String]) {
    key(member)
    out.append(UInt8(ascii: "["))
    for (place, text) in list.enumerated() {
      if place > 0 { out.append(UInt8(ascii: ",")) }
      quote(text)
    }
    out.append(UInt8(ascii: "]"))
  }

  package func add(_ member: Member, _ fingerprint: Fingerprint) {
    key(member)
    let start = out.count
    if let size = fingerprint.size { add(.size, size) }
    if let mtime = fingerprint.mtime { add(.mtime, mtime) }
    if let etag = fingerprint.etag {
      key(.etag)
      // A server may send anything; what is no UTF-8 is repaired, as text members are.
      quote(String(decoding: etag, as: UTF8.self))
    }
    if out.count == start {
      out.append(UInt8(ascii: "{"))
    } else {
      out.base[start] = UInt8(ascii: "{")
    }
    out.append(UInt8(ascii: "}"))
  }

  /// Forwards a record byte for byte.
  @inline(__always)
  package func forward(_ record: Record) {
    out.append(record.line)
    if record.spanCount == 0 { out.append(UInt8(ascii: "{")) }
    end()
  }

  /// Copies all members of a record but some, as they stand: the unknown ones too.
  package func copy(_ record: Record, except dropped: Members) {
    for place in 0..<record.spanCount {
      let span = record.spans[place]
      if span.member == Member.type.rawValue { continue }
      if span.member != MemberSpan.unknown, dropped.holds(span.member) { continue }
      out.append(UInt8(ascii: ","))
      out.append(
        UnsafeRawBufferPointer(start: record.base + Int(span.key), count: Int(span.end - span.key)))
    }
  }

  /// A JSON string. Control characters are escaped; the text is UTF-8.
  private func quoted(_ text: UnsafeRawBufferPointer) {
    out.append(UInt8(ascii: "\""))
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      out.append(UInt8(ascii: "\""))
      return
    }
    var at = 0
    var high: UInt64 = 0
    while at < text.count {
      let run = Text.plainRun(start + at, text.count - at, high: &high)
      out.append(UnsafeRawBufferPointer(start: start + at, count: run))
      at += run
      guard at < text.count else { break }
      escape(start[at])
      at += 1
    }
    out.append(UInt8(ascii: "\""))
  }

  private func escape(_ byte: UInt8) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case 8: out.append(UInt8(ascii: "b"))
    case 9: out.append(UInt8(ascii: "t"))
    case 10: out.append(UInt8(ascii: "n"))
    case 12: out.append(UInt8(ascii: "f"))
    case 13: out.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    default:
      out.append("u00")
      out.append(Hex.bytes([byte]))
    }
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Writes a text and steps behind it.
  @inline(__always)
  fileprivate mutating func put(_ text: StaticString) {
    update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    self += text.utf8CodeUnitCount
  }
}
