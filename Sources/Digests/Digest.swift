package import Core

/// A digest of bytes that come piece by piece, used again for one file after the other.
///
/// It belongs to one thread at a time.
package final class Digest {
  private enum State {
    case message(MessageDigest)
    case crc32c(UInt32)
    case crc64nvme(UInt64)
  }

  package let algorithm: Algorithm
  private var state: State

  package init(_ algorithm: Algorithm) throws(Failure) {
    self.algorithm = algorithm
    state =
      switch algorithm {
      case .sha256: .message(try MessageDigest(.sha256))
      case .md5: .message(try MessageDigest(.md5))
      case .crc32c: .crc32c(0)
      case .crc64nvme: .crc64nvme(0)
      }
  }

  package func update(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    switch state {
    case .message(var digest):
      try digest.update(bytes)
      state = .message(digest)
    case .crc32c(let crc): state = .crc32c(Checksum.crc32c(crc, bytes))
    case .crc64nvme(let crc): state = .crc64nvme(Checksum.crc64nvme(crc, bytes))
    }
  }

  /// The digest of all bytes so far, the CRCs big-endian; the next byte begins a new one.
  package func finish() throws(Failure) -> [UInt8] {
    switch state {
    case .message(var digest):
      let value = try digest.finish()
      state = .message(digest)
      return value
    case .crc32c(let crc):
      state = .crc32c(0)
      return Checksum.bytes(crc)
    case .crc64nvme(let crc):
      state = .crc64nvme(0)
      return Checksum.bytes(crc)
    }
  }

  /// Forgets the bytes so far.
  package func reset() throws(Failure) {
    switch state {
    case .message(var digest):
      try digest.reset()
      state = .message(digest)
    case .crc32c: state = .crc32c(0)
    case .crc64nvme: state = .crc64nvme(0)
    }
  }

  /// The digest of these bytes alone.
  package func value(of bytes: [UInt8]) throws(Failure) -> [UInt8] {
    try reset()
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try update(UnsafeRawBufferPointer(bytes))
    }
    return try finish()
  }
}
