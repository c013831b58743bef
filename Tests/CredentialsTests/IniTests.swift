import Core
import Testing

@testable import Credentials

@Suite struct IniTests {
  private func read(_ text: String) throws -> Ini { try Ini(Array(text.utf8), file: "config") }

  @Test("sections, names in any case, blanks, comments and blocks are read")
  func forms() throws {
    let ini = try read(
      "\u{FEFF}# first\n[default]\nRegion=eu-west-1 ; here\n key_of = block\r\n\n"
        + "[ profile  \"two words\" ]\r\ns3 =\n  addressing_style = path\n\n  \tuse=1 # x\n"
        + "a_b : c=d\nhash = a#b\nempty=\n")
    #expect(ini.sections.map(\.kind) == ["default", "profile"])
    #expect(ini.sections[1].name == "two words")
    #expect(ini.sections[0].entries.map(\.name) == ["region"])
    #expect(ini.sections[0].entries[0].text == "eu-west-1\nkey_of = block")
    let entries = ini.sections[1].entries
    #expect(entries.map(\.name) == ["s3", "a_b", "hash", "empty"])
    #expect(entries[0].block.map(\.name) == ["addressing_style", "use"])
    #expect(entries[0].block.map(\.text) == ["path", "1"])
    #expect(entries.map(\.text) == ["", "c=d", "a#b", ""])
    #expect(entries[3].line == 13)
  }

  @Test("a section that comes again goes on, and the last value counts")
  func again() throws {
    let ini = try read("[a]\nx=1\n[b]\nx=2\n[a]\nx=3\ny=4\n")
    let section = try #require(ini.sections.first { $0.kind == "a" })
    #expect(section.entries.map(\.text) == ["3", "4"])
  }

  @Test(
    "a line that cannot be is named by its number, and its text is not shown",
    arguments: [
      ("[a]\nGEHEIM\n", 2), ("x=GEHEIM\n", 1), ("[a\n", 1), ("[]\n", 1), ("[a]\ns3=\n GEHEIM\n", 3),
      ("[a]\n=GEHEIM\n", 2),
    ])
  func flaws(_ text: String, _ line: Int) throws {
    let failure = #expect(throws: Failure.self) { try read(text) }
    #expect(failure?.kind == .config && failure?.subject == "config:\(line)")
    #expect(!(failure?.message.contains("GEHEIM") ?? true))
  }

  @Test("no value shows when the file is printed")
  func secrecy() throws {
    #expect(!"\(try read("[a]\naws_secret_access_key = GEHEIM\n"))".contains("GEHEIM"))
  }
}
