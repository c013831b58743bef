import Testing
import Values

@Suite struct OccurrenceTests {
  @Test(
    "a text occurs in another byte for byte, wherever it stands",
    arguments: [
      ("reset by peer", "reset", true), ("reset by peer", "peer", true), ("aab", "ab", true),
      ("reset", "Reset", false), ("ab", "abc", false), ("ab", "", true), ("", "", true),
      ("e\u{301}", "e", true),
    ])
  func occurrence(text: String, part: String, isThere: Bool) {
    #expect(text.holds(part) == isThere)
  }
}
