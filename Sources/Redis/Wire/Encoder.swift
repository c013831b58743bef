/// Writes a message of protobuf as Go does: fields in ascending order, and none that is zero.
struct Encoder {
  private(set) var bytes: [UInt8] = []

  /// The three forms that asynq's messages are made of.
  enum Form: UInt64 {
    case number = 0
    case bytes = 2
  }

  init(capacity: Int = 32) {
    bytes.reserveCapacity(capacity)
  }

  mutating func number(_ field: Int, _ value: Int) {
    if value != 0 { tagged(field, value) }
  }

  mutating func flag(_ field: Int, _ value: Bool) {
    number(field, value ? 1 : 0)
  }

  mutating func text(_ field: Int, _ value: String) {
    if !value.isEmpty { nested(field, value.utf8) }
  }

  mutating func bytes(_ field: Int, _ value: [UInt8]) {
    if !value.isEmpty { nested(field, value) }
  }

  /// An entry of a map has both its members, even those that are zero.
  mutating func entry(_ field: Int, _ key: String, _ value: String) {
    var entry = Encoder()
    entry.nested(1, key.utf8)
    entry.nested(2, value.utf8)
    nested(field, entry.bytes)
  }

  mutating func entry(_ field: Int, _ key: String, _ value: Int) {
    var entry = Encoder()
    entry.nested(1, key.utf8)
    entry.tagged(2, value)
    nested(field, entry.bytes)
  }

  mutating func message(_ field: Int, _ body: (inout Encoder) -> Void) {
    var message = Encoder()
    body(&message)
    nested(field, message.bytes)
  }

  /// What is encoded already.
  mutating func raw(_ encoded: [UInt8]) {
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
