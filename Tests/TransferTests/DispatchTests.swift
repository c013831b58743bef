import Core
import Records
import Store
import Stream
import Support
import System
import Testing
import Values

@testable import Transfer

/// From a folder to a store.
@Suite struct DispatchTests {
  private let site = Site()
  private let store: MemoryStore

  init() throws {
    store = try MemoryStore()
    site.stores = ["s": store, "memory://store": store]
  }

  private var plan: String {
    #"{"type":"head","version":1,"view":"plan","left":"\#(site.path("a"))","#
      + #""right":"memory://store"}"#
  }

  private func run(_ records: [String]) throws -> Site.Result { try site.run(records, to: "s") }

  private func change(_ rest: String, action: String = "copy") -> String {
    #"{"type":"change","path":"f","size":4,"do":"\#(action)","to":"right"\#(rest)}"#
  }

  @Test("a file arrives with its bytes and time; its outcome tells what was read and what is there")
  func sends() throws {
    site.shell("mkdir a/d; echo one >a/d/f; touch -d 2001-02-03T04:05:06.789Z a/d/f")
    let entry = #"{"type":"entry","path":"d/f","size":9,"sha256":"x","mine":[1]}"#
    let result = try run(site.section(site.listing, entry))
    #expect(result.status == .success)
    #expect(store.text("d/f") == "one\n")
    #expect(store.objects["d/f"]?.mtime?.text == "2001-02-03T04:05:06.789000000Z")
    #expect(result[1].contains(#""mine":[1],"size":4,"mtime":"2001-02-03T04:05:06.789000000Z""#))
    #expect(result[1].contains(#""did":"copy","ok":true,"now":{"size":4,"etag":"v1"}"#))
    #expect(result[1].contains(#""confirmed":true"#))
    #expect(!result[1].contains("sha256"))
  }

  @Test("a large file is handed over open, and arrives whole")
  func large() throws {
    site.shell("head -c 3000001 /dev/zero | tr '\\0' x >a/f")
    #expect(try run([#"{"path":"f"}"#]).status == .success)
    #expect(store.objects["f"]?.bytes == [UInt8](repeating: 120, count: 3_000_001))
  }

  @Test("a large file that changes while it is sent is not given its name")
  func changes() throws {
    site.shell("truncate -s 2M a/f")
    store.beforeNaming = { [site] _ in site.shell("truncate -s 3M a/f") }
    let result = try run([#"{"path":"f"}"#])
    #expect(result.holds(#""ok":false,"kind":"later","reason":"it changed while it was copied""#))
    #expect(store.objects.isEmpty)
  }

  @Test("a target is replaced only if it is as the plan saw it")
  func expectations() throws {
    site.shell("echo new >a/f")
    store.keep("f", "theirs")
    #expect(try run(site.section(plan, change(""))).holds(#""kind":"later""#))
    let other = change(#","was":{"size":6,"etag":"v9"}"#)
    #expect(try run(site.section(plan, other)).holds(#""kind":"later""#))
    #expect(store.text("f") == "theirs")
    let same = change(#","was":{"size":6,"etag":"v1"}"#)
    #expect(try run(site.section(plan, same)).status == .success)
    #expect(store.text("f") == "new\n")
  }

  @Test("what was asked for outweighs what a plan expects")
  func conditions() throws {
    site.shell("echo new >a/f")
    store.keep("f", "theirs")
    site.terms.onlyCreates = true
    #expect(try run([#"{"path":"f"}"#]).status == .partial)
    site.terms.onlyCreates = false
    site.terms.replaces = Fingerprint(etag: Array("v2".utf8))
    #expect(try run([#"{"path":"f"}"#]).status == .partial)
    site.terms.replaces = Fingerprint(etag: Array("v1".utf8))
    #expect(try run([#"{"path":"f"}"#]).status == .success)
  }

  @Test("a file that has gone vanished under a head, and is absent without one")
  func vanished() throws {
    let entry = #"{"type":"entry","path":"no/f","size":4}"#
    #expect(
      try run(site.section(site.listing, entry)).holds(#""did":"vanished","ok":true"#))
    #expect(try run([entry]).holds(#""ok":false,"kind":"absent""#))
  }

  @Test("without a head a file must be as listed")
  func headless() throws {
    site.shell("echo 1 >a/f")
    #expect(try run([#"{"path":"f","size":3}"#]).holds("changed since it was listed"))
    #expect(store.objects.isEmpty)
  }

  @Test("what a plan keeps is confirmed by the store's digest, and sent again if that differs")
  func confirms() throws {
    store.abilities.keepsDigests = true
    site.terms.confirms = true
    site.shell("echo same | tee a/f >a/g; echo more >a/h")
    store.keep("f", "same\n")
    store.keep("g", "diff\n")
    let kept = ["f", "g", "h"].map {
      #"{"type":"change","path":"\#($0)","size":5,"do":"keep"}"#
    }
    let result = try run(site.section(plan, kept[0], kept[1], kept[2]))
    #expect(result.status == .success)
    #expect(result.lines.filter { $0.contains(#""confirmed":true"#) }.count == 3)
    #expect(result.lines.filter { $0.contains(#""did":"verify""#) }.count == 1)
    #expect(store.text("g") == "same\n" && store.text("h") == "more\n")
    #expect(!store.calls.contains("put f"))
  }

  @Test("without a digest in common, what a plan keeps is sent again, if it is what was seen")
  func confirmsBlindly() throws {
    site.terms.confirms = true
    site.shell("echo same >a/f")
    store.keep("f", "same\n")
    let result = try run(site.section(plan, change("", action: "keep")))
    #expect(result.holds(#""did":"copy","ok":true,"now":{"size":5,"etag":"v2"},"confirmed":true"#))
    #expect(store.calls == ["stat f", "put f", "stat f"])
  }

  @Test("what is newer in the target is never replaced, and confirmed only if it is the same")
  func newer() throws {
    site.terms.confirms = true
    let keep = change(#","why":"newer""#, action: "keep")
    for (isDigested, text) in [(true, "theirs"), (true, "more\n"), (false, "more\n")] {
      store.abilities.keepsDigests = isDigested
      site.shell("echo mine >a/f")
      store.keep("f", text)
      let result = try run(site.section(plan, keep))
      #expect(result.status == .success && !result.holds("confirmed"), "\(result)")
      #expect(store.text("f") == text)
    }
    store.keep("f", "mine\n")
    #expect(try run(site.section(plan, keep)).holds(#""did":"verify""#))
  }

  @Test("what has to be confirmed is looked at once it is sent, whatever the store said")
  func looksBack() throws {
    site.terms.confirms = true
    store.abilities.keepsDigests = true
    site.shell("echo one >a/f")
    let entry = #"{"path":"f"}"#
    #expect(try run([entry]).holds(#""confirmed":true"#))
    for held in [Array("two\n".utf8), Array("longer\n".utf8), nil] {
      store.mangles = { _ in held }
      store.objects = [:]
      let result = try run([entry])
      #expect(result.holds(#""kind":"io","reason":"what was written reads back differently""#))
      #expect(!result.holds(#""confirmed":true"#))
    }
    store.mangles = { $0 }
    store.failures["f"] = Failure(.refused, "", "you may not look")
    #expect(try run([entry]).status == .partial)
  }

  @Test("a dry run asks nothing of the store")
  func dry() throws {
    site.terms.isDry = true
    site.shell("echo 1 >a/f")
    let result = try run(site.section(site.listing, #"{"type":"entry","path":"f"}"#))
    #expect(result[0].contains(#""dry":true"#))
    #expect(result.holds(#""path":"f","did":"copy","ok":true"#))
    #expect(store.calls == [])
  }

  @Test("a retry takes what failed as bare entries")
  func retry() throws {
    site.terms.retries = true
    site.shell("echo 1 >a/f; echo 1 >a/g")
    store.keep("f", "old")
    let failed =
      #"{"type":"outcome","path":"f","size":9,"was":{"size":1},"did":"copy","ok":false}"#
    let done = #"{"type":"outcome","path":"g","did":"copy","ok":true}"#
    #expect(try run([failed, done]).lines.count == 2)
    #expect(store.calls == ["put f"])
  }

  @Test("a store's failure is that of the item, and the others go on")
  func fails() throws {
    site.shell("echo 1 >a/f; echo 1 >a/g")
    store.failures["f"] = Failure(.later, "", "503 Slow Down")
    let result = try run([#"{"path":"f"}"#, #"{"path":"g"}"#])
    #expect(result.holds(#""ok":false,"kind":"later","reason":"503 Slow Down""#))
    #expect(result.status == .partial)
    #expect(store.text("g") == "1\n")
  }

  @Test("a name that is not UTF-8 fails where the store takes text only", arguments: [true, false])
  func oddNames(wantsText: Bool) throws {
    store.abilities.wantsText = wantsText
    site.shell(#"printf 1 >"$(printf 'a/\377')""#)
    let result = try run([#"{"path_bytes":"/w=="}"#])
    #expect(result.holds("the name is not UTF-8") == wantsText)
    #expect(store.objects.isEmpty == wantsText)
  }

  @Test("links, fifos and hostile names are refused with a reason")
  func refuses() throws {
    site.shell("ln -s nowhere a/l; mkfifo a/p; ln -s .. a/up; echo x >x")
    let names =
      [#"{"path":"l","link":"nowhere"}"#]
      + ["l", "p", "up/x", "../x"].map {
        #"{"path":"\#($0)"}"#
      }
    let result = try run(names)
    #expect(result.lines.filter { $0.contains(#""ok":false"#) }.count == 5)
    #expect(result.holds("it is a symbolic link, and a store has none"))
    #expect(store.calls == [])
  }

  @Test("backslashes become slashes on request, and lead nowhere else for it")
  func windows() throws {
    site.terms.fromWindows = true
    site.shell(#"echo 1 >'a/d\f'; echo 1 >'a/..\f'"#)
    let result = try run([#"{"path":"d\\f"}"#, #"{"path":"..\\f"}"#])
    #expect(store.objects.keys.sorted() == ["d/f"])
    #expect(result.status == .partial)
  }

  @Test("folders need not be made")
  func folders() throws {
    site.shell("mkdir a/d")
    #expect(try run([#"{"path":"d/"}"#]).holds(#""did":"copy","ok":true"#))
    #expect(store.calls == [])
  }

  @Test("no more is under way than was asked for, or the store likes")
  func window() throws {
    site.shell("cd a; for n in $(seq 40); do echo $n >$n; done")
    let records = (1...40).map { #"{"path":"\#($0)"}"# }
    store.delay = { _ in 1_000_000 }
    _ = try run(records)
    #expect(store.most == 16)
    let narrow = try MemoryStore()
    site.stores["s"] = narrow
    site.terms.width = 3
    _ = try run(records)
    #expect(narrow.most == 3 && narrow.objects.count == 40)
  }

  @Test("answers may come in any order, and each goes to its own record")
  func order() throws {
    site.shell("cd a; for n in $(seq 30); do seq $n >$n; done")
    store.delay = { 1_000_000 * (Int64($0) ?? 0) % 7_000_000 }
    let result = try run((1...30).map { #"{"path":"\#($0)","n":\#($0)}"# })
    for n in 1...30 {
      let size = store.objects["\(n)"]?.bytes.count ?? 0
      #expect(result.holds(#""path":"\#(n)","n":\#(n),"size":\#(size),"#))
    }
  }

  @Test("a source that is not there fails the run, once something is to be copied")
  func noSource() throws {
    site.terms.from = site.path("none")
    #expect(try run(site.section(site.events)).failure == nil)
    #expect(try run([#"{"path":"f"}"#]).failure?.kind == .absent)
  }
}
