import Core
import Store
import Support
import System
import Testing
import Values

@testable import Transfer

/// From a store to a store.
@Suite struct TransitTests {
  private let site = Site()
  private let source: MemoryStore
  private let target: MemoryStore

  init() throws {
    source = try MemoryStore("memory://one")
    target = try MemoryStore("memory://two", source.loop)
    site.stores = ["memory://one": source, "memory://two": target, "two": target]
    site.terms.from = Path(text: "memory://one")
    source.keep("f", "bytes")
  }

  @Test("a file is fetched and sent, or copied inside the server where it can be")
  func ways() throws {
    for isDirect in [false, true] {
      target.copiesDirectly = isDirect
      let entry = #"{"path":"f","size":5,"etag":"v1","mtime":"2001-02-03T04:05:06Z"}"#
      let result = try site.run([entry], to: "two")
      #expect(result[0].contains(#""did":"copy","ok":true"#))
      #expect(result[0].contains(#""confirmed":true"#))
      #expect(target.text("f") == "bytes")
      #expect(target.objects["f"]?.mtime?.seconds == 981_173_106)
    }
    #expect(source.calls == ["get f"])
    #expect(target.calls == ["put f", "copy f"])
  }

  @Test("a failure of either side is that of the item")
  func fails() throws {
    source.failures["f"] = Failure(.later, "", "slow down")
    #expect(try site.run([#"{"path":"f"}"#], to: "two").holds("slow down"))
    target.failures["f"] = Failure(.refused, "", "forbidden")
    #expect(try site.run([#"{"path":"f"}"#], to: "two").holds("forbidden"))
  }

  @Test("what a plan keeps is confirmed if both stores tell the same digest")
  func confirms() throws {
    source.abilities.keepsDigests = true
    target.abilities.keepsDigests = true
    site.terms.confirms = true
    target.keep("f", "bytes")
    let plan =
      #"{"type":"head","version":1,"view":"plan","left":"memory://one","right":"memory://two"}"#
    let keep = #"{"type":"change","path":"f","size":5,"do":"keep"}"#
    #expect(try site.run(site.section(plan, keep), to: "two").holds(#""did":"verify","ok":true"#))
    target.keep("f", "bite!")
    let result = try site.run(site.section(plan, keep), to: "two")
    #expect(result.holds(#""did":"copy","ok":true"#))
    #expect(target.text("f") == "bytes")
  }

  @Test("a store is not copied onto itself")
  func itself() throws {
    site.terms.from = Path(text: "memory://two")
    #expect(try site.run([#"{"path":"f"}"#], to: "two").failure?.kind == .usage)
  }
}
