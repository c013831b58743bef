import Core
import Digests
import Testing
import Values

@Suite struct DigestTests {
  @Test(
    "SHA-256 gives the values published with the standard",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func sha256(message: String, expected: String) throws {
    #expect(try Digest(.sha256).text(of: message) == expected)
  }

  @Test(
    "MD5 gives the values published with the standard",
    arguments: [
      ("", "d41d8cd98f00b204e9800998ecf8427e"),
      ("a", "0cc175b9c0f1b6a831c399e269772661"),
      ("abc", "900150983cd24fb0d6963f7d28e17f72"),
      ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
      ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
      (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "d174ab98d277d9f5a5611c2c9f419d9f"
      ),
      (
        String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"
      ),
    ])
  func md5(message: String, expected: String) throws {
    #expect(try Digest(.md5).text(of: message) == expected)
    #expect(Hex.text(plainMD5(Array(message.utf8))) == expected)
  }

  @Test("the CRCs give their check values, big-endian, and as stores print them")
  func checkValues() throws {
    let digits = Array("123456789".utf8)
    let crc32c = try Digest(.crc32c).value(of: digits)
    let crc64nvme = try Digest(.crc64nvme).value(of: digits)
    #expect(Hex.text(crc32c) == "e3069283")
    #expect(Hex.text(crc64nvme) == "ae8b14860a799888")
    #expect(Algorithm.crc32c.text(crc32c) == "4waSgw==")
    #expect(Algorithm.crc64nvme.text(crc64nvme) == "rosUhgp5mIg=")
  }

  @Test("each digest has the promised length, also of nothing", arguments: Algorithm.allCases)
  func length(algorithm: Algorithm) throws {
    let digest = try Digest(algorithm)
    #expect(try digest.finish().count == algorithm.length)
    #expect(try digest.value(of: [1, 2, 3]).count == algorithm.length)
  }

  @Test("text of a digest is read back, and nothing else is", arguments: Algorithm.allCases)
  func textForms(algorithm: Algorithm) throws {
    let digest = noise(algorithm.length)
    #expect(algorithm.digest(text: algorithm.text(digest)) == digest)
    #expect(algorithm.digest(text: algorithm.text(digest + [0])) == nil)
    #expect(algorithm.digest(text: "") == nil)
    #expect(algorithm.digest(text: "?") == nil)
  }

  @Test("how the bytes are cut does not matter", arguments: Algorithm.allCases)
  func chunking(algorithm: Algorithm) throws {
    let digest = try Digest(algorithm)
    let message = noise(40_000)
    let expected = try digest.value(of: message)
    for step in [1, 7, 63, 64, 65, 3_071, 3_072, 4_096, 39_999] {
      try message.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: step) {
          let end = min(start + step, bytes.count)
          try digest.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
      }
      #expect(try digest.finish() == expected, "pieces of \(step) bytes")
    }
  }

  @Test("a digest is used again as if new", arguments: Algorithm.allCases)
  func reuse(algorithm: Algorithm) throws {
    let digest = try Digest(algorithm)
    let empty = try digest.finish()
    try noise(100).withUnsafeBytes { try digest.update($0) }
    #expect(try digest.finish() != empty)
    #expect(try digest.finish() == empty)
    try noise(100).withUnsafeBytes { try digest.update($0) }
    try digest.reset()
    #expect(try digest.finish() == empty)
  }
}
