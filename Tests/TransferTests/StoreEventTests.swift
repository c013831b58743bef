import Core
import Store
import Support
import Testing
import Values

@testable import Transfer

/// Events that lead to a store.
@Suite struct StoreEventTests {
  private let site = Site()
  private let store: MemoryStore

  init() throws {
    store = try MemoryStore()
    site.stores = ["s": store]
  }

  @Test("what is said of one path keeps its order, however long an answer takes")
  func order() throws {
    site.shell("echo 1 >a/f; echo 2 >a/g")
    store.delay = { $0 == "f" ? 20_000_000 : 0 }
    let create = #"{"type":"event","path":"f","event":"create"}"#
    let other = #"{"type":"event","path":"g","event":"create"}"#
    let remove = #"{"type":"event","path":"f","event":"remove"}"#
    let result = try site.run(site.section(site.events, create, other, remove), to: "s")
    let places = ["\"create\"", "\"remove\""].map { word in
      result.lines.firstIndex { $0.contains(#""path":"f""#) && $0.contains(word) }
    }
    #expect(try #require(places[0]) < #require(places[1]))
    #expect(result[1].contains(#""path":"g""#))
  }

  @Test("nothing overtakes a rename")
  func rename() throws {
    site.shell("echo 1 >a/new; echo 2 >a/old")
    store.delay = { $0 == "new" ? 20_000_000 : 0 }
    let rename = #"{"type":"event","path":"old","event":"rename","to":"new"}"#
    let create = #"{"type":"event","path":"old","event":"create"}"#
    let result = try site.run(site.section(site.events, rename, create), to: "s")
    #expect(result[1].contains(#""path":"old","event":"rename","to":"new""#))
    #expect(result[2].contains(#""path":"old","event":"create""#))
    #expect(store.text("new") == "1\n" && store.text("old") == "2\n")
  }

  @Test("a folder is sent with all it holds, and its own outcome comes last")
  func subtree() throws {
    site.shell("mkdir -p a/n/d; echo 1 >a/n/f; echo 2 >a/n/d/g")
    let event = #"{"type":"event","path":"o/","event":"rename","to":"n/"}"#
    let result = try site.run(site.section(site.events, event), to: "s")
    #expect(store.objects.keys.sorted() == ["n/d/g", "n/f"])
    #expect(result.lines.count == 5)
    #expect(result[3].contains(#""path":"o/","event":"rename","to":"n/""#))
    #expect(result[3].contains(#""ok":true"#))
  }

  @Test("a folder of which a file could not be sent is not ok")
  func partialSubtree() throws {
    site.shell("mkdir -p a/n; echo 1 >a/n/f; echo 1 >a/n/g")
    store.failures["n/f"] = Failure(.refused, "", "403")
    let event = #"{"type":"event","path":"n/","event":"create"}"#
    let result = try site.run(site.section(site.events, event), to: "s")
    #expect(result[3].contains(#""ok":false,"kind":"later""#))
    #expect(store.text("n/g") == "1\n")
  }

  @Test("an event of another root is not believed")
  func foreign() throws {
    site.terms.from = nil
    let event = #"{"type":"event","root":"/etc","path":"passwd","event":"create"}"#
    let result = try site.run(site.section(site.events, event), to: "s")
    #expect(result[1].contains(#""ok":false,"kind":"data""#))
    #expect(store.calls == [])
  }
}
