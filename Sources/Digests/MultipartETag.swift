package import Core
internal import Values

/// The ETag that S3 gives an object uploaded in parts of one size: the MD5 of the parts' MD5s.
///
/// It belongs to one thread at a time.
package final class MultipartETag {
  /// What a store may call the object; without the quotes that HTTP puts around an ETag.
  package struct Value: Equatable, Sendable {
    /// The ETag after a multipart upload, which ends in a hyphen and the number of parts.
    package let multipart: String
    /// The ETag after a plain PUT, if one part holds all.
    ///
    /// Which of the two applies depends on how the object was uploaded, not on its size.
    package let single: String?
  }

  package let partSize: Int
  private var part: MessageDigest
  private var whole: MessageDigest
  private var partCount = 0
  private var room: Int

  package init(partSize: Int) throws(Failure) {
    guard partSize > 0 else { throw Failure(.bug, "part size \(partSize)", "it must be positive") }
    self.partSize = partSize
    room = partSize
    part = try MessageDigest(.md5)
    whole = try MessageDigest(.md5)
  }

  package func update(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // A full part is closed by the byte after it, so that the last part is never empty.
      if room == 0 { _ = try closePart() }
      let piece = rest.prefix(room)
      try part.update(UnsafeRawBufferPointer(rebasing: piece))
      room -= piece.count
      rest = rest.dropFirst(piece.count)
    }
  }

  /// The ETag of all bytes so far, none being one empty part; the next byte begins a new object.
  package func finish() throws(Failure) -> Value {
    let last = try closePart()
    let multipart = "\(Hex.text(try whole.finish()))-\(partCount)"
    let single = partCount == 1 ? Hex.text(last) : nil
    partCount = 0
    return Value(multipart: multipart, single: single)
  }

  /// Forgets the bytes so far.
  package func reset() throws(Failure) {
    try part.reset()
    try whole.reset()
    partCount = 0
    room = partSize
  }

  private func closePart() throws(Failure) -> [UInt8] {
    let digest = try part.finish()
    try whole.update(digest)
    partCount += 1
    room = partSize
    return digest
  }
}
