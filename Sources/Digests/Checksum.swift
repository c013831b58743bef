internal import CChecksum

/// The two CRCs, each from the CRC of the bytes before, which is 0 at the start.
enum Checksum {
  static func crc32c(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    s4l_crc32c(crc, bytes.baseAddress, bytes.count)
  }

  static func crc64nvme(_ crc: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    s4l_crc64nvme(crc, bytes.baseAddress, bytes.count)
  }

  /// The same without special instructions, for comparison.
  static func portableCRC32C(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    s4l_crc32c_portable(crc, bytes.baseAddress, bytes.count)
  }

  /// The same without special instructions, for comparison.
  static func portableCRC64NVME(_ crc: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    s4l_crc64nvme_portable(crc, bytes.baseAddress, bytes.count)
  }

  /// The most significant byte first.
  static func bytes<Value: FixedWidthInteger & UnsignedInteger>(_ crc: Value) -> [UInt8] {
    stride(from: Value.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: crc >> Value($0))
    }
  }
}
