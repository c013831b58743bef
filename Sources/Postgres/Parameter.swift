package import Values

/// A value that can stand for a parameter of a statement. It goes over in the server's own form.
package protocol Parameter {
  /// The number by which the server knows the type.
  static var type: UInt32 { get }
  /// Appends the bytes of the value; false if there is none.
  func write(to out: Buffer) -> Bool
}

/// A type of which the server has arrays.
package protocol Item: Parameter {
  static var arrayType: UInt32 { get }
}

extension Int: Item {
  package static var type: UInt32 { 20 }
  package static var arrayType: UInt32 { 1_016 }
  package func write(to out: Buffer) -> Bool {
    out.append(big: Int64(self))
    return true
  }
}

extension Bool: Item {
  package static var type: UInt32 { 16 }
  package static var arrayType: UInt32 { 1_000 }
  package func write(to out: Buffer) -> Bool {
    out.append(self ? 1 : 0)
    return true
  }
}

/// Text is its bytes in UTF-8; the server takes no NUL byte in one.
extension String: Item {
  package static var type: UInt32 { 25 }
  package static var arrayType: UInt32 { 1_009 }
  package func write(to out: Buffer) -> Bool {
    var text = self
    text.withUTF8 { out.append(UnsafeRawBufferPointer($0)) }
    return true
  }
}

extension [UInt8]: Parameter {
  package static var type: UInt32 { 17 }
  package func write(to out: Buffer) -> Bool {
    out.append(self)
    return true
  }
}

extension [UInt8]: Item {
  package static var arrayType: UInt32 { 1_001 }
}

/// A moment is microseconds since 2000; what lies beyond their reach is the last of them.
extension Timestamp: Item {
  package static var type: UInt32 { 1_184 }
  package static var arrayType: UInt32 { 1_185 }
  package func write(to out: Buffer) -> Bool {
    out.append(big: microseconds)
    return true
  }

  /// What the server counts from: seconds from 1970 to 2000.
  private static let start: Int64 = 946_684_800
  /// The first and the last moment that it keeps: the years 4713 before and 294276 of our time.
  private static let first: Int64 = -211_813_488_000_000_000
  private static let last: Int64 = 9_223_371_331_199_999_999

  var microseconds: Int64 {
    let since = seconds.subtractingReportingOverflow(Timestamp.start)
    let whole = since.partialValue.multipliedReportingOverflow(by: 1_000_000)
    let sum = whole.partialValue.addingReportingOverflow(Int64(nanoseconds / 1_000))
    if since.overflow || whole.overflow || sum.overflow {
      return seconds < 0 ? Timestamp.first : Timestamp.last
    }
    return min(max(sum.partialValue, Timestamp.first), Timestamp.last)
  }

  init(microseconds: Int64) {
    let rest = microseconds % 1_000_000
    let whole = microseconds / 1_000_000 - (rest < 0 ? 1 : 0)
    self.init(
      seconds: whole + Timestamp.start,
      nanoseconds: Int32(rest < 0 ? rest + 1_000_000 : rest) * 1_000)
  }
}

extension Optional: Parameter where Wrapped: Parameter {
  package static var type: UInt32 { Wrapped.type }
  package func write(to out: Buffer) -> Bool {
    switch self {
    case .some(let value): value.write(to: out)
    case .none: false
    }
  }
}

extension Optional: Item where Wrapped: Item {
  package static var arrayType: UInt32 { Wrapped.arrayType }
}

/// Many values of one type as one parameter: what `unnest` makes rows of.
package struct Column<Value: Item>: Parameter {
  package var values: [Value] = []

  package init(_ values: [Value] = []) { self.values = values }

  package static var type: UInt32 { Value.arrayType }
  package func write(to out: Buffer) -> Bool {
    out.append(big: Int32(1))
    out.append(big: Int32(1))
    out.append(big: Value.type)
    out.append(big: Int32(values.count))
    out.append(big: Int32(1))
    for value in values { out.append(field: value) }
    return true
  }
}

extension Buffer {
  func append(big number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { append($0) }
  }

  /// A value behind its length, as arrays and rows hold it.
  package func append(field value: some Parameter) {
    let place = count
    append(big: Int32(-1))
    guard value.write(to: self) else { return }
    let length = Int32(count - place - 4).bigEndian
    UnsafeMutableRawPointer(base + place).storeBytes(of: length, as: Int32.self)
  }
}
