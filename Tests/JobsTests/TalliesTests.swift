import Core
import Records
import Testing
import Values

@testable import Pipeline

@Suite("What outcomes come to") struct TalliesTests {
  private func tallies(_ tools: [String], _ lines: [String]) throws -> Tallies {
    var recipe = Recipe()
    for tool in tools { recipe.add(tool, [] as [String]) }
    var tallies = Tallies(recipe)
    let parser = Parser()
    for line in lines {
      try parser.read(Array(#"{"type":"outcome",\#(line)}"#.utf8)) { (record) throws(Failure) in
        try tallies.see(record)
      }
    }
    return tallies
  }

  private static let library = ["strm", "get", "clean"]

  @Test("what an event removes from a library is counted once, by its files")
  func removed() throws {
    let found = try tallies(
      Self.library,
      [
        #""path":"a.mkv","target":"a.strm","did":"delete","ok":true"#,
        #""path":"a.mkv","event":"remove","did":"delete","ok":true"#,
        #""path":"never.mkv","event":"remove","did":"delete","ok":true"#,
        #""path":"d/b.mkv","target":"d/b.strm","did":"delete","ok":true"#,
        #""path":"d/b.nfo","target":"d/b.nfo","did":"delete","ok":true"#,
        #""path":"d/","event":"remove","did":"delete","ok":true"#,
        // The second half of a rename.
        #""path":"old.mkv","target":"old.strm","did":"delete","ok":true"#,
        #""path":"old.mkv","did":"delete","ok":true"#,
      ])
    #expect(found.deleted == 4 && found.failed == 0 && found.told == 0)
  }

  @Test("what may succeed another time is known by its path")
  func lingering() throws {
    func outcome(_ path: String, _ kind: String) -> String {
      #""path":"\#(path)","did":"write","ok":false,"kind":"\#(kind)","reason":"no""#
    }
    let found = try tallies(
      Self.library, [outcome("d/a.mkv", "later"), outcome("e/", "io"), outcome("f.mkv", "data")])
    func paths(_ name: String) -> [Path] { found.lingering.paths(of: Path(text: name)) }
    #expect(paths("d/") == [Path(text: "d/a.mkv")] && paths("d/a.mkv").count == 1)
    #expect(paths("e/") == [Path(text: "e")] && paths("e/x.mkv").isEmpty)
    #expect(paths("f.mkv").isEmpty && paths("d").isEmpty)
    // A failure that nobody can say the place of is one of all.
    #expect(try tallies(Self.library, [outcome("", "later")]).lingering.paths == nil)
  }

  @Test("a folder that was listed anew is no file that was written")
  func written() throws {
    let found = try tallies(
      Self.library,
      [
        #""path":"d/a.mkv","target":"d/a.strm","did":"write","ok":true"#,
        #""path":"d/","event":"create","did":"write","ok":true"#,
        #""path":"b.mkv","event":"create","target":"b.strm","did":"write","ok":true"#,
      ])
    #expect(found.written == 2 && found.told == 2)
  }

  @Test("what failed is counted once, and also where only the event knows of it")
  func failed() throws {
    let failure = #""ok":false,"kind":"io","reason":"no""#
    let found = try tallies(
      Self.library,
      [
        #""path":"a.mkv","target":"a.strm","did":"delete",\#(failure)"#,
        #""path":"a.mkv","event":"remove","did":"delete",\#(failure)"#,
        #""path":"b.mkv","event":"remove","did":"delete",\#(failure)"#,
        #""path":"d/","event":"create","did":"write",\#(failure)"#,
      ])
    #expect(found.failed == 3 && found.failedNames == ["a.mkv", "b.mkv", "d/"])
    #expect(found.deleted == 0 && found.written == 0)
  }

  @Test("where there is no library, the outcome of an event is the only one")
  func plain() throws {
    let found = try tallies(
      ["scan", "put", "clean"],
      [
        #""path":"a","event":"remove","did":"delete","ok":true"#,
        #""path":"b","did":"delete","ok":true"#,
      ])
    #expect(found.deleted == 2)
  }
}
