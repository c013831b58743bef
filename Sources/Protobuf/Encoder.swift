/// Writes a message of protobuf as Go does: fields in ascending order, and none that is zero.
package struct Encoder {
  package private(set) var bytes: [UInt8] = []

  /// The two forms that messages here are made of.
  enum Form: UInt64 {
    case number = 0
    case bytes = 2
  }

  package init(capacity: Int = 32) {
    bytes.reserveCapacity(capacity)
  }

  package mutating func number(_ field: Int, _ value: Int) {
    if value != 0 { tagged(field, value) }
  }

  package mutating func flag(_ field: Int, _ value: Bool) {
    number(field, value ? 1 : 0)
  }

  package mutating func text(_ field: Int, _ value: String) {
    if !value.isEmpty { nested(field, value.utf8) }
  }

  package mutating func bytes(_ field: Int, _ value: [UInt8]) {
    if !value.isEmpty { nested(field, value) }
  }

  /// What is written even where it is empty, since it may not be there at all.
  package mutating func payload(_ field: Int, _ value: [UInt8]) {
    nested(field, value)
  }

  /// An entry of a map has both its members, even those that are zero.
  package mutating func entry(_ field: Int, _ key: String, _ value: String) {
    var entry = Encoder()
    entry.nested(1, key.utf8)
    entry.nested(2, value.utf8)
    nested(field, entry.bytes)
  }

  package mutating func entry(_ field: Int, _ key: String, _ value: Int) {
    var entry = Encoder()
    entry.nested(1, key.utf8)
    entry.tagged(2, value)
    nested(field, entry.bytes)
  }

  package mutating func message(_ field: Int, _ body: (inout Encoder) -> Void) {
    var message = Encoder()
    body(&message)
    nested(field, message.bytes)
  }

  /// What is encoded already.
  package mutating func raw(_ encoded: [UInt8]) {
    bytes += encoded
  }

  private mutating func tagged(_ field: Int, _ value: Int) {
    varint(UInt64(field) << 3 | Form.number.rawValue)
    varint(UInt64(bitPattern: Int64(value)))
  }

  private mutating func nested(_ field: Int, _ content: some Collection<UInt8>) {
    varint(UInt64(field) << 3 | Form.bytes.rawValue)
    varint(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
