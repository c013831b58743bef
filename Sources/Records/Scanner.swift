internal import Core
internal import Values

/// Steps over JSON values by the letter of RFC 8259.
struct Scanner {
  let base: UnsafePointer<UInt8>
  let count: Int
  var at = 0

  init(_ base: UnsafePointer<UInt8>, _ count: Int) {
    self.base = base
    self.count = count
  }

  static let deepest = 64

  var isAtEnd: Bool { at == count }

  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard at < count, base[at] == byte else { return false }
    at += 1
    return true
  }

  @inline(__always)
  mutating func skipSpace() {
    while at < count, base[at] <= 0x20,
      base[at] == 0x20 || base[at] == 0x09 || base[at] == 0x0D || base[at] == 0x0A
    {
      at += 1
    }
  }

  /// Steps over a string, both quotes included.
  @inline(__always)
  mutating func string(_ isEscaped: inout Bool) throws(Failure) {
    guard take(UInt8(ascii: "\"")) else { throw Parser.flaw("expected a name in quotes") }
    let start = at
    var high: UInt64 = 0
    while true {
      at += Text.plainRun(base + at, count - at, high: &high)
      guard at < count else { throw Parser.flaw("a string is not closed") }
      if base[at] == UInt8(ascii: "\"") { break }
      guard base[at] == UInt8(ascii: "\\") else {
        throw Parser.flaw("a control character stands in a string")
      }
      isEscaped = true
      try escape()
    }
    if high != 0,
      !Text.isUTF8(UnsafeRawBufferPointer(start: base + start, count: at - start))
    {
      throw Parser.flaw("a string is not UTF-8")
    }
    at += 1
  }

  private mutating func escape() throws(Failure) {
    at += 1
    guard at < count else { throw Parser.flaw("a string is not closed") }
    switch base[at] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      at += 1
    case UInt8(ascii: "u"):
      at += 1
      let unit = try hexadecimal()
      guard !(0xDC00...0xDFFF).contains(unit) else { throw Parser.flaw("a surrogate stands alone") }
      guard (0xD800...0xDBFF).contains(unit) else { return }
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
        (0xDC00...0xDFFF).contains(try hexadecimal())
      else { throw Parser.flaw("a surrogate stands alone") }
    default: throw Parser.flaw("an unknown escape stands in a string")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard at < count, let digit = Hex.value(base[at]) else {
        throw Parser.flaw("an escape lacks its four digits")
      }
      unit = unit << 4 | UInt32(digit)
      at += 1
    }
    return unit
  }

  @inline(__always)
  mutating func value(_ isEscaped: inout Bool, depth: Int) throws(Failure) -> MemberSpan.Shape {
    guard at < count, base[at] == UInt8(ascii: "\"") else { return try plainValue(depth: depth) }
    try string(&isEscaped)
    return .string
  }

  /// Steps over a value that is no string.
  private mutating func plainValue(depth: Int) throws(Failure) -> MemberSpan.Shape {
    guard at < count else { throw Parser.flaw("a value is missing") }
    switch base[at] {
    case UInt8(ascii: "t"):
      try word("true")
      return .flag
    case UInt8(ascii: "f"):
      try word("false")
      return .flag
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    case UInt8(ascii: "["):
      try list(depth: depth + 1)
      return .list
    case UInt8(ascii: "{"):
      try object(depth: depth + 1)
      return .object
    default:
      try number()
      return .number
    }
  }

  private mutating func word(_ word: StaticString) throws(Failure) {
    for place in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[place]) else { throw Parser.flaw("a value is malformed") }
    }
  }

  private mutating func list(depth: Int) throws(Failure) {
    guard depth <= Scanner.deepest else { throw Parser.flaw("values are nested too deeply") }
    at += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return }
    var ignored = false
    repeat {
      skipSpace()
      _ = try value(&ignored, depth: depth)
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw Parser.flaw("expected , or ] in an array") }
  }

  private mutating func object(depth: Int) throws(Failure) {
    guard depth <= Scanner.deepest else { throw Parser.flaw("values are nested too deeply") }
    at += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    var ignored = false
    repeat {
      skipSpace()
      try string(&ignored)
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw Parser.flaw("expected : after a name") }
      skipSpace()
      _ = try value(&ignored, depth: depth)
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw Parser.flaw("expected , or } in an object") }
  }

  @inline(__always)
  private mutating func digits() -> Int {
    let start = at
    while at < count, base[at] &- UInt8(ascii: "0") < 10 { at += 1 }
    return at - start
  }

  @inline(__always)
  private mutating func number() throws(Failure) {
    _ = take(UInt8(ascii: "-"))
    let start = at
    let whole = digits()
    guard whole > 0, whole == 1 || base[start] != UInt8(ascii: "0") else {
      throw Parser.flaw("a value is malformed")
    }
    if take(UInt8(ascii: ".")), digits() == 0 { throw Parser.flaw("a number is malformed") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits() == 0 { throw Parser.flaw("a number is malformed") }
    }
  }

  /// Appends what a string's content, already found well formed, stands for.
  static func unescape(_ content: UnsafeRawBufferPointer, _ out: Buffer) {
    var at = 0
    func unit() -> UInt32 {
      defer { at += 4 }
      return content[at..<at + 4].reduce(0) { $0 << 4 | UInt32(Hex.value($1) ?? 0) }
    }
    while at < content.count {
      guard content[at] == UInt8(ascii: "\\") else {
        out.append(content[at])
        at += 1
        continue
      }
      let letter = content[at + 1]
      at += 2
      switch letter {
      case UInt8(ascii: "b"): out.append(8)
      case UInt8(ascii: "f"): out.append(12)
      case UInt8(ascii: "n"): out.append(10)
      case UInt8(ascii: "r"): out.append(13)
      case UInt8(ascii: "t"): out.append(9)
      case UInt8(ascii: "u"):
        var scalar = unit()
        if scalar >= 0xD800, scalar < 0xDC00 {
          at += 2
          scalar = 0x10000 + (scalar - 0xD800) << 10 + (unit() - 0xDC00)
        }
        if let found = Unicode.Scalar(scalar) { out.append(Array(String(found).utf8)) }
      default: out.append(letter)
      }
    }
  }
}
