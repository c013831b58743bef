import Core
import System
import Values

/// A terminal session that reads as documentation and runs as a test.
///
/// Lines that start with two spaces are the session, all others are prose. `$` starts a command
/// for `sh` and `>` continues it; then come the lines that it writes, those of standard error after
/// `!`, and its status in brackets unless it is 0. A `*` in an expected line stands for any text.
/// Every command has a shell of its own; all share the folder, which is empty at first.
package struct Transcript: Sendable, CustomStringConvertible {
  package let path: Path

  package var description: String {
    String("\(path)".dropFirst("\(Transcript.folder)/".count))
  }

  package static var folder: Path { House.root.appending("Tests/Transcripts") }
  package static let all: [Transcript] = House.files(below: folder, ".t").map(Transcript.init)

  /// A command whose result is not what the transcript says.
  package struct Mismatch: Sendable {
    package var line: Int
    package var expected: [String]
    package var actual: [String]
  }

  private struct Step {
    var line: Int
    var command: String
    var expected: [String] = []
  }

  /// Runs the session. With `isUpdating`, the file is rewritten to say what happened; expected
  /// lines that match stay, so that their wildcards do.
  package func run(isUpdating: Bool = false) -> [Mismatch] {
    let lines = House.text(path).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    let sandbox = Sandbox()
    var mismatches: [Mismatch] = []
    var rewritten: [String] = []
    var at = 0
    while at < lines.count {
      guard lines[at].hasPrefix("  $ ") else {
        rewritten.append(lines[at])
        at += 1
        continue
      }
      let first = at
      let step = Transcript.step(lines, &at)
      let actual = Transcript.render(sandbox.shell(step.command), sandbox)
      let isSame = Transcript.matches(step.expected, actual)
      if !isSame {
        mismatches.append(Mismatch(line: step.line, expected: step.expected, actual: actual))
      }
      rewritten += lines[first..<(at - step.expected.count)]
      rewritten += (isSame ? step.expected : actual).map { "  " + $0 }
    }
    if isUpdating, !mismatches.isEmpty {
      House.write(Array(rewritten.joined(separator: "\n").utf8), to: path)
      return []
    }
    return mismatches
  }

  private static func step(_ lines: [String], _ at: inout Int) -> Step {
    var step = Step(line: at + 1, command: String(lines[at].dropFirst(4)))
    at += 1
    while at < lines.count, lines[at].hasPrefix("  > ") {
      step.command += "\n" + lines[at].dropFirst(4)
      at += 1
    }
    while at < lines.count, lines[at].hasPrefix("  "), !lines[at].hasPrefix("  $ ") {
      step.expected.append(String(lines[at].dropFirst(2)))
      at += 1
    }
    return step
  }

  private static func render(_ outcome: Sandbox.Outcome, _ sandbox: Sandbox) -> [String] {
    func lines(_ text: String, _ prefix: String) -> [String] {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.last == "" { lines.removeLast() }
      return lines.map { prefix + $0 }
    }
    return lines(outcome.text, "") + lines(outcome.complaint, "! ")
      + (outcome.status == 0 ? [] : ["[\(outcome.status)]"])
  }

  private static func matches(_ expected: [String], _ actual: [String]) -> Bool {
    expected.count == actual.count
      && zip(expected, actual).allSatisfy { matches(Array($0.utf8)[...], Array($1.utf8)[...]) }
  }

  /// Whether a line is what a pattern with `*` describes.
  package static func matches(_ pattern: ArraySlice<UInt8>, _ line: ArraySlice<UInt8>) -> Bool {
    let star = UInt8(ascii: "*")
    let pieces = pattern.split(separator: star, omittingEmptySubsequences: false)
    guard let first = pieces.first, line.starts(with: first) else { return false }
    if pieces.count == 1 { return line.count == first.count }
    var rest = line.dropFirst(first.count)
    for piece in pieces.dropFirst().dropLast() {
      guard let place = find(piece, in: rest) else { return false }
      rest = rest[(place + piece.count)...]
    }
    let last = pieces[pieces.count - 1]
    return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
  }

  private static func find(_ piece: ArraySlice<UInt8>, in line: ArraySlice<UInt8>) -> Int? {
    var place = line.startIndex
    while line.endIndex - place >= piece.count {
      if line[place...].starts(with: piece) { return place }
      place += 1
    }
    return nil
  }
}
