/// Reads the fields of a message of protobuf where it lies, without copying any of it: for listings
/// of many thousand files.
///
///     var reader = Reader(message)
///     while let field = reader.next() { … }
///     guard reader.isWhole else { … }
package struct Reader {
  package struct Field {
    package enum Value {
      case number(UInt64)
      case bytes(UnsafeRawBufferPointer)
      /// Of four or eight bytes.
      case fixed(UInt64)
    }

    package let number: Int
    package let value: Value
  }

  private let message: UnsafeRawBufferPointer
  private var at = 0
  /// Whether all that came was a message, as far as it was read.
  package private(set) var isWhole = true

  /// The message must stay where it is for as long as its fields are of use.
  package init(_ message: UnsafeRawBufferPointer) {
    self.message = message
  }

  /// The next field; nil at the end, or where the bytes are no message.
  @inline(__always)
  package mutating func next() -> Field? {
    if at == message.count { return nil }
    guard let tag = varint(), tag >> 3 >= 1, tag >> 3 < 1 << 29 else { return fail() }
    let number = Int(tag >> 3)
    switch tag & 7 {
    case 0:
      guard let value = varint() else { return fail() }
      return Field(number: number, value: .number(value))
    case 2:
      guard let length = varint(), length <= UInt64(message.count - at) else { return fail() }
      let start = at
      at += Int(length)
      return Field(
        number: number, value: .bytes(UnsafeRawBufferPointer(rebasing: message[start..<at])))
    case 1, 5:
      guard let value = fixed(tag & 7 == 1 ? 8 : 4) else { return fail() }
      return Field(number: number, value: .fixed(value))
    default: return fail()
    }
  }

  private mutating func fail() -> Field? {
    isWhole = false
    at = message.count
    return nil
  }

  private mutating func fixed(_ count: Int) -> UInt64? {
    guard message.count - at >= count else { return nil }
    defer { at += count }
    return (0..<count).reduce(0) { $0 | UInt64(message[at + $1]) << UInt64($1 * 8) }
  }

  @inline(__always)
  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < message.count, shift < 70 {
      let byte = message[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}

extension Reader.Field {
  /// A number of 64 bits with its sign; nil for anything else.
  package var integer: Int? {
    if case .number(let value) = value { Int(Int64(bitPattern: value)) } else { nil }
  }

  package var flag: Bool? {
    if case .number(let value) = value { value != 0 } else { nil }
  }

  package var bytes: UnsafeRawBufferPointer? {
    if case .bytes(let bytes) = value { bytes } else { nil }
  }

  /// Text; what is not UTF-8 in it is repaired.
  package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}
