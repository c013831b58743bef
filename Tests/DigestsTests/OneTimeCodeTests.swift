import Core
import Testing
import Values

@testable import Digests

@Suite("Codes of a second factor") struct OneTimeCodeTests {
  static let seed = Array("12345678901234567890".utf8)

  @Test(
    "are those of RFC 6238, of which the last six digits count",
    arguments: [
      (59, 94_287_082), (1_111_111_109, 7_081_804), (1_111_111_111, 14_050_471),
      (1_234_567_890, 89_005_924), (2_000_000_000, 69_279_037), (20_000_000_000, 65_353_130),
    ] as [(Int64, UInt32)])
  func vectors(_ seconds: Int64, _ number: UInt32) throws {
    let codes = try #require(
      OneTimeCode(Secret(Array("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".utf8))))
    let now = Timestamp(seconds: seconds)
    #expect(codes.number(at: now) % 100_000_000 == number)
    let text = "\(100_000_000 + number)".suffix(6)
    #expect(codes.code(at: now) == text)
    #expect(codes.code(at: Timestamp(seconds: seconds / 30 * 30)) == text)
    #expect(codes.code(at: Timestamp(seconds: seconds / 30 * 30 + 30)) != text)
  }

  @Test(
    "are made with the HMAC of RFC 2202",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), "Hi There",
        "b617318655057264e28bc0b6fb378c8ef146be00"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
      ),
      (
        [UInt8](repeating: 0xaa, count: 80),
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "aa4ae5e15272d00e95705637ce8a3b55ed402112"
      ),
    ])
  func code(_ key: [UInt8], _ message: String, _ code: String) {
    #expect(Hex.text(SHA1.code(key: key, Array(message.utf8))) == code)
  }

  @Test("a message of any length is padded to whole blocks")
  func padding() {
    #expect(Hex.text(SHA1.digest([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    let many = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(Hex.text(SHA1.digest(many)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    let lengths = 50...130
    let digests = lengths.map { SHA1.digest([UInt8](repeating: 1, count: $0)) }
    #expect(Set(digests).count == lengths.count)
  }

  @Test("a seed that is no base32 makes none")
  func seeds() {
    for text in ["", "====", "1", "A", "AB1", "MZXW6YTB=A", "MZ"] {
      #expect(OneTimeCode(Secret(Array(text.utf8))) == nil, "\(text)")
    }
    for text in ["MY======", "my", "mz xw-6=", "MZXW6YTBOI\n"] {
      #expect(OneTimeCode(Secret(Array(text.utf8))) != nil, "\(text)")
    }
  }
}
