import Testing
import Values

@testable import Signing

@Suite struct EncodingTests {
  @Test("of all bytes only letters, digits and -_.~ stay, and in a path the slash")
  func bytes() {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/".utf8)
    for byte in UInt8.min...UInt8.max {
      let hex = String(byte, radix: 16, uppercase: true)
      let encoded = "%" + (byte < 16 ? "0" : "") + hex
      let expected = plain.contains(byte) ? String(Unicode.Scalar(byte)) : encoded
      #expect(Encoding.path(Path([byte])) == expected)
    }
    #expect(Encoding.query([(name: "a/b", value: "c/d")]) == "a%2Fb=c%2Fd")
  }

  @Test("a key keeps its dots and slashes")
  func keys() {
    #expect(Encoding.path(Path(text: "/a//../b/./")) == "/a//../b/./")
    #expect(Encoding.path(Path()) == "")
  }

  @Test("a query is in the order of names, then values, both as encoded")
  func order() {
    let query = [
      (name: "b", value: "2"), (name: "a=", value: "1"), (name: "b", value: "10"),
      (name: "a", value: ""), (name: "a-", value: "z"), (name: "ä", value: "z"),
    ]
    #expect(Encoding.query(query) == "%C3%A4=z&a=&a%3D=1&a-=z&b=10&b=2")
    #expect(Encoding.query([]) == "")
  }
}
