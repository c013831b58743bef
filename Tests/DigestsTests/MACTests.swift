import Digests
import Testing
import Values

@Suite struct MACTests {
  struct Case: Sendable {
    var key: [UInt8]
    var message: [UInt8]
    var code: String
  }

  static let examples = [
    Case(
      key: Array(repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
      code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Case(
      key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
      code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Case(
      key: Array(repeating: 0xaa, count: 20), message: Array(repeating: 0xdd, count: 50),
      code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    Case(
      key: Array(1...25), message: Array(repeating: 0xcd, count: 50),
      code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    Case(
      key: Array(repeating: 0xaa, count: 131),
      message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Case(
      key: Array(repeating: 0xaa, count: 131),
      message: Array(
        """
        This is a test using a larger than block-size key and a larger than block-size data. \
        The key needs to be hashed before being used by the HMAC algorithm.
        """.utf8),
      code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    Case(
      key: [], message: [],
      code: "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
  ]

  @Test("HMAC-SHA256 gives the published values", arguments: MACTests.examples)
  func published(example: Case) throws {
    #expect(Hex.text(try MAC.code(key: example.key, example.message)) == example.code)
  }

  @Test("one key authenticates many messages, none of which leaves a trace")
  func reuse() throws {
    let mac = try MAC(key: Array("Jefe".utf8))
    let first = try mac.code(noise(200))
    #expect(try mac.code(Array("what do ya want for nothing?".utf8)) != first)
    #expect(try mac.code(noise(200)) == first)
  }

  @Test("keys of one block, and a byte less or more, are told apart", arguments: [63, 64, 65])
  func keyLengths(length: Int) throws {
    // By definition, computed from plain digests.
    let key = noise(length)
    let digest = try Digest(.sha256)
    let short = length > 64 ? try digest.value(of: key) : key
    let block = short + Array(repeating: 0, count: 64 - short.count)
    let inner = try digest.value(of: block.map { $0 ^ 0x36 } + [1, 2, 3])
    let expected = try digest.value(of: block.map { $0 ^ 0x5c } + inner)
    #expect(try MAC.code(key: key, [1, 2, 3]) == expected)
  }
}
