internal import Values

/// A digest that a record can carry; the name is also that of the record's member.
package enum Algorithm: String, CaseIterable, Sendable {
  case sha256, md5, crc32c, crc64nvme

  /// How many bytes the digest has.
  package var length: Int {
    switch self {
    case .sha256: 32
    case .md5: 16
    case .crc32c: 4
    case .crc64nvme: 8
    }
  }

  /// The digest as records and stores write it.
  ///
  /// SHA-256 and MD5 are lower-case hexadecimal, as `sha256sum` and `md5sum` print them. The CRCs
  /// are base64 of the big-endian bytes, which is the value of `x-amz-checksum-crc32c` and
  /// `x-amz-checksum-crc64nvme`.
  package func text(_ digest: [UInt8]) -> String {
    switch self {
    case .sha256, .md5: Hex.text(digest)
    case .crc32c, .crc64nvme: String(decoding: Base64.encode(digest), as: UTF8.self)
    }
  }

  /// The digest that the text stands for; nil if it is not one of this algorithm.
  package func digest(text: String) -> [UInt8]? {
    let digest =
      switch self {
      case .sha256, .md5: Hex.decode(text.utf8)
      case .crc32c, .crc64nvme: Base64.decode(text.utf8)
      }
    return digest?.count == length ? digest : nil
  }
}
