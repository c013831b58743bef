import Doubles
import Testing

@testable import Values

@Suite struct CodecTests {
  @Test("hexadecimal comes back as it went, in either case")
  func hex() {
    var dice = Dice(6)
    for count in 0..<300 {
      let bytes = dice.bytes(count)
      #expect(Hex.decode(Hex.bytes(bytes)) == bytes)
      #expect(Hex.decode(Hex.text(bytes).uppercased().utf8) == bytes)
    }
    for text in ["0", "0g", "g0", "0x00", " 00", "00 ", "\u{FF10}0"] {
      #expect(Hex.decode(text.utf8) == nil)
    }
  }

  @Test("base64 comes back as it went")
  func base64() {
    var dice = Dice(7)
    for count in 0..<300 {
      let bytes = dice.bytes(count)
      let text = Base64.encode(bytes)
      #expect(text.count % 4 == 0)
      #expect(Base64.decode(text) == bytes)
    }
  }

  @Test("the values of RFC 4648 come out")
  func published() {
    let table = [
      "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
      "foobar": "Zm9vYmFy",
    ]
    for (plain, text) in table { #expect(Base64.encode(plain.utf8).elementsEqual(text.utf8)) }
  }

  @Test(
    "base64 has one canonical form, and all else is refused",
    arguments: [
      "A", "AA", "AAA", "AA=", "A===", "====", "=AAA", "AA=A", "AAAAA===", "AA==AA==", "AAA=AAAA",
      "AB==", "AAB=", "Zg==\n", " Zg==", "Zm-_", "Z\u{E9}==", "AA======",
    ])
  func refusals(text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }

  @Test("every text of four letters is refused or the canonical form of what it stands for")
  func canonical() {
    var dice = Dice(8)
    for _ in 0..<20_000 {
      let text = Array("".utf8) + (0..<8).map { _ in dice.pick(Array("ABQgwz09+/==".utf8)) }
      if let bytes = Base64.decode(text) { #expect(Base64.encode(bytes) == text) }
    }
  }

  @Test("a buffer holds what an array would, whatever is done to it")
  func buffer() {
    var dice = Dice(9)
    let buffer = Buffer(capacity: 1)
    var mirror: [UInt8] = []
    for _ in 0..<20_000 {
      switch dice.below(7) {
      case 0:
        let byte = UInt8(truncatingIfNeeded: dice.next())
        buffer.append(byte)
        mirror.append(byte)
      case 1:
        let bytes = dice.bytes(dice.below(200))
        buffer.append(bytes)
        mirror += bytes
      case 2:
        let number = Int(bitPattern: UInt(dice.next() >> UInt64(dice.below(64))))
        buffer.append(integer: number)
        mirror += Array("\(number)".utf8)
      case 3:
        buffer.append("literal")
        mirror += Array("literal".utf8)
      case 4:
        let length = dice.below(buffer.count + 1)
        buffer.removeFirst(length)
        mirror.removeFirst(length)
      case 5: buffer.append(UnsafeRawBufferPointer(start: nil, count: 0))
      default:
        if dice.hits(onceIn: 50) {
          buffer.clear()
          mirror = []
        }
      }
      #expect(Array(buffer.bytes) == mirror)
    }
    for number in [Int.min, .min + 1, -1, 0, 9, 10, .max] {
      buffer.clear()
      buffer.append(integer: number)
      #expect(buffer.bytes.elementsEqual("\(number)".utf8))
    }
  }

  @Test("the nearest name is suggested, if it is near")
  func suggestions() {
    let names = ["--exclude", "--include", "--max-depth", "--jobs"]
    let table = [
      "--exlcude": "--exclude", "--exclud": "--exclude", "--inclde": "--include",
      "--max_depth": "--max-depth", "--job": "--jobs", "--jbos": "--jobs",
    ]
    for (word, name) in table { #expect(Suggestion.nearest(to: word, among: names) == name) }
    for word in ["", "-x", "--verbose", "photos"] {
      #expect(Suggestion.nearest(to: word, among: names) == nil)
    }
    #expect(Suggestion.nearest(to: "a", among: []) == nil)
  }

  @Test("the distance is what is added, dropped, changed or swapped")
  func distance() {
    let table = [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 1),
      ("abc", "ab", 1), ("kitten", "sitting", 3), ("ab", "ba", 1), ("abcd", "badc", 2),
    ]
    for (one, other, expected) in table {
      #expect(Suggestion.distance(one, other) == expected)
      #expect(Suggestion.distance(other, one) == expected)
    }
  }
}
