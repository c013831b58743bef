package import Core

/// HMAC-SHA256 (RFC 2104) under one key, for many messages.
///
/// The states after the two padded keys are kept, so a short message costs two blocks instead of
/// four.
package final class MAC: Sendable {
  private static let blockLength = 64
  private let inner: MessageDigest
  private let outer: MessageDigest

  package init(key: [UInt8]) throws(Failure) {
    var block = key
    if block.count > MAC.blockLength {
      var digest = try MessageDigest(.sha256)
      try digest.update(key)
      block = try digest.finish()
    }
    block += Array(repeating: 0, count: MAC.blockLength - block.count)
    inner = try MAC.state(after: block.map { $0 ^ 0x36 })
    outer = try MAC.state(after: block.map { $0 ^ 0x5c })
  }

  private static func state(after block: [UInt8]) throws(Failure) -> MessageDigest {
    var digest = try MessageDigest(.sha256)
    try digest.update(block)
    return digest
  }

  /// The 32 bytes that authenticate the message.
  package func code(_ message: UnsafeRawBufferPointer) throws(Failure) -> [UInt8] {
    var digest = inner
    try digest.update(message)
    let value = try digest.finish()
    digest = outer
    try digest.update(value)
    return try digest.finish()
  }

  package func code(_ message: [UInt8]) throws(Failure) -> [UInt8] {
    try message.withUnsafeBufferPointer { (message) throws(Failure) in
      try code(UnsafeRawBufferPointer(message))
    }
  }

  /// One message under a key that is used once, as in a chain of derived keys.
  package static func code(key: [UInt8], _ message: [UInt8]) throws(Failure) -> [UInt8] {
    try MAC(key: key).code(message)
  }
}
