import Testing

@testable import Difference

@Suite("Lines that two listings share")
struct TwinsTests {
  private func count(_ one: String, _ other: String, behind last: String = "") -> Int {
    let mine = Array(one.utf8)
    let theirs = Array(other.utf8)
    let before = Array(last.utf8)
    return mine.withUnsafeBytes { mine in
      theirs.withUnsafeBytes { theirs in
        before.withUnsafeBytes { before in
          let shared = Twins.sharedLength(mine, theirs)
          var twins = Twins(UnsafeRawBufferPointer(rebasing: mine[..<shared]), behind: before)
          while twins.step() {}
          return twins.count
        }
      }
    }
  }

  private func line(_ path: String, _ size: Int = 1) -> String {
    "{\"type\":\"entry\",\"path\":\"\(path)\",\"size\":\(size)}\n"
  }

  @Test("are passed over up to the first that differs")
  func upToADifference() {
    let one = line("a") + line("b") + line("c", 1) + line("d")
    let other = line("a") + line("b") + line("c", 2) + line("d")
    #expect(count(one, other) == 2)
    #expect(count(one, one) == 4)
  }

  @Test("are not passed over where they are not in order")
  func order() {
    let lines = line("a") + line("c") + line("b")
    #expect(count(lines, lines) == 2)
    #expect(count(lines, lines, behind: "a") == 0)
    #expect(count(line("a") + line("a"), line("a") + line("a")) == 1)
  }

  @Test("are not passed over where a name has escapes or goes beyond ASCII")
  func odd() {
    #expect(count(line("a\\n"), line("a\\n")) == 0)
    #expect(count(line("é"), line("é")) == 0)
  }

  @Test("are not passed over where they are no entries, or are not whole")
  func others() {
    let hole = "{\"type\":\"hole\",\"path\":\"a\",\"kind\":\"io\"}\n"
    #expect(count(hole, hole) == 0)
    let part = String(line("a").dropLast(3))
    #expect(count(part, part) == 0)
  }

  @Test("a shared start of any length is found to the byte")
  func sharedLength() {
    for length in 0..<100 {
      for extra in ["", "x"] {
        let one = Array((String(repeating: "a", count: length) + "b" + extra).utf8)
        let other = Array((String(repeating: "a", count: length) + "c").utf8)
        let found = one.withUnsafeBytes { one in
          other.withUnsafeBytes { Twins.sharedLength(one, $0) }
        }
        #expect(found == length)
      }
    }
  }
}
