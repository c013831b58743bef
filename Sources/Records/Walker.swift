package import Core
package import Values

/// Steps through a document of JSON where it lies, for answers too long to be made values of.
///
/// The grammar is that of RFC 8259 to the letter, as far as was stepped over; objects within each
/// other are as deep as whoever reads them wants to go, and what is skipped at most 64.
package struct Walker {
  private var scan: Scanner

  /// A document. The failures are of kind `data` and have no subject.
  package init(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      throw Parser.flaw("a value is missing")
    }
    scan = Scanner(start, bytes.count)
    scan.skipSpace()
  }

  /// A value as it is written; of a string, what is between the quotes.
  package struct Value {
    package let bytes: UnsafeRawBufferPointer
    let shape: MemberSpan.Shape
    let isEscaped: Bool

    package var isNull: Bool { shape == .null }
    package var flag: Bool? { shape == .flag ? bytes.first == UInt8(ascii: "t") : nil }

    package var integer: Int? {
      guard shape == .number else { return nil }
      var number = 0
      let isNegative = bytes.first == UInt8(ascii: "-")
      for byte in isNegative ? bytes.dropFirst() : bytes[...] {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        let (tens, isOver) = number.multipliedReportingOverflow(by: 10)
        let (sum, isBeyond) = tens.addingReportingOverflow(Int(digit))
        if isOver || isBeyond { return nil }
        number = sum
      }
      return isNegative ? -number : number
    }

    /// What a string stands for; where that is not what is written, it is put into `scratch`.
    package func text(_ scratch: Buffer) -> UnsafeRawBufferPointer? {
      guard shape == .string else { return nil }
      if !isEscaped { return bytes }
      scratch.clear()
      Scanner.unescape(bytes, scratch)
      return scratch.bytes
    }
  }

  /// Whether a list or an object, or nothing of the kind, comes next.
  package var isAtList: Bool { next == UInt8(ascii: "[") }
  package var isAtObject: Bool { next == UInt8(ascii: "{") }
  private var next: UInt8 { scan.isAtEnd ? 0 : scan.base[scan.at] }

  /// Steps over the value that comes next, whatever it is.
  package mutating func value() throws(Failure) -> Value {
    let start = scan.at
    var isEscaped = false
    let shape = try scan.value(&isEscaped, depth: 0)
    let trim = shape == .string ? 1 : 0
    let bytes = UnsafeRawBufferPointer(
      start: scan.base + start + trim, count: scan.at - start - 2 * trim)
    return Value(bytes: bytes, shape: shape, isEscaped: isEscaped)
  }

  /// Shows each member of an object by its name, which is as it is written. A value that is left
  /// alone is stepped over.
  package mutating func members(
    _ each: (inout Walker, UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard scan.take(UInt8(ascii: "{")) else { throw Parser.flaw("expected an object") }
    scan.skipSpace()
    if scan.take(UInt8(ascii: "}")) { return }
    repeat {
      scan.skipSpace()
      let start = scan.at
      var isEscaped = false
      try scan.string(&isEscaped)
      let name = UnsafeRawBufferPointer(start: scan.base + start + 1, count: scan.at - start - 2)
      scan.skipSpace()
      guard scan.take(UInt8(ascii: ":")) else { throw Parser.flaw("expected : after a name") }
      scan.skipSpace()
      let place = scan.at
      try each(&self, name)
      if scan.at == place { _ = try scan.value(&isEscaped, depth: 0) }
      scan.skipSpace()
    } while scan.take(UInt8(ascii: ","))
    guard scan.take(UInt8(ascii: "}")) else { throw Parser.flaw("expected , or } in an object") }
  }

  /// Shows each item of a list, which must be stepped over.
  package mutating func items(
    _ each: (inout Walker) throws(Failure) -> Void
  ) throws(Failure) {
    guard scan.take(UInt8(ascii: "[")) else { throw Parser.flaw("expected a list") }
    scan.skipSpace()
    if scan.take(UInt8(ascii: "]")) { return }
    repeat {
      scan.skipSpace()
      try each(&self)
      scan.skipSpace()
    } while scan.take(UInt8(ascii: ","))
    guard scan.take(UInt8(ascii: "]")) else { throw Parser.flaw("expected , or ] in an array") }
  }

  /// Makes sure that nothing comes any more.
  package mutating func end() throws(Failure) {
    scan.skipSpace()
    guard scan.isAtEnd else { throw Parser.flaw("there are bytes after the value") }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether these are the letters of a name.
  @inline(__always)
  package func spells(_ name: StaticString) -> Bool {
    count == name.utf8CodeUnitCount
      && elementsEqual(UnsafeRawBufferPointer(start: name.utf8Start, count: count))
  }
}
