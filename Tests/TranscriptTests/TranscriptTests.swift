import Glibc
import Support
import Testing

/// Every session below Tests/Transcripts. `S4L_UPDATE=1 swift test` rewrites what they expect; the
/// difference is then reviewed like code.
@Suite struct TranscriptTests {
  @Test("the session goes as it is written", arguments: Transcript.all)
  func session(_ transcript: Transcript) {
    for mismatch in transcript.run(isUpdating: getenv("S4L_UPDATE") != nil) {
      let text =
        "expected:\n  " + mismatch.expected.joined(separator: "\n  ") + "\nactual:\n  "
        + mismatch.actual.joined(separator: "\n  ")
      Issue.record(
        Comment(rawValue: text),
        sourceLocation: SourceLocation(
          fileID: "Transcripts/\(transcript)", filePath: "\(transcript.path)",
          line: mismatch.line, column: 1))
    }
  }

  @Test("a star in an expected line stands for any text, even none")
  func stars() {
    func matches(_ pattern: String, _ line: String) -> Bool {
      Transcript.matches(Array(pattern.utf8)[...], Array(line.utf8)[...])
    }
    #expect(matches("a*c", "abbc"))
    #expect(matches("a*c", "ac"))
    #expect(matches("*", ""))
    #expect(matches("*b*b", "abab"))
    #expect(!matches("a*a", "a"))
    #expect(!matches("a", "ab"))
    #expect(!matches("*b*b", "ab"))
  }
}
