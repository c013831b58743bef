package import Core

/// HMAC-SHA256 (RFC 2104) under one key, for many messages.
///
/// The states after the two padded keys are kept, so a short message costs two blocks instead of
/// four. It belongs to one thread at a time.
package final class MAC {
  private static let blockLength = 64
  private let inner: MessageDigest
  private let outer: MessageDigest
  private let running: MessageDigest

  package init(key: [UInt8]) throws(Failure) {
    inner = try MessageDigest("SHA256")
    outer = try MessageDigest("SHA256")
    running = try MessageDigest("SHA256")
    var block = key
    if block.count > MAC.blockLength {
      try running.update(key)
      block = try running.finish()
    }
    block += Array(repeating: 0, count: MAC.blockLength - block.count)
    try inner.update(block.map { $0 ^ 0x36 })
    try outer.update(block.map { $0 ^ 0x5c })
  }

  /// The 32 bytes that authenticate the message.
  package func code(_ message: UnsafeRawBufferPointer) throws(Failure) -> [UInt8] {
    try running.resume(inner)
    try running.update(message)
    let digest = try running.finish()
    try running.resume(outer)
    try running.update(digest)
    return try running.finish()
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
