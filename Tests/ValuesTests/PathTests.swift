import Doubles
import Testing
import Values

@Suite struct PathTests {
  @Test("paths sort by their bytes, whatever text would make of them")
  func order() {
    let sorted = ["", "Z", "a", "a b", "a!", "a-", "a.b", "a/", "a0", "e\u{301}", "f", "\u{e9}"]
    let paths = sorted.map { Path(text: $0) }
    #expect(paths.shuffled().sorted() == paths)
    var dice = Dice(1)
    for _ in 0..<2_000 {
      let one = dice.bytes(dice.below(4))
      let other = dice.bytes(dice.below(4))
      #expect((Path(one) < Path(other)) == naivelyPrecedes(one, other))
    }
  }

  private func naivelyPrecedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    for (mine, theirs) in zip(one, other) where mine != theirs { return mine < theirs }
    return one.count < other.count
  }

  @Test("names that text takes for equal are two names")
  func twins() {
    #expect(Path(text: "caf\u{e9}") != Path(text: "cafe\u{301}"))
    #expect(Set([Path(text: "caf\u{e9}"), Path(text: "cafe\u{301}")]).count == 2)
  }

  @Test(
    "a path that could name anything outside of its root is objected to",
    arguments: [
      ("a", true), ("a/b", true), ("a/", true), ("..a", true), ("a..", true), ("...", true),
      ("a/.b", true), (".s3l", true), ("s4l", true), (" ", true), ("a\nb", true),
      ("a\\..\\b", true),
      ("", false), ("/", false), ("/a", false), ("//a", false), ("a//b", false), ("a//", false),
      (".", false), ("./a", false), ("a/.", false), ("a/./b", false), ("a/./", false),
      ("..", false), ("../a", false), ("a/..", false), ("a/../b", false), ("a/../", false),
      ("a\0", false), ("\0", false), (".s4l", false), (".s4l/x", false), ("a/.s4l-1", false),
      ("a/.s4lx/", false),
    ])
  func objections(path: String, isFine: Bool) {
    #expect((Path(text: path).objection == nil) == isFine)
  }

  @Test(
    "a relative path is resolved by text alone",
    arguments: [
      ("a", "/r/a"), ("./a//b/", "/r/a/b"), ("..", "/"), ("../../../a", "/a"), ("/x/../y", "/y"),
      ("", "/r"), (".", "/r"), ("/", "/"), ("a/../..", "/"), ("...", "/r/..."),
    ])
  func absolute(path: String, expected: String) {
    #expect(Path(text: path).absolute(from: Path(text: "/r")) == Path(text: expected))
  }

  @Test(
    "a path lies within a folder part by part",
    arguments: [
      ("a/b", "a", true), ("a", "a", true), ("a/", "a", true), ("a", "a/", true),
      ("a-b", "a", false), ("ab", "a", false), ("b", "a", false), ("a", "a/b", false),
      ("a", "", true), ("", "", true), ("/a", "/", true), ("/", "/", true), ("A", "a", false),
    ])
  func within(path: String, folder: String, expected: Bool) {
    #expect(Path(text: path).isWithin(Path(text: folder)) == expected)
  }

  @Test(
    "name and parent split a path where its last part begins",
    arguments: [
      ("a", "", "a"), ("a/b", "a/", "b"), ("a/b/", "a/", "b"), ("/a", "/", "a"), ("/", "/", ""),
      ("", "", ""), ("a/b/c", "a/b/", "c"),
    ])
  func split(path: String, parent: String, name: String) {
    #expect(Path(text: path).parent == Path(text: parent))
    #expect(Path(text: path).name == Path(text: name))
  }

  @Test("joining puts exactly one slash between")
  func joining() {
    #expect(Path(text: "a").appending("b") == Path(text: "a/b"))
    #expect(Path(text: "a/").appending("b") == Path(text: "a/b"))
    #expect(Path().appending("b") == Path(text: "b"))
    #expect(Path(text: "a").appending("") == Path(text: "a"))
    #expect(Path(text: "/").appending("b") == Path(text: "/b"))
  }

  @Test("in messages whatever could move a cursor or is no text is spelt out")
  func description() {
    let table: [([UInt8], String)] = [
      (Array("plain".utf8), "plain"), (Array("caf\u{e9} \u{1F600}".utf8), "caf\u{e9} \u{1F600}"),
      ([0x1B, 0x5B], "\\x1b["), ([10], "\\x0a"), ([0], "\\x00"), ([0x7F], "\\x7f"),
      ([0xC2, 0x85], "\\xc2\\x85"), ([0xFF], "\\xff"), ([0xC3], "\\xc3"),
      ([0xE2, 0x82], "\\xe2\\x82"), ([0xC0, 0x80], "\\xc0\\x80"),
      ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"), ([0xF4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
      ([0x80, 0x41], "\\x80A"), ([0xE2, 0x41, 0x42], "\\xe2AB"),
    ]
    for (bytes, text) in table { #expect("\(Path(bytes))" == text) }
    var dice = Dice(2)
    for _ in 0..<2_000 {
      let text = "\(Path(dice.bytes(dice.below(9))))"
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }
  }
}
