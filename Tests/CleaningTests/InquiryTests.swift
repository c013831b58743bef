import Cleaning
import Core
import Doubles
import Glibc
import Store
import Stream
import System
import Testing
import Values

/// A folder and a store that a two-way plan is for, the folder on the left.
private final class Both {
  let scene: Scene
  let store: MemoryStore

  init(_ names: [String] = []) throws {
    scene = try Scene()
    store = MemoryStore("mem://there", try Loop())
    for name in names { scene.file("root/\(name)") }
  }

  /// A planned delete in the folder.
  func here(_ path: String, size: Int = 3) -> String {
    scene.delete(path, size: size).replacingSuffix("}", with: ",\"to\":\"left\"}")
  }

  /// A planned delete in the store.
  func there(_ path: String) -> String {
    #"{"type":"change","path":"\#(path)","size":3,"do":"delete","to":"right","why":"orphan","#
      + #""was":{"size":3}}"#
  }

  private func orders(_ root: Place, _ change: (inout Orders) -> Void) -> Orders {
    var orders = Orders(root: root)
    let store = store
    orders.open = { (path) throws(Failure) in
      guard path == store.location else { throw Failure(.unavailable, "\(path)", "no such store") }
      return .store(store)
    }
    change(&orders)
    return orders
  }

  /// Cleans one side.
  func clean(
    _ root: Place, _ records: [String], left: Path? = nil, right: String = "mem://there",
    tail: String = #","left_entries":100,"right_entries":100"#, head: String = "",
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Scene.Transcript {
    var stage = try Planned(orders(root, change), scene.log)
    let first =
      #"{"type":"head","version":1,"view":"plan","left":"\#(left ?? scene.root)","#
      + #""right":"\#(right)"\#(head)}"#
    var result = try scene.run(&stage, [first] + records + [scene.tail(records, tail)])
    result.failure = result.failure ?? stage.refusal
    return result
  }

  func cleanHere(
    _ records: [String], right: String = "mem://there",
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Scene.Transcript {
    try clean(.folder(scene.root), records, right: right, change)
  }
}

@Suite("A look at the other side before a delete of a two-way plan") struct InquiryTests {
  @Test("what the store has after all stays, and so does what it cannot tell of")
  func store() throws {
    let both = try Both(["a", "b", "c", "d/e"])
    both.store.add("b")
    both.store.failures[Path(text: "c")] = Failure(.unavailable, "", "busy")
    let result = try both.cleanHere(["a", "b", "c", "d/e"].map { both.here($0) })
    #expect(result.status == .partial && result.failure == nil)
    #expect(result.deletes.sorted() == ["a ok", "b kept", "c kept", "d/e ok"])
    #expect(result.reason("b")?.contains("mem://there after all") == true)
    #expect(result.reason("c") == "withheld: busy")
    #expect(both.scene.files() == ["b", "c"])
    #expect(both.store.asked.sorted() == ["stat a", "stat b", "stat c", "stat d/e"])
    let kinds = result.lines.filter { $0.contains("\"ok\":false") }
    #expect(kinds.allSatisfy { $0.contains("\"kind\":\"later\"") })
  }

  @Test("only deletes are asked about, each once, and as many at once as the store likes")
  func width() throws {
    let names = (1_000..<1_700).map { "n\($0)" }
    let both = try Both(names)
    both.store.abilities.width = 8
    let kept = #"{"type":"change","path":"k","size":1,"do":"keep"}"#
    let result = try both.clean(
      .folder(both.scene.root), names.map { both.here($0) } + [kept],
      tail: #","left_entries":9000,"right_entries":9000"#)
    #expect(result.status == .success && result.deletes.count == 700)
    #expect(both.scene.files() == [])
    #expect(both.store.asked.sorted() == names.map { "stat \($0)" })
    #expect(both.store.mostUnderWay == 8)
  }

  @Test("a store that cannot be opened, or that nobody names, has nothing deleted here")
  func unknown() throws {
    let both = try Both(["a"])
    for right in ["mem://elsewhere", "/nowhere/at/all"] {
      let result = try both.cleanHere([both.here("a")], right: right)
      #expect(result.deletes == ["a kept"] && result.status == .partial)
    }
    let blind = try both.cleanHere([both.here("a")]) { $0.open = nil }
    #expect(blind.deletes == ["a kept"])
    #expect(both.scene.files() == ["a"])
  }

  @Test("a folder is asked as well: what is back there stays in the store")
  func folder() throws {
    let both = try Both(["back", "d/x/y", "f"])
    for name in ["back", "gone", "d", "f/g"] { both.store.add(name) }
    both.scene.link("root/link", to: "nowhere")
    both.store.add("link")
    let deletes = ["back", "gone", "d", "f/g", "link"].map(both.there)
    let result = try both.clean(.store(both.store), deletes)
    #expect(result.deletes.sorted() == ["back kept", "d ok", "f/g ok", "gone ok", "link kept"])
    #expect(both.store.names == ["back", "link"])
  }

  @Test("a folder that is not there, or may not be looked into, has nothing deleted elsewhere")
  func folderGone() throws {
    let both = try Both()
    both.store.add("a")
    let nowhere = both.scene.top.appending("nowhere")
    let result = try both.clean(.store(both.store), [both.there("a")], left: nowhere)
    #expect(result.deletes == ["a kept"] && both.store.names == ["a"])
    both.scene.folder("out")
    both.scene.link("root/d", to: "../out")
    both.store.add("d/a")
    let linked = try both.clean(.store(both.store), [both.there("d/a")])
    #expect(linked.deletes == ["d/a kept"] && both.store.names == ["a", "d/a"])
  }

  @Test("a plan for one side asks its source if that is a store, but for what patterns left out")
  func oneWay() throws {
    let both = try Both(["a", "b", "c"])
    for name in ["b", "c"] { both.store.add(name) }
    let (scene, store) = (both.scene, both.store)
    let plan =
      #"{"type":"head","version":1,"view":"plan","left":"mem://there","right":"\#(scene.root)"}"#
    var orders = scene.orders()
    orders.open = { _ in .store(store) }
    var stage = try Planned(orders, scene.log)
    let excluded = scene.delete("c")
      .split(separator: "orphan").joined(separator: "excluded")
    let records = [scene.delete("a"), scene.delete("b"), excluded]
    let result = try scene.run(
      &stage, [plan] + records + [scene.tail(records, #","target_entries":100"#)])
    #expect(result.deletes.sorted() == ["a ok", "b kept", "c ok"] && result.status == .partial)
    #expect(store.asked.sorted() == ["stat a", "stat b"])
  }

  @Test("a plan for one side asks no folder, nor does one whose deletes are withheld")
  func idle() throws {
    let both = try Both(["a", "b"])
    both.store.add("a")
    let scene = both.scene
    let oneWay =
      #"{"type":"head","version":1,"view":"plan","left":"/there","right":"\#(scene.root)"}"#
    var orders = scene.orders()
    let store = both.store
    orders.open = { _ in .store(store) }
    var stage = try Planned(orders, scene.log)
    let records = [scene.delete("a")]
    let result = try scene.run(
      &stage, [oneWay] + records + [scene.tail(records, #","target_entries":100"#)])
    #expect(result.deletes == ["a ok"])
    let many = try both.clean(
      .folder(scene.root), [both.here("b")], tail: #","left_entries":1,"right_entries":1"#)
    #expect(many.failure?.kind == .refused && many.deletes == ["b kept"])
    let failed = try both.cleanHere([scene.failed("n", "later", size: 9), both.here("b")])
    #expect(failed.deletes == ["b kept"])
    #expect(store.asked == [])
  }

  @Test("a dry run asks too, and says what would be")
  func dry() throws {
    let both = try Both(["a", "b"])
    both.store.add("b")
    let result = try both.cleanHere([both.here("a"), both.here("b")]) { $0.isDry = true }
    #expect(result.deletes == ["a ok", "b kept"])
    #expect(both.scene.files() == ["a", "b"])
  }

  @Test("folders of a plan go behind what they hold, and stay with what stays")
  func folders() throws {
    let both = try Both(["d/x", "e/y"])
    both.store.add("e/y")
    let result = try both.cleanHere(["d/", "d/x", "e/", "e/y"].map { both.here($0) })
    #expect(result.deletes == ["d/x ok", "d/ ok", "e/y kept", "e/ kept"])
    #expect(both.scene.files() == ["e/", "e/y"])
  }

  @Test("a drive is believed only if the folder that held the file says so too")
  func drive() throws {
    let both = try Both(["d/a", "d/b", "d/c", "f"])
    both.store.abilities.depth = 9
    both.store.add("d/z")
    both.store.add("d/b")
    // It is there, and the drive denies it when it is asked by name.
    both.store.add("d/c")
    both.store.failures[Path(text: "d/c")] = Failure(.absent, "", "no such file")
    // A folder has taken the name.
    both.store.add("f/x")
    both.store.failures[Path(text: "f")] = Failure(.refused, "", "it is a folder")
    let result = try both.cleanHere(["d/a", "d/b", "d/c", "f"].map { both.here($0) })
    #expect(result.deletes.sorted() == ["d/a ok", "d/b kept", "d/c kept", "f ok"])
    #expect(both.scene.files() == ["d/", "d/b", "d/c"])
  }
}
