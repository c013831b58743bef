internal import CHiredis

/// What a server answered.
enum Reply {
  case text([UInt8])
  case integer(Int)
  case list([Reply])
  case none
  case error(String)

  init(_ reply: UnsafePointer<redisReply>) {
    let reply = reply.pointee
    switch reply.type {
    case REDIS_REPLY_INTEGER: self = .integer(Int(reply.integer))
    case REDIS_REPLY_ARRAY:
      let elements = UnsafeBufferPointer(start: reply.element, count: reply.elements)
      self = .list(elements.map { element in element.map { Reply($0) } ?? .none })
    case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .text(Reply.bytes(reply))
    case REDIS_REPLY_ERROR: self = .error(String(decoding: Reply.bytes(reply), as: UTF8.self))
    default: self = .none
    }
  }

  private static func bytes(_ reply: redisReply) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: reply.str, count: reply.len))
  }

  var bytes: [UInt8]? {
    if case .text(let bytes) = self { bytes } else { nil }
  }

  /// Text that must be UTF-8 to be any.
  var text: String? {
    bytes.flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// A number, also as its digits.
  var integer: Int? {
    switch self {
    case .integer(let number): number
    case .text: text.flatMap { Int($0) }
    default: nil
    }
  }

  var list: [Reply] {
    if case .list(let elements) = self { elements } else { [] }
  }

  /// A moment in the form of scores. Others than ours may have written fractions.
  var seconds: Int64? {
    guard let text, let number = Double(text), abs(number) < 1e15 else {
      return integer.map { Int64($0) }
    }
    return Int64(number.rounded(.up))
  }
}
