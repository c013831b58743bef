import Core
import Testing
import Values

@testable import Notices

@Suite struct PathMapTests {
  private func map(_ rules: [String], _ path: String) throws -> String {
    "\(try PathMap(rules).map(Path(text: path)))"
  }

  @Test(
    "the longest rule that fits counts, at the boundaries of names",
    arguments: [
      ("/srv/library/a.strm", "/media/a.strm"), ("/srv/library", "/media"),
      ("/srv/library/series/b.strm", "/shows/b.strm"),
      ("/srv/library-old/c.strm", "/s/library-old/c.strm"),
      ("/srv/libraryx", "/s/libraryx"), ("/data/d.strm", "/data/d.strm"),
    ])
  func longest(path: String, seen: String) throws {
    let rules = ["/srv=/s", "/srv/library/series=/shows", "/srv/library/=/media/"]
    #expect(try map(rules, path) == seen)
    #expect(try map(rules.reversed(), path) == seen)
  }

  @Test("shares and folders of Windows are written as their servers write them")
  func foreign() throws {
    #expect(try map(["/srv=smb://nas/films"], "/srv/a/b.strm") == "smb://nas/films/a/b.strm")
    #expect(try map([#"/srv=D:\Media"#], "/srv/a/b.strm") == #"D:\Media\a\b.strm"#)
    #expect(try map([#"/srv=\\nas\films"#], "/srv/a/b.strm") == #"\\nas\films\a\b.strm"#)
    #expect(try map(["/=/host"], "/srv/a") == "/host/srv/a")
  }

  @Test("what is no rule is refused", arguments: ["", "/srv", "=/media", "/srv="])
  func refused(rule: String) {
    let failure = #expect(throws: Failure.self) { try PathMap([rule]) }
    #expect(failure?.kind == .config)
  }
}
