import Cleaning
import Core
import Doubles
import Store
import Stream
import System
import Testing
import Values

@Suite("Events about files in a store") struct StoreEventTests {
  /// Carries out events about the folder `root` of a scene on a store.
  private func run(
    _ scene: Scene, _ store: MemoryStore, _ events: [String],
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Scene.Transcript {
    var orders = Orders(root: .store(store))
    change(&orders)
    var stage = try Planned(orders, scene.log)
    let head = #"{"type":"head","version":1,"view":"events","root":"\#(scene.root)"}"#
    var result = try scene.run(&stage, [head] + events + [scene.tail(events)])
    result.failure = result.failure ?? stage.refusal
    return result
  }

  private func remove(_ path: String) -> String {
    #"{"type":"event","path":"\#(path)","event":"remove"}"#
  }

  private func store(_ names: [String]) throws -> MemoryStore {
    let store = MemoryStore("mem://root", try Loop())
    for name in names { store.add(name) }
    return store
  }

  @Test("what is gone at its source goes; what is there again stays")
  func removed() throws {
    let scene = try Scene()
    scene.file("root/back")
    let store = try store(["a", "back", "c"])
    let result = try run(scene, store, [remove("a"), remove("back"), remove("never")])
    #expect(result.deletes.sorted() == ["a ok", "never ok"])
    #expect(result.lines.contains { $0.contains(#""path":"back","event":"remove","did":"keep""#) })
    #expect(result.status == .success)
    #expect(store.names == ["back", "c"])
  }

  @Test("a folder that is gone takes all below it, and is told once, when all is known")
  func trees() throws {
    let scene = try Scene()
    let store = try store(["a/b/x", "a/b/y", "a/c", "a-b", "b/x", "b/y"])
    store.add("a/", size: 0)
    store.failures[Path(text: "b/x")] = Failure(.refused, "", "locked")
    let result = try run(scene, store, [remove("a/"), remove("b/"), remove("none/")])
    #expect(result.deletes.sorted() == ["a/ ok", "b/ kept", "none/ ok"])
    #expect(result.reason("b/") == "locked")
    #expect(store.names == ["a-b", "b/x"])
  }

  @Test("a rename that was copied takes the old name away, and tells of it as ever")
  func renamed() throws {
    let scene = try Scene()
    let store = try store(["old", "new"])
    let outcome =
      #"{"type":"outcome","path":"old","event":"rename","to":"new","did":"copy","ok":true}"#
    let result = try run(scene, store, [outcome])
    #expect(store.names == ["new"])
    #expect(result.lines.contains(#"{"type":"outcome","path":"old","did":"delete","ok":true}"#))
  }

  @Test("no more go than a number allows; those that were gone already do not count")
  func ration() throws {
    let scene = try Scene()
    let store = try store(["a", "b", "c"])
    let events = ["gone", "a", "gone2", "b", "c"].map(remove)
    let result = try run(scene, store, events) { $0.brakes = Brakes(limit: .count(2)) }
    #expect(result.failure?.kind == .refused)
    #expect(result.deletes.sorted() == ["a ok", "b ok", "c kept", "gone ok", "gone2 ok"])
    #expect(store.names == ["c"])
  }
}
