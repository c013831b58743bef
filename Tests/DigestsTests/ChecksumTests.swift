import Testing

@testable import Digests

@Suite struct ChecksumTests {
  /// Division bit by bit, as the definition has it.
  private static func divided<Word: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafeRawBufferPointer, by polynomial: Word
  ) -> Word {
    ~bytes.reduce(Word.max) { rest, byte in
      (0..<8).reduce(rest ^ Word(byte)) { rest, _ in
        rest >> 1 ^ (rest & 1 == 1 ? polynomial : 0)
      }
    }
  }

  @Test("fast and portable CRCs agree at all alignments and short lengths")
  func short() {
    noise(400).withUnsafeBytes { bytes in
      for alignment in 0..<16 {
        for length in 0...300 { compare(bytes, alignment, length) }
      }
    }
  }

  @Test("fast and portable CRCs agree where the lanes of long inputs begin and end")
  func long() {
    noise(200_016).withUnsafeBytes { bytes in
      for edge in [1_024, 3_072, 6_144, 30_720, 200_000] {
        for length in [edge - 9, edge - 8, edge - 1, edge, min(edge + 1, 200_000)] {
          compare(bytes, edge % 15, length)
        }
      }
    }
  }

  @Test("the CRCs are those of the definition")
  func definition() {
    noise(5_000).withUnsafeBytes { all in
      for length in [0, 1, 2, 7, 8, 9, 63, 64, 65, 128, 3_071, 3_072, 3_073, 5_000] {
        let bytes = UnsafeRawBufferPointer(rebasing: all[..<length])
        let crc32c = ChecksumTests.divided(bytes, by: 0x82f6_3b78 as UInt32)
        let crc64nvme = ChecksumTests.divided(bytes, by: 0x9a6c_9329_ac4b_c9b5 as UInt64)
        #expect(Checksum.crc32c(0, bytes) == crc32c)
        #expect(Checksum.portableCRC32C(0, bytes) == crc32c)
        #expect(Checksum.crc64nvme(0, bytes) == crc64nvme)
        #expect(Checksum.portableCRC64NVME(0, bytes) == crc64nvme)
      }
    }
  }

  private func compare(_ all: UnsafeRawBufferPointer, _ start: Int, _ length: Int) {
    let bytes = UnsafeRawBufferPointer(rebasing: all[start..<start + length])
    let crc32c = Checksum.portableCRC32C(7, bytes)
    let crc64nvme = Checksum.portableCRC64NVME(7, bytes)
    if Checksum.crc32c(7, bytes) != crc32c || Checksum.crc64nvme(7, bytes) != crc64nvme {
      Issue.record("\(length) bytes from \(start)")
    }
  }
}
