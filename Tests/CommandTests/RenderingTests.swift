import Core
import Testing

@testable import Command

/// What a sheet looks like, in every form it is rendered.
@Suite struct RenderingTests {
  private struct Sample { var flag = false, words: [String] = [] }

  private let sheet = Sheet(
    Page(
      name: "s4l-sample", summary: "show it's form",
      description: ["It does -n or \\n.", ".Nd is no macro here; see {--flag}."],
      statuses: [.success, .usage], examples: [.init("Try it.", "s4l sample 'a b'")],
      related: ["s4l-zoo(1)", "s4l-stream(5)"]),
    [
      Option<Sample>.toggle("flag", "f", \.flag, "Set the [flag]: don't ask."),
      .list("word", nil, "WORD", \.words, "Add a word."),
    ], [Operand<Sample>.rest("WORDS", \.words, "The words.", .files)])

  @Test("help has the examples first, then operands, then options")
  func help() throws {
    let lines = sheet.help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "Usage: s4l-sample [OPTION]... [WORDS...]")
    #expect(lines.contains("  -f, --[no-]flag         Set the [flag]: don't ask."))
    let titles = lines.filter { $0.hasSuffix(":") && !$0.hasPrefix(" ") }
    #expect(titles == ["Examples:", "Operands:", "Options:", "Common options:"])
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test("prose in the manual is never taken for macros, and hyphens stay hyphens")
  func man() {
    let lines = sheet.man.split(separator: "\n").map(String.init)
    #expect(lines.contains("It does \\-n or \\en."))
    #expect(lines.contains("\\&.Nd is no macro here; see \\-\\-flag."))
    #expect(lines.contains(".It Fl f , Fl -flag , Fl -no-flag"))
    #expect(lines.contains(".Nd show it\\(aqs form"))
    let references = lines.drop { $0 != ".Sh SEE ALSO" }.dropFirst()
    #expect(
      references.elementsEqual([
        ".Xr s4l 1 ,", ".Xr s4l-zoo 1 ,", ".Xr s4l-stream 5 ,", ".Xr s4l 7",
      ]))
  }

  @Test("brackets and quotes are escaped as each shell wants it")
  func shells() {
    #expect(sheet.zsh.contains("'--flag[Set the \\[flag\\]\\: don'\\''t ask.]'"))
    #expect(sheet.zsh.contains("'*--word=[Add a word.]:WORD: '"))
    #expect(sheet.fish.contains("-s f -l flag -d 'Set the [flag]: don\\'t ask.'"))
    #expect(sheet.bash.contains("--word) COMPREPLY=(); return ;;"))
    #expect(sheet.bash.contains("-f --flag --no-flag --word"))
  }

  @Test("one status table serves all")
  func statuses() {
    #expect(sheet.man.contains(".It  64\nThe command line is wrong."))
    for kind in Failure.Kind.allCases { #expect(Status(kind) != .success) }
    #expect(Set(Failure.Kind.allCases.map { Status($0) }).count == Failure.Kind.allCases.count)
  }
}
