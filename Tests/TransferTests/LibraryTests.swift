import Core
import Glibc
import Records
import Store
import Stream
import Support
import System
import Testing
import Values

@testable import Transfer

/// Side-cars on their way into a media library.
@Suite struct LibraryTests {
  private let site = Site()
  private let store: MemoryStore
  private static let head =
    #"{"type":"head","version":1,"view":"listing","root":"memory://store"}"#
  private static let events =
    #"{"type":"head","version":1,"view":"events","root":"memory://store"}"#
  private static let time = "2001-02-03T04:05:06Z"
  private static let moment = Timestamp(seconds: 981_173_106)

  init() throws {
    store = try MemoryStore()
    store.lists = true
    site.stores = ["memory://store": store]
    site.terms.from = nil
    site.terms.library = LibraryTerms(sideCars: .sideCars)
  }

  private func keep(_ name: String, _ text: String) {
    store.keep(name, text, mtime: LibraryTests.moment)
  }

  private func entry(_ path: String, _ size: Int, _ more: String = "") -> String {
    #"{"type":"entry","path":"\#(path)","size":\#(size),"mtime":"\#(LibraryTests.time)"\#(more)}"#
  }

  private func run(_ records: String..., head: String = LibraryTests.head) throws -> Site.Result {
    let tail = #"{"type":"tail","complete":true,"records":\#(records.count)}"#
    return try site.run([head] + records + [tail])
  }

  // MARK: Whose

  @Test("only side-cars are its own, whatever the case of their names; all else passes untouched")
  func ownership() throws {
    for name in ["a/x.nfo", "a/X.SRT"] { keep(name, "12") }
    let others = [
      entry("a/x.mkv", 9), entry("nfo", 2), entry("a/.nfo", 2), entry("d.nfo/", 0),
      #"{"type":"outcome","path":"a/x.mkv","target":"a/x.strm","did":"write","ok":true}"#,
      #"{"type":"event","root":"memory://store","path":"a/y.nfo","event":"remove"}"#,
      #"{"type":"hole","path":"b/","kind":"later","reason":"503"}"#,
    ]
    for other in others {
      let result = try run(other)
      #expect(result[1] == other)
    }
    #expect(store.calls == [])
    let result = try run(entry("a/x.nfo", 2), entry("a/X.SRT", 2))
    #expect(result.lines.filter { $0.contains(#""did":"copy","ok":true"#) }.count == 2)
    #expect(site.shell("stat -c '%Y %s' b/a/x.nfo b/a/X.SRT") == "981173106 2\n981173106 2\n")
  }

  @Test("no name leads out of the library", arguments: ["../x.nfo", "/etc/x.nfo", ".s4l/x.nfo"])
  func hostile(_ path: String) throws {
    let result = try run(entry(path, 1))
    #expect(result.holds(#""ok":false,"kind":"data""#))
    #expect(site.shell("find . -type f") == "")
  }

  // MARK: What is there already

  @Test("what is there stays, whatever it is, unless it is to be updated")
  func skips() throws {
    keep("x.nfo", "theirs")
    site.shell("mkdir b; echo ours >b/x.nfo")
    #expect(try run(entry("x.nfo", 6)).holds(#""did":"keep","ok":true"#))
    #expect(store.calls == [] && site.text("b/x.nfo") == "ours\n")
    site.terms.library?.existing = .update
    #expect(try run(entry("x.nfo", 6)).holds(#""did":"copy","ok":true"#))
    #expect(site.text("b/x.nfo") == "theirs")
  }

  @Test("updated is what differs in size or time", arguments: [(6, 0), (6, 1), (5, 0)])
  func updates(_ size: Int, _ late: Int) throws {
    keep("x.nfo", "theirs")
    site.terms.library?.existing = .update
    let time = 981_173_106 + late
    site.shell("mkdir b; printf %.\(size)s ourown >b/x.nfo; touch -d @\(time) b/x.nfo")
    let isSame = size == 6 && late == 0
    #expect(try run(entry("x.nfo", 6)).holds(#""did":"\#(isSame ? "keep" : "copy")","ok":true"#))
    #expect(store.calls == (isSame ? [] : ["get x.nfo"]))
    #expect(site.text("b/x.nfo") == (isSame ? "ourown" : "theirs"))
  }

  @Test(
    "a second run writes nothing and asks for nothing", arguments: LibraryTerms.Existing.allCases)
  func idempotent(_ existing: LibraryTerms.Existing) throws {
    site.terms.library?.existing = existing
    for name in ["a/x.nfo", "a/y.jpg", "z.srt"] { keep(name, "12345") }
    let records = ["a/x.nfo", "a/y.jpg", "z.srt"].map { entry($0, 5) }
    _ = try run(records[0], records[1], records[2])
    let asked = store.calls.count
    let look = "find b -exec stat -c '%n %i %z %s' {} + | sort"
    let before = site.shell(look)
    let result = try run(records[0], records[1], records[2])
    #expect(result.lines.filter { $0.contains(#""did":"keep""#) }.count == 3)
    #expect(site.shell(look) == before)
    #expect(store.calls.count == asked)
  }

  @Test("a folder in the place of a file, and a link, stay what they are")
  func others() throws {
    site.terms.library?.existing = .update
    site.shell("mkdir -p b/x.nfo; ln -s nowhere b/y.nfo")
    let result = try run(entry("x.nfo", 1), entry("y.nfo", 1))
    #expect(result.holds(#""why":"flip""#) && result.holds(#""kind":"refused""#))
    #expect(store.calls == [] && site.shell("readlink b/y.nfo") == "nowhere\n")
  }

  @Test("what was written is noted before it has its name, by what it is then")
  func manifest() throws {
    keep("a/x.nfo", "12345")
    _ = try run(entry("a/x.nfo", 5, #","sha256":"ab""#))
    #expect(
      site.text("b/.s4l/manifest")
        == #"{"type":"record","target":"a/x.nfo","root":"memory://store","path":"a/x.nfo","size":5,"#
        + #""mtime":"\#(LibraryTests.time)","sha256":"ab"}"# + "\n")
    site.shell("mkdir -p b/y.nfo/z")
    keep("y.nfo", "1")
    _ = try run(entry("y.nfo", 1))
    #expect(site.text("b/.s4l/manifest")?.contains("y.nfo") == false)
  }

  // MARK: Events

  @Test("an event is completed by a look at the store")
  func completes() throws {
    keep("n/x.nfo", "12345")
    let event = #"{"type":"event","path":"n/x.nfo","event":"create"}"#
    #expect(try run(event, head: LibraryTests.events).holds(#""did":"copy","ok":true"#))
    #expect(store.calls == ["stat n/x.nfo", "get n/x.nfo"])
    #expect(site.shell("stat -c %Y b/n/x.nfo") == "981173106\n")
    let rename = #"{"type":"event","path":"o.mkv","event":"rename","to":"n/y.nfo"}"#
    keep("n/y.nfo", "1")
    #expect(try run(rename, head: LibraryTests.events)[1].contains(#""did":"copy","ok":true"#))
    #expect(site.text("b/n/y.nfo") == "1")
    let away = #"{"type":"event","path":"n/y.nfo","event":"rename","to":"n/y.mkv"}"#
    #expect(try run(away, head: LibraryTests.events)[1] == away)
  }

  private static let created = #"{"type":"event","path":"n/","event":"create"}"#

  @Test("a folder of an event is listed anew, and its side-cars come")
  func subtree() throws {
    for name in ["m/z.nfo", "n-/z.nfo", "n/d/y.srt", "n/x.mkv", "n/x.nfo"] { keep(name, "1") }
    let result = try run(LibraryTests.created, head: LibraryTests.events)
    #expect(store.calls == ["list n/ anew", "get n/d/y.srt", "get n/x.nfo"])
    #expect(site.shell("cd b; find . -name '*.*' -type f | sort") == "./n/d/y.srt\n./n/x.nfo\n")
    #expect(result[3].contains(#""path":"n/","event":"create","did":"copy","ok":true"#))
  }

  @Test("a folder is only ok if all of it was seen and came")
  func partial() throws {
    for name in ["n/a.nfo", "n/b.nfo"] { keep(name, "1") }
    store.failures["n/a.nfo"] = Failure(.later, "", "503")
    let failed = try run(LibraryTests.created, head: LibraryTests.events)
    #expect(failed.lines.dropLast().last?.contains(#""ok":false,"kind":"later""#) == true)
    #expect(site.text("b/n/b.nfo") == "1")
    store.holes["n/d/"] = Failure(.refused, "", "403")
    let hole = try run(LibraryTests.created, head: LibraryTests.events)
    #expect(hole.holds(#""type":"hole","path":"n/d/","kind":"refused""#))
    #expect(hole.lines.dropLast().last?.contains(#""ok":false"#) == true)
    store.holes = [:]
    store.breaksOff = ("n/b.nfo", Failure(.unavailable, "", "502"))
    let broken = try run(LibraryTests.created, head: LibraryTests.events)
    #expect(broken.lines.dropLast().last?.contains(#""ok":false,"kind":"unavailable""#) == true)
    store.breaksOff = nil
    store.objects = [:]
    let empty = try run(LibraryTests.created, head: LibraryTests.events)
    #expect(empty[1].contains(#""did":"vanished""#))
  }

  @Test("outside of a library, and from store to store, a folder comes whole")
  func plain() throws {
    site.terms.library = nil
    for name in ["n/d/y", "n/x.mkv", "o"] { keep(name, "1") }
    _ = try run(LibraryTests.created, head: LibraryTests.events)
    #expect(site.shell("cd b; find . -type f | sort") == "./n/d/y\n./n/x.mkv\n")
    let other = try MemoryStore("memory://other", store.loop)
    site.stores["t"] = other
    let rename = #"{"type":"event","path":"o/","event":"rename","to":"n/"}"#
    let result = try site.run(site.section(LibraryTests.events, rename), to: "t")
    #expect(other.objects.keys.sorted() == ["n/d/y", "n/x.mkv"])
    #expect(result[3].contains(#""path":"o/","event":"rename","to":"n/""#))
    #expect(result[3].contains(#""ok":true"#))
  }
}
