import Core
import Records
import Store
import Stream
import Support
import System
import Testing
import Values

@testable import Transfer

/// From a store to a folder.
@Suite struct FetchTests {
  private let site = Site()
  private let store: MemoryStore
  private static let head =
    #"{"type":"head","version":1,"view":"listing","root":"memory://store"}"#

  init() throws {
    store = try MemoryStore()
    site.stores = ["memory://store": store]
    site.terms.from = nil
  }

  private func listed(_ records: String...) -> [String] {
    [FetchTests.head] + records
      + [#"{"type":"tail","complete":true,"records":\#(records.count)}"#]
  }

  private var plan: String {
    #"{"type":"head","version":1,"view":"plan","left":"memory://store","#
      + #""right":"\#(site.path("b"))"}"#
  }

  private func change(_ rest: String, action: String = "copy") -> String {
    #"{"type":"change","path":"f","do":"\#(action)","to":"right"\#(rest)}"#
  }

  @Test("a file arrives with the time that its listing tells, by the mask, and is told of")
  func fetches() throws {
    store.keep("d/f", "one\n")
    let entry =
      #"{"type":"entry","path":"d/f","size":4,"stored":"2001-02-03T04:05:06.789Z","etag":"v1"}"#
    let result = try site.run(listed(entry))
    #expect(result.status == .success)
    #expect(site.text("b/d/f") == "one\n")
    #expect(
      site.shell("stat -c '%a %.9Y' b/d/f; ls -A b b/d") == """
        644 981173106.789000000
        b:
        d

        b/d:
        f

        """)
    #expect(result[1].contains(#""size":4,"etag":"v1","did":"copy","ok":true"#))
    #expect(result[1].contains(#""now":{"size":4,"mtime":"2001-02-03T04:05:06.789000000Z"}"#))
    #expect(!result[1].contains("confirmed"))
  }

  @Test("the time of the file itself comes before that of the store")
  func times() throws {
    store.keep("f", "1")
    let entry =
      #"{"path":"f","mtime":"2001-02-03T04:05:06Z","stored":"2002-02-03T04:05:06Z"}"#
    _ = try site.run(listed(entry))
    #expect(site.shell("stat -c %Y b/f") == "981173106\n")
    site.terms.preserved.times = false
    _ = try site.run(listed(entry))
    #expect(site.shell("stat -c %Y b/f") != "981173106\n")
  }

  @Test(
    "no key leads out of the folder",
    arguments: ["../x", "/etc/x", "d/../../x", ".s4l/x", "d//x", "a\\u0000b", "./x"])
  func hostile(path: String) throws {
    let result = try site.run(listed(#"{"path":"\#(path)"}"#))
    #expect(result.holds(#""ok":false,"kind":"data""#))
    #expect(store.calls == [])
    #expect(site.shell("find . -type f") == "")
  }

  @Test("a folder's key is its folder; a file beside files below it fails as a flip does")
  func flips() throws {
    for name in ["a/b", "a", "d/"] { store.keep(name, "x") }
    store.delay = { $0 == "a" ? 5_000_000 : 0 }
    let result = try site.run(listed(#"{"path":"a"}"#, #"{"path":"a/b"}"#, #"{"path":"d/"}"#))
    #expect(result.lines.filter { $0.contains(#""why":"flip""#) }.count == 1)
    #expect(site.shell("find b | sort") == "b\nb/a\nb/a/b\nb/d\n")
  }

  @Test("a link inside the target that leads out is not followed")
  func links() throws {
    store.keep("out/f", "x")
    site.shell("mkdir b elsewhere; ln -s ../elsewhere b/out")
    #expect(try site.run(listed(#"{"path":"out/f"}"#)).holds(#""kind":"refused""#))
    #expect(site.shell("ls elsewhere") == "")
  }

  @Test("a target is replaced only if it is as the plan saw it")
  func expectations() throws {
    store.keep("f", "new")
    site.shell("mkdir b; echo theirs >b/f; touch -d @5 b/f")
    #expect(try site.run(site.section(plan, change(""))).holds(#""kind":"later""#))
    #expect(site.text("b/f") == "theirs\n")
    let was = #","was":{"size":7,"mtime":"1970-01-01T00:00:05Z"}"#
    #expect(try site.run(site.section(plan, change(was))).status == .success)
    #expect(site.text("b/f") == "new")
  }

  @Test("what has changed or gone since it was listed is not taken")
  func changed() throws {
    store.keep("f", "new")
    let result = try site.run(listed(#"{"path":"f","etag":"v0"}"#, #"{"path":"g"}"#))
    #expect(result.holds(#""path":"f","etag":"v0","did":"copy","ok":false,"kind":"later""#))
    #expect(result.holds(#""path":"g","did":"vanished","ok":true"#))
    #expect(site.shell("ls -A b") == "")
    site.terms.from = Path(text: "memory://store")
    #expect(try site.run([#"{"path":"g"}"#]).holds(#""ok":false,"kind":"absent""#))
  }

  @Test("where the root is gone no file has vanished: the run fails")
  func gone() throws {
    store.keep("f", "new")
    store.lists = true
    #expect(try site.run(listed(#"{"path":"g"}"#)).holds(#""did":"vanished","ok":true"#))
    store.breaksOff = ("", Failure(.absent, "", "no such place"))
    #expect(try site.run(listed(#"{"path":"g"}"#)).failure?.kind == .io)
    store.breaksOff = ("", Failure(.later, "", "busy"))
    #expect(try site.run(listed(#"{"path":"g"}"#)).holds(#""did":"vanished","ok":true"#))
  }

  @Test("with --durable what lies on the disk is held against the store's digest")
  func durable() throws {
    store.abilities.keepsDigests = true
    site.terms.isDurable = true
    store.keep("f", "new")
    #expect(try site.run(listed(#"{"path":"f"}"#)).holds(#""confirmed":true"#))
    #expect(store.calls == ["get f", "stat f"])
  }

  @Test("what a plan keeps is confirmed by its digest, and fetched again if it differs")
  func confirms() throws {
    store.abilities.keepsDigests = true
    site.terms.confirms = true
    store.keep("f", "same\n")
    site.shell("mkdir b; echo same >b/f")
    let same = try site.run(site.section(plan, change("", action: "keep")))
    #expect(same.holds(#""did":"verify","ok":true"#) && same.holds(#""confirmed":true"#))
    site.shell("echo diff >b/f")
    let other = try site.run(site.section(plan, change("", action: "keep")))
    #expect(other.holds(#""did":"copy","ok":true"#) && other.holds(#""confirmed":true"#))
    #expect(site.text("b/f") == "same\n")
  }

  @Test("a dry run makes no folder and asks nothing")
  func dry() throws {
    site.terms.isDry = true
    #expect(try site.run(listed(#"{"path":"f"}"#)).holds(#""did":"copy","ok":true"#))
    #expect(store.calls == [])
    #expect(site.shell("ls") == "a\n")
  }

  @Test("a failed file leaves nothing behind, and who is named twice is written twice")
  func leftovers() throws {
    store.keep("f", "1")
    store.keep("g", "2")
    store.failures["f"] = Failure(.later, "", "reset")
    let result = try site.run(listed(#"{"path":"f"}"#, #"{"path":"g"}"#, #"{"path":"g"}"#))
    #expect(result.lines.filter { $0.contains(#""ok":true"#) }.count == 2)
    #expect(site.shell("ls -A b") == "g\n")
  }

  @Test("get refuses a target that is a store")
  func noStore() throws {
    let log = Log(tool: "s4l-get", level: .fatal)
    let section = Section(Output(-1, ""), tool: "s4l-get")
    let progress = Progress(log, isQuiet: true, Environment([:]))
    #expect(throws: Failure.self) {
      try Copying(
        to: Path(text: "memory://store"), Terms(), { [store] _ in .store(store) }, section, log,
        progress, takesStores: false)
    }
  }
}

/// A large file whose way was broken off.
@Suite struct ResumeTests {
  private let site = Site()
  private let store: MemoryStore
  private let size = 80 << 20
  private var entry: String { #"{"path":"f","size":\#(size),"etag":"v1"}"# }

  init() throws {
    store = try MemoryStore()
    site.stores = ["memory://store": store]
    site.terms.from = Path(text: "memory://store")
    store.keep("f", [UInt8](repeating: 7, count: size))
    store.breaksAfter = 48 << 20
  }

  @Test("goes on where it was, if it is the same version and the same boot")
  func resumes() throws {
    #expect(try site.run([entry]).holds("the connection broke"))
    #expect(site.shell("ls -A b | sed 's/[0-9a-f]\\{16\\}/X/'") == ".s4l-X.part\n.s4l-X.tmp\n")
    #expect(try site.run([entry]).status == .success)
    #expect(store.calls == ["get f", "get f after [Range(0..<50331648)]"])
    #expect(site.shell("ls -A b; stat -c %s b/f; tr -d '\\7' <b/f | wc -c") == "f\n83886080\n0\n")
  }

  @Test(
    "starts anew when anything is not as it was",
    arguments: [
      "sed -i '1s/^[^ ]*/another-boot/' b/.s4l-*.part", "sed -i '1s/ [0-9]* / 1 /' b/.s4l-*.part",
      "rm b/.s4l-*.part", "cp b/.s4l-*.tmp x; rm b/.s4l-*.tmp", "truncate -s 0 b/.s4l-*.part",
    ])
  func startsAnew(script: String) throws {
    _ = try site.run([entry])
    site.shell(script)
    #expect(try site.run([entry]).status == .success)
    #expect(store.calls == ["get f", "get f"])
    #expect(site.shell("ls -A b") == "f\n")
  }

  @Test("another version is not mixed in")
  func otherVersion() throws {
    _ = try site.run([entry])
    store.keep("f", [UInt8](repeating: 9, count: size))
    #expect(try site.run([entry.replacing("v1", with: "v2")]).status == .success)
    #expect(store.calls == ["get f", "get f"])
  }

  @Test("a line that was cut short is not believed")
  func torn() throws {
    _ = try site.run([entry])
    site.shell("truncate -s -1 b/.s4l-*.part")
    _ = try site.run([entry])
    #expect(store.calls == ["get f", "get f after [Range(0..<33554432)]"])
  }
}
