import Doubles
import Testing

@testable import Values

@Suite struct PatternTests {
  /// Pattern, paths that it names, paths that it does not.
  private static let table: [(String, [String], [String])] = [
    ("a", ["a", "a/", "x/a", "x/y/a"], ["b", "ab", "a/b", "ba"]),
    ("/a", ["a", "a/"], ["x/a", "a/b"]),
    ("a/", ["a/", "x/a/"], ["a", "x/a", "a/b"]),
    ("a/b", ["a/b", "x/a/b"], ["a", "a/x/b", "xa/b"]),
    ("/a/b", ["a/b", "a/b/"], ["x/a/b"]),
    ("*", ["a", "x/y", ".a", "a/"], []),
    ("/*", ["a", "a/"], ["a/b"]),
    ("*.tmp", ["a.tmp", ".tmp", "x/a.tmp"], ["a.tmpx", "tmp", "a.tmp/b"]),
    ("a*b", ["ab", "axxb", "x/ab"], ["a/b", "axbx", "xab"]),
    ("a?b", ["axb", "a.b"], ["ab", "a/b", "axxb"]),
    ("?", ["a", "x/a"], ["ab", "\u{e9}"]),
    ("[a-c]x", ["ax", "bx", "cx", "y/ax"], ["dx", "x", "/x"]),
    ("[!a-c]x", ["dx", "-x"], ["ax", "x"]),
    ("[^a]x", ["bx"], ["ax"]),
    ("[]]x", ["]x"], ["x", "[x"]),
    ("[!]]x", ["ax"], ["]x"]),
    ("[a-]x", ["ax", "-x"], ["bx"]),
    ("[\\]]x", ["]x"], ["\\x"]),
    ("[a\\-c]x", ["ax", "-x", "cx"], ["bx", "\\x"]),
    ("[+-\\-]x", ["+x", ",x", "-x"], [".x", "\\x"]),
    ("a[/]b", [], ["a/b"]),
    ("a[!x]b", ["ayb"], ["a/b", "axb"]),
    ("\\*", ["*"], ["a", "\\"]),
    ("a\\?b", ["a?b"], ["axb"]),
    ("\\[a]", ["[a]"], ["a"]),
    ("a**b", ["ab", "a/b", "a/x/b", "axb"], ["a/bx"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "z/a/b"], ["ab", "a/xb"]),
    ("**/a", ["a", "x/a", "x/y/a"], ["xa"]),
    ("/**/a", ["a", "x/a"], ["xa"]),
    ("**/**/a", ["a", "x/a", "x/y/a"], ["xa"]),
    ("**", ["a", "a/b", "a/"], []),
    ("/**", ["a", "a/b"], []),
    ("**/*", ["a", "a/b", "a/"], []),
    ("**/**", ["a", "a/b", "a/"], []),
    ("/a**", ["a", "ab", "a/b"], ["ba"]),
    ("**b", ["b", "ab", "a/b"], ["ba"]),
    (".git/*", [".git/", "x/.git/"], [".git", ".gitx/"]),
    (".git/**", [".git/"], [".git"]),
    ("/a/*", ["a/"], ["x/a/", "a"]),
    ("é", ["é", "x/é"], ["e\u{301}", "e"]),
    ("a b", ["a b"], ["ab"]),
    (".*", [".a", "x/.a"], ["a", "a.b"]),
    ("a//", ["a/"], ["a"]),
    ("//a", ["a"], ["x/a"]),
    ("***/a", ["a", "x/a"], ["xa"]),
  ]

  @Test("a pattern names what the manual says", arguments: table)
  func names(text: String, hits: [String], misses: [String]) throws {
    let pattern = try Pattern(text)
    #expect(pattern.text == text)
    for path in hits { #expect(pattern.matches(Path(text: path)), "\(path)") }
    for path in misses { #expect(!pattern.matches(Path(text: path)), "\(path)") }
  }

  @Test(
    "what is no pattern is refused, with a reason",
    arguments: ["", "/", "//", "[", "[a", "[!", "[]", "a\\", "[z-a]", "a[b-a]", "x/[", "[\\"])
  func flaws(text: String) {
    #expect(throws: Pattern.Flaw.self) { try Pattern(text) }
  }

  /// What a pattern means from one of its places on, by trying everything; without sets and
  /// escapes.
  private func naive(_ pattern: [UInt8], _ place: Int, _ path: ArraySlice<UInt8>) -> Bool {
    guard place < pattern.count else { return path.isEmpty }
    let rest = pattern[place...]
    if rest.starts(with: "**/".utf8), place == 0 || pattern[place - 1] == Path.slash {
      return naive(pattern, place + 3, path)
        || path.indices.contains {
          path[$0] == Path.slash && naive(pattern, place + 3, path[($0 + 1)...])
        }
    }
    if rest.starts(with: "**".utf8) {
      return (path.startIndex...path.endIndex).contains { naive(pattern, place + 2, path[$0...]) }
    }
    if rest.first == UInt8(ascii: "*") {
      if naive(pattern, place + 1, path) { return true }
      guard let next = path.first, next != Path.slash else { return false }
      return naive(pattern, place, path.dropFirst())
    }
    guard let next = path.first else { return false }
    let fits = rest.first == UInt8(ascii: "?") ? next != Path.slash : rest.first == next
    return fits && naive(pattern, place + 1, path.dropFirst())
  }

  @Test("random patterns match random paths as trying everything says")
  func oracle() throws {
    var dice = Dice(10)
    var hits = 0
    for _ in 0..<40_000 {
      let text = "/a" + dice.text(of: "ab/*?*", upTo: 6) + dice.pick(["a", "b", "?", "*"])
      if text.hasSuffix("/*") || text.hasSuffix("/**") || text.contains("***") { continue }
      let path = dice.text(of: "ab/", upTo: 7)
      let bytes = Array(path.utf8)
      let expected = naive(Array(text.utf8.dropFirst()), 0, bytes[...])
      hits += expected ? 1 : 0
      #expect(try Pattern(text).matches(bytes) == expected, "\(text) \(path)")
    }
    #expect(hits > 500)
  }

  @Test("without a slash before it a pattern matches at any depth, and only at the start of a part")
  func depth() throws {
    var dice = Dice(11)
    for _ in 0..<20_000 {
      let text = dice.text(of: "ab*?", upTo: 3) + dice.pick(["a", "b"])
      let path = Array(dice.text(of: "ab/", upTo: 7).utf8)
      let tied = try Pattern("/" + text)
      let starts = [0] + path.indices.filter { path[$0] == Path.slash }.map { $0 + 1 }
      let expected = starts.contains { tied.matches(Array(path[$0...])) }
      #expect(try Pattern(text).matches(path) == expected, "\(text) \(path)")
    }
  }

  @Test("hostile patterns cost no more than their length times that of the name")
  func hostile() throws {
    let name = [UInt8](repeating: UInt8(ascii: "a"), count: 20_000)
    let stars = try Pattern(String(repeating: "*a", count: 40) + "*b")
    #expect(!stars.matches(name))
    #expect(stars.states < 100)
    let deep = try Pattern(String(repeating: "**/", count: 300_000) + "b")
    #expect(!deep.matches(name))
    #expect(deep.states < 10)
  }
}

extension Pattern {
  fileprivate func matches(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { matches($0, isFolder: true) }
  }
}
