import Cleaning
import Core
import Doubles
import Records
import Store
import Stream
import System
import Testing
import Values

/// A store to be cleaned, and what a stage makes of a stream there.
private final class Shelf {
  let scene: Scene
  let store: MemoryStore
  let bin: MemoryStore

  init(_ names: [String] = []) throws {
    scene = try Scene()
    let loop = try Loop()
    store = MemoryStore("mem://root", loop)
    bin = MemoryStore("mem://bin", loop)
    for name in names { store.add(name) }
  }

  func orders(_ change: (inout Orders) -> Void = { _ in }) -> Orders {
    var orders = Orders(root: .store(store))
    change(&orders)
    return orders
  }

  /// A planned delete of a file as the store holds it.
  func delete(_ name: String) -> String {
    let file = store.files[Path(text: name)]
    let etag = file.map { String(decoding: $0.etag, as: UTF8.self) } ?? "none"
    let size = file?.bytes.count ?? 3
    return #"{"type":"change","path":"\#(name)","size":\#(size),"do":"delete","to":"right","#
      + #""why":"orphan","was":{"size":\#(size),"etag":"\#(etag)"}}"#
  }

  func plan(
    _ records: [String], total: Int? = 100, complete: Bool = true, head: String = "",
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Scene.Transcript {
    var stage = try Planned(orders(change), scene.log)
    let target = total.map { ",\"target_entries\":\($0)" } ?? ""
    let first =
      #"{"type":"head","version":1,"view":"plan","left":"/s","right":"mem://root"\#(head)}"#
    var result = try scene.run(
      &stage, [first] + records + [scene.tail(records, complete: complete, target)])
    result.failure = result.failure ?? stage.refusal
    return result
  }

  func orphans(
    _ records: [String], head: String = "", complete: Bool = true,
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Scene.Transcript {
    var stage = try Orphans(orders(change), scene.log)
    let first = #"{"type":"head","version":1,"view":"listing","root":"/s"\#(head)}"#
    var result = try scene.run(
      &stage, [first] + records + [scene.tail(records, complete: complete)])
    result.failure = result.failure ?? stage.refusal
    return result
  }

  func entry(_ path: String) -> String { #"{"type":"entry","path":"\#(path)","size":3}"# }
}

@Suite("Cleaning a store") struct StoreTests {
  @Test("planned deletes are looked at, then go in one batch; the tail comes behind all outcomes")
  func planned() throws {
    let shelf = try Shelf(["a/x", "a/y", "keep"])
    let result = try shelf.plan([shelf.delete("a/x"), shelf.delete("a/y")])
    #expect(result.status == .success)
    #expect(result.deletes == ["a/x ok", "a/y ok"])
    #expect(shelf.store.names == ["keep"])
    #expect(shelf.store.asked == ["stat a/x", "stat a/y", "delete a/x a/y"])
    #expect(result.lines.last?.contains("\"complete\":true,\"records\":2") == true)
    #expect(result.lines[1].contains("\"why\":\"orphan\""))
  }

  @Test("no more is under way at once than the store likes, and no batch is larger")
  func width() throws {
    let names = (100..<150).map { "n\($0)" }
    let shelf = try Shelf(names + ["keep"])
    shelf.store.abilities.width = 4
    shelf.store.abilities.deletes = 7
    let result = try shelf.plan(names.map(shelf.delete))
    #expect(result.deletes.count == 50)
    #expect(shelf.store.names == ["keep"])
    #expect(shelf.store.mostUnderWay <= 5)
    #expect(shelf.store.mostUnderWay >= 4)
    let batches = shelf.store.asked.filter { $0.hasPrefix("delete") }
    #expect(batches.count == 8)
    #expect(batches.allSatisfy { $0.split(separator: " ").count <= 8 })
  }

  @Test("a file that was replaced since the plan is kept; one that is gone is as good as deleted")
  func changed() throws {
    let shelf = try Shelf(["a", "b", "c", "size"])
    let plan = ["a", "b", "c", "size"].map(shelf.delete)
    shelf.store.add("a")
    shelf.store.files[Path(text: "c")] = nil
    shelf.store.files[Path(text: "size")]?.bytes = [1]
    let result = try shelf.plan(plan)
    #expect(result.status == .partial)
    #expect(result.deletes.sorted() == ["a kept", "b ok", "c ok", "size kept"])
    #expect(result.lines.contains { $0.contains("\"path\":\"a\"") && $0.contains("\"later\"") })
    #expect(shelf.store.names == ["a", "size"])
  }

  @Test("what the store refuses is told of the file that it is about, by kind and reason")
  func refused() throws {
    let shelf = try Shelf(["a", "b", "c"])
    shelf.store.abilities.deletes = 2
    let plan = ["a", "b", "c"].map(shelf.delete)
    shelf.store.failures[Path(text: "b")] = Failure(.refused, "", "locked")
    let result = try shelf.plan(plan)
    #expect(result.deletes.sorted() == ["a ok", "b kept", "c ok"])
    #expect(result.reason("b") == "locked")
    #expect(result.lines.contains { $0.contains("\"b\"") && $0.contains("\"kind\":\"refused\"") })
  }

  @Test("holes, failed copies, brakes and dry runs hold deletes back as they do in a folder")
  func brakes() throws {
    var shelf = try Shelf(["a/x", "b", "c"])
    var result = try shelf.plan(
      [shelf.scene.hole("a"), shelf.delete("a/x"), shelf.delete("b")])
    #expect(result.deletes.sorted() == ["a/x kept", "b ok"])

    shelf = try Shelf(["b", "c"])
    result = try shelf.plan([shelf.scene.failed("n", "later", size: 9), shelf.delete("b")])
    #expect(result.deletes == ["b kept"])
    result = try shelf.plan([shelf.delete("b")], total: 1)
    #expect(result.failure?.kind == .refused)
    result = try shelf.plan([shelf.delete("b")], complete: false)
    #expect(result.deletes == ["b kept"])
    #expect(!shelf.store.asked.contains { $0.hasPrefix("stat") })
    result = try shelf.plan([shelf.delete("b")], head: ",\"dry\":true")
    #expect(result.deletes == ["b ok"])
    #expect(shelf.store.names == ["b", "c"])
  }

  @Test("folders need nothing, and no hostile path is asked for")
  func paths() throws {
    let shelf = try Shelf(["a/x", "z"])
    let result = try shelf.plan(
      ["a/", "a/x", "../z", "/z", "a//z", ".s4l/z"].map(shelf.delete))
    #expect(result.deletes.filter { $0.hasSuffix("ok") }.sorted() == ["a/ ok", "a/x ok"])
    #expect(result.deletes.filter { $0.hasSuffix("kept") }.count == 4)
    #expect(shelf.store.asked == ["stat a/x", "delete a/x"])
  }

  @Test("the trash takes a file in before it goes, under the first name that is free")
  func trash() throws {
    let shelf = try Shelf(["a", "b", "c"])
    shelf.bin.add("a")
    shelf.bin.add("a.1")
    shelf.bin.failures[Path(text: "b")] = Failure(.refused, "", "full")
    let bin = shelf.bin
    let result = try shelf.plan([shelf.delete("a"), shelf.delete("b")]) { $0.trash = .store(bin) }
    #expect(result.deletes.sorted() == ["a ok", "b kept"])
    #expect(result.reason("b") == "the trash: full")
    #expect(bin.names == ["a", "a.1", "a.2"])
    #expect(shelf.store.names == ["b", "c"])
  }

  @Test("a trash that would be listed with the files, or that is elsewhere, is a usage failure")
  func trashPlaces() throws {
    let shelf = try Shelf()
    let loop = shelf.store.loop
    let bad: [Place] = [
      .folder(shelf.scene.top), .store(MemoryStore("mem://root/bin", loop)),
      .store(MemoryStore("mem:", loop)), .store(shelf.store),
    ]
    for place in bad {
      #expect { try Planned(shelf.orders { $0.trash = place }, shelf.scene.log) } throws: {
        ($0 as? Failure)?.kind == .usage
      }
    }
    let good = MemoryStore("mem://root/.s4l/trash", loop)
    _ = try Planned(shelf.orders { $0.trash = .store(good) }, shelf.scene.log)
    let folder = shelf.scene.orders { $0.trash = .store(shelf.bin) }
    #expect { try Planned(folder, shelf.scene.log) } throws: { ($0 as? Failure)?.kind == .usage }
    #expect { try Uploaded(shelf.orders(), shelf.scene.log) } throws: {
      ($0 as? Failure)?.kind == .usage
    }
  }

  @Test("orphans are what a complete listing does not name, looked at again before they go")
  func orphans() throws {
    let shelf = try Shelf(["a/x", "a/y", "b", "c", "d", "hidden/z", "e.tmp"])
    shelf.store.add(".s4l/state")
    shelf.store.add("marker/", size: 0)
    let store = shelf.store
    store.beforeLook = { if "\($0)" == "d" { store.add("d") } }
    let records = [shelf.entry("c"), shelf.entry("a/x"), shelf.scene.hole("hidden")]
    let result = try shelf.orphans(records, head: #","filters":["exclude=*.tmp"]"#)
    #expect(result.failure == nil)
    #expect(result.deletes.sorted() == ["a/y ok", "b ok", "d kept"])
    #expect(
      store.names == [".s4l/state", "a/x", "c", "d", "e.tmp", "hidden/z", "marker/"])
  }

  @Test("no orphan goes if either listing is not whole, or if they would be too many")
  func orphanBrakes() throws {
    let shelf = try Shelf(["a", "b", "c"])
    #expect(try shelf.orphans([shelf.entry("a")], complete: false).deletes == [])
    #expect(try shelf.orphans([shelf.entry("a")]).failure?.kind == .refused)
    shelf.store.breaksOff = (Path(text: "c"), Failure(.unavailable, "", "gone away"))
    let broken = try shelf.orphans([shelf.entry("a"), shelf.entry("b")])
    #expect(broken.failure?.kind == .unavailable)
    shelf.store.breaksOff = nil
    shelf.store.listedFirst = [Path(text: "b")]
    #expect(try shelf.orphans([shelf.entry("a"), shelf.entry("b")]).failure?.kind == .data)
    #expect(shelf.store.names == ["a", "b", "c"])
  }
}
