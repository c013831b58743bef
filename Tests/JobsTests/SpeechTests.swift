import Testing

@testable import Jobs

@Suite("What a command says") struct SpeechTests {
  private func told(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var speech = Speech { lines.append($0) }
    for piece in pieces { piece.withUnsafeBytes { speech.add($0) } }
    speech.end()
    return lines
  }

  @Test("it is told line by line, whatever the pieces are")
  func lines() {
    let pieces = ["on", "e\n\ntwo\nth", "ree"].map { Array($0.utf8) }
    #expect(told(pieces) == ["one", "", "two", "three"].map { Array($0.utf8) })
    #expect(told([]).isEmpty)
  }

  @Test("a line without an end is not kept whole")
  func endless() {
    let piece = [UInt8](repeating: 0, count: 10_000)
    let lines = told([[UInt8]](repeating: piece, count: 10))
    #expect(lines.allSatisfy { $0.count <= Speech.longest })
    #expect(lines.reduce(0) { $0 + $1.count } == 100_000)
  }
}
