import Foundation
@testable import Settings
import Testing

@Suite("The TOML reader")
struct TomlTests {
  @Test("a valid document means what TOML 1.0 says", arguments: TomlCorpus.valid.indices)
  func valid(_ index: Int) throws {
    let (document, meaning) = TomlCorpus.valid[index]
    #expect(try Toml(Array(document.utf8)).meaning == meaning)
  }

  @Test("an invalid document is refused with its place", arguments: TomlCorpus.invalid)
  func invalid(_ document: String) {
    let flaw = #expect(throws: Toml.Flaw.self) { try Toml(Array(document.utf8)) }
    #expect(flaw.map { $0.place.line >= 1 && $0.place.column >= 1 && !$0.reason.isEmpty } == true)
  }

  @Test("bytes that are no text are refused", arguments: TomlCorpus.garbage)
  func garbage(_ bytes: [UInt8]) {
    #expect(throws: Toml.Flaw.self) { try Toml(bytes) }
  }

  @Test("another reader of TOML draws the same line between valid and invalid")
  func oracle() throws {
    let documents = TomlCorpus.valid.map(\.document) + TomlCorpus.invalid
    let script = """
      import sys, tomllib
      for line in sys.stdin:
        try: tomllib.loads(bytes.fromhex(line.strip()).decode())
        except tomllib.TOMLDecodeError: print("invalid")
        else: print("valid")
      """
    let lines = documents.map { $0.utf8.map { String(format: "%02x", $0) }.joined() + "\n" }
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", "-c", script]
    let (input, output) = (Pipe(), Pipe())
    python.standardInput = input
    python.standardOutput = output
    try python.run()
    input.fileHandleForWriting.write(Data(lines.joined().utf8))
    try input.fileHandleForWriting.close()
    let answers = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .split(separator: "\n")
    python.waitUntilExit()
    try #require(answers.count == documents.count)
    for (document, answer) in zip(documents, answers) {
      let isValid: Bool
      do {
        _ = try Toml(Array(document.utf8))
        isValid = true
      } catch { isValid = false }
      #expect(isValid == (answer == "valid"), "\(document)")
    }
  }

  @Test("an integer that 64 bits cannot hold is refused, not changed")
  func range() {
    for number in ["9223372036854775808", "-9223372036854775809", "0x8000000000000000"] {
      #expect(throws: Toml.Flaw.self) { try Toml(Array("a = \(number)".utf8)) }
    }
  }

  @Test("documents of any depth are refused before they exhaust the stack")
  func depth() {
    let part = Array(repeating: "a", count: 200_000).joined(separator: ".")
    let bombs = [
      part + " = 1", "[\(part)]", "a = " + String(repeating: "[", count: 200_000),
      "a = " + String(repeating: "{a=", count: 200_000),
      #"x = ["""a"""", {"# + part + " = 1}]", #"x = "\\", y = ''\#n\#(part) = 1"#,
      "x = '''a''''\n\(part) = 1",
    ]
    for bomb in bombs {
      #expect(throws: Toml.Flaw.self) { try Toml(Array(bomb.utf8)) }
    }
  }

  @Test("a long text with many dots is no key")
  func dots() throws {
    let dots = String(repeating: ".", count: 500)
    #expect(try Toml(Array("a = \"\(dots)\" # \(dots)".utf8)).meaning == "{a: \"\(dots)\"}")
  }

  @Test("a value is known with its line and column, and so is its key")
  func places() throws {
    let document = try Toml(Array("\n[a]\n  'é' = 'x'  \n".utf8))
    let key = document.members[0].value.members[0]
    #expect(key.place == Toml.Place(line: 3, column: 3))
    #expect(key.value.place == Toml.Place(line: 3, column: 9))
  }

  @Test(
    "no message repeats what the document says",
    arguments: [
      "p = hunter2", "p = 'hunter2", "p = \"hunter2\n\"", "p = 12hunter2", "p = 'x' hunter2",
      "p = truehunter2", "p = 0xhunter2", "p = \"\\hunter2\"", "hunter2", "p = [hunter2]",
      "p = {hunter2}", "p = 1\np = 'hunter2'", "p = 2020-01-01hunter2", "[hunter2]\n[hunter2]",
    ])
  func discretion(_ document: String) {
    let flaw = #expect(throws: Toml.Flaw.self) { try Toml(Array(document.utf8)) }
    #expect(flaw?.reason.contains("hunter2") == false)
    #expect(flaw?.reason.contains("'h'") == false)
  }
}
