/// Reads the fields of a message of protobuf, in whatever order they come.
package struct Decoder {
  /// A field as it stands in the message.
  package struct Field {
    package enum Value {
      case number(UInt64)
      case bytes(ArraySlice<UInt8>)
      /// Of a form that nobody here has a use for.
      case other
    }

    package var number: Int
    package var value: Value
    /// The whole of it, to be written back.
    package var raw: ArraySlice<UInt8>
  }

  private var rest: ArraySlice<UInt8>

  package init(_ bytes: some Sequence<UInt8>) {
    rest = ArraySlice(bytes)
  }

  /// Calls for each field; false if the bytes are no message, or `body` says so.
  package mutating func each(_ body: (Field) -> Bool) -> Bool {
    while !rest.isEmpty {
      guard let field = next(), body(field) else { return false }
    }
    return true
  }

  private mutating func next() -> Field? {
    let start = rest.startIndex
    let whole = rest
    guard let tag = varint(), tag >> 3 >= 1, tag >> 3 < 1 << 29 else { return nil }
    let value: Field.Value
    switch tag & 7 {
    case 0:
      guard let number = varint() else { return nil }
      value = .number(number)
    case 2:
      guard let length = varint(), length <= rest.count else { return nil }
      value = .bytes(rest.prefix(Int(length)))
      rest = rest.dropFirst(Int(length))
    case 1, 5:
      let length = tag & 7 == 1 ? 8 : 4
      guard rest.count >= length else { return nil }
      rest = rest.dropFirst(length)
      value = .other
    default: return nil
    }
    return Field(number: Int(tag >> 3), value: value, raw: whole[start..<rest.startIndex])
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for place in 0..<10 {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << UInt64(place * 7)
      if byte < 0x80 { return value }
    }
    return nil
  }
}

extension Decoder.Field {
  package var integer: Int? {
    if case .number(let value) = value { Int(Int64(bitPattern: value)) } else { nil }
  }

  /// A number of 32 bits, whose negative values are written with 64.
  package var short: Int? {
    if case .number(let value) = value { Int(Int32(truncatingIfNeeded: value)) } else { nil }
  }

  package var bytes: ArraySlice<UInt8>? {
    if case .bytes(let bytes) = value { bytes } else { nil }
  }

  /// Text; what is not UTF-8 in it is repaired.
  package var text: String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The key of an entry of a map, and its value as a field.
  package var entry: (key: String, value: Decoder.Field?)? {
    guard let bytes else { return nil }
    var entry: (key: String, value: Decoder.Field?) = ("", nil)
    var decoder = Decoder(bytes)
    let isWhole = decoder.each { field in
      if field.number == 1 { entry.key = field.text ?? "" }
      if field.number == 2 { entry.value = field }
      return true
    }
    return isWhole ? entry : nil
  }
}
