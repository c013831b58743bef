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

/// A mount that is asked before the store behind it: whatever it does, the bytes are right.
@Suite struct MountTests {
  private let site = Site()
  private let store: MemoryStore
  private static let head =
    #"{"type":"head","version":1,"view":"listing","root":"memory://store"}"#

  init() throws {
    store = try MemoryStore()
    site.stores = ["memory://store": store]
    site.terms.from = nil
    site.terms.library = LibraryTerms(sideCars: .sideCars)
    site.terms.library?.mount = site.path("m")
    site.shell("mkdir -p m/d")
  }

  private func entry(_ path: String, _ size: Int) -> String {
    #"{"type":"entry","path":"\#(path)","size":\#(size),"mtime":"2001-02-03T04:05:06Z"}"#
  }

  private func run(_ records: String..., head: String = MountTests.head) throws -> Site.Result {
    let tail = #"{"type":"tail","complete":true,"records":\#(records.count)}"#
    return try site.run([head] + records + [tail])
  }

  private func hang() { site.terms.library?.stall = Span(nanoseconds: 40_000_000) }

  @Test("what lies there is taken from there, large or small, with the time of the record")
  func near() throws {
    site.shell("printf near >m/d/x.nfo; : >m/d/y.nfo; head -c 300000 /dev/zero >m/d/z.jpg")
    let result = try run(entry("d/x.nfo", 4), entry("d/y.nfo", 0), entry("d/z.jpg", 300_000))
    #expect(result.lines.filter { $0.contains(#""did":"copy","ok":true"#) }.count == 3)
    #expect(store.calls == [])
    #expect(site.text("b/d/x.nfo") == "near")
    let seen = site.shell("cmp m/d/z.jpg b/d/z.jpg; stat -c '%Y %s' b/d/*.*g")
    #expect(seen == "981173106 300000\n")
  }

  @Test("what is missing, of another size, no file, or leads out comes from the store")
  func fallsBack() throws {
    site.shell(
      "printf long >m/d/size.nfo; mkdir m/d/dir.nfo; echo s >secret; ln -s ../../secret m/d/l.nfo")
    let names = ["absent", "size", "dir", "l", "no/where"].map { "d/\($0).nfo" }
    for name in names { store.keep(name, "12") }
    for name in names { #expect(try run(entry(name, 2)).holds(#""did":"copy","ok":true"#)) }
    #expect(store.calls == names.map { "get \($0)" })
    for name in names { #expect(site.text("b/\(name)") == "12") }
  }

  @Test(
    "a mount that is not there at all is no matter", arguments: ["rm -r m", "rm -r m; echo >m"])
  func noMount(_ script: String) throws {
    site.shell(script)
    store.keep("d/x.nfo", "12")
    #expect(try run(entry("d/x.nfo", 2)).holds(#""did":"copy","ok":true"#))
  }

  @Test("a mount that hangs is left to itself: its files come from the store, soon all do")
  func hangs() throws {
    hang()
    let names = (0..<9).map { "d/\($0).nfo" }
    for name in names { store.keep(name, "12") }
    site.shell("for n in 0 1 2 3 4 5 6 7 8; do mkfifo m/d/$n.nfo; done")
    let tail = #"{"type":"tail","complete":true,"records":9}"#
    let result = try site.run([MountTests.head] + names.map { entry($0, 2) } + [tail])
    #expect(result.lines.filter { $0.contains(#""did":"copy","ok":true"#) }.count == 9)
    for name in names { #expect(site.text("b/\(name)") == "12") }
    #expect(site.shell("find b -name '.s4l-*'") == "")
  }

  @Test("the mount may be all there is: then what it does not say is not known")
  func alone() throws {
    hang()
    site.terms.library?.mount = nil
    site.shell("printf near >m/d/x.nfo; mkfifo m/d/h.nfo; touch -d @5 m/d/x.nfo")
    let head = #"{"type":"head","version":1,"view":"events","root":"\#(site.path("m"))"}"#
    let event = #"{"type":"event","path":"d/x.nfo","event":"write"}"#
    let result = try run(event, entry("d/h.nfo", 2), entry("d/gone.nfo", 2), head: head)
    #expect(result.holds(#""event":"write","size":4,"did":"copy","ok":true"#))
    #expect(result.holds(#""did":"vanished""#))
    #expect(result.holds(#""ok":false,"kind":"io""#))
    #expect(site.shell("stat -c %Y b/d/x.nfo; ls -A b/d") == "5\nx.nfo\n")
  }

  @Test("of an event the store says how large the file is, and the mount has to agree")
  func events() throws {
    site.shell("printf stale >m/d/x.nfo")
    store.keep("d/x.nfo", "fresh!")
    let event = #"{"type":"event","path":"d/x.nfo","event":"write"}"#
    let head = #"{"type":"head","version":1,"view":"events","root":"memory://store"}"#
    #expect(try run(event, head: head).holds(#""did":"copy","ok":true"#))
    #expect(site.text("b/d/x.nfo") == "fresh!")
  }
}
