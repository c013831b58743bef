import Cleaning
import Core
import Doubles
import Store
import Stream
import System
import Testing
import Values

@Suite("Events about the sources of a library") struct LibraryEventTests {
  private let scene: Scene
  private let store: MemoryStore

  init() throws {
    scene = try Scene()
    store = MemoryStore("mem://r", try Loop())
    for name in ["a", "d/b", "d/e/c", "d-/x"] {
      try scene.own(name + ".strm", from: name + ".mkv")
      store.add(name + ".mkv")
    }
    try scene.own("d/b.nfo", from: "d/b.nfo")
    store.add("d/b.nfo")
    for name in ["d/mine.nfo", "a.mkv", "d/b.mkv"] { scene.file("root/" + name) }
  }

  private func run(
    _ records: [String], root: String? = "mem://r", _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Scene.Transcript {
    let store = store
    let orders = scene.orders {
      $0.open = { (path) throws(Failure) in
        if path.bytes.starts(with: "mem:".utf8) { return .store(store) }
        throw Failure(.config, "\(path)", "it is not known")
      }
      change(&$0)
    }
    var stage = try Planned(orders, scene.log)
    let place = root.map { #","root":"\#($0)""# } ?? ""
    let head = #"{"type":"head","version":1,"view":"events"\#(place)}"#
    var result = try scene.run(&stage, [head] + records + [scene.tail(records)])
    result.failure = result.failure ?? stage.refusal
    return result
  }

  private func remove(_ path: String) -> String {
    #"{"type":"event","path":"\#(path)","event":"remove"}"#
  }

  private func lose(_ names: String...) {
    for name in names { store.files[Path(text: name)] = nil }
  }

  @Test("what was made of a file that is gone goes, and nothing that only has its name")
  func file() throws {
    lose("a.mkv")
    let result = try run([remove("a.mkv"), remove("never.mkv"), remove("d/mine.nfo")])
    #expect(result.deletes == ["a.mkv ok", "a.mkv ok", "never.mkv ok", "d/mine.nfo ok"])
    #expect(result.lines[1].contains(#""target":"a.strm""#))
    #expect(!scene.has("root/a.strm"))
    #expect(scene.has("root/a.mkv") && scene.has("root/d/mine.nfo"))
    #expect(scene.library.count == 10)
  }

  @Test("a folder takes all that was made of what it held, and stays if it holds something else")
  func folder() throws {
    lose("d/b.mkv", "d/b.nfo", "d/e/c.mkv")
    let result = try run([remove("d/")])
    #expect(result.deletes == ["d/b.nfo ok", "d/b.mkv ok", "d/e/c.mkv ok", "d/ ok"])
    #expect(
      scene.library == [
        "a.mkv", "a.strm", "d-/", "d-/x.strm", "d/", "d/b.mkv", "d/mine.nfo",
      ])
  }

  @Test("what is there, wholly or in part, stays, and that settles the event")
  func there() throws {
    lose("d/b.mkv", "d/b.nfo")
    let before = scene.library
    let result = try run([remove("a.mkv"), remove("d/")])
    #expect(result.deletes == [] && result.status == .success)
    #expect(result.lines.filter { $0.contains(#""did":"keep","ok":true"#) }.count == 2)
    #expect(result.reason("d/") == "it is there again")
    #expect(scene.library == before)
  }

  @Test("a store that cannot be asked says nothing")
  func unknown() throws {
    lose("a.mkv", "d/b.mkv", "d/b.nfo", "d/e/c.mkv")
    let before = scene.library
    for kind in [Failure.Kind.later, .unavailable, .io, .refused, .data] {
      store.failures[Path(text: "a.mkv")] = Failure(kind, "", "x")
      store.holes = [Path(text: "d/e/"): Failure(kind, "", "x")]
      let result = try run([remove("a.mkv"), remove("d/")])
      #expect(result.deletes == ["a.mkv kept", "d/ kept"])
      #expect(result.lines.filter { $0.contains(#""kind":"later""#) }.count == 2)
      store.holes = [:]
      store.breaksOff = (before: Path(text: "e"), with: Failure(kind, "", "x"))
      #expect(try run([remove("d/")]).deletes == ["d/ kept"])
      store.breaksOff = nil
      // Something above may be what is not there.
      store.failures[Path(text: "a.mkv")] = Failure(.absent, "mem://r", "no such drive")
      #expect(try run([remove("a.mkv")]).deletes == ["a.mkv kept"])
    }
    #expect(try run([remove("a.mkv")], root: "other://r").deletes == ["a.mkv kept"])
    #expect(try run([remove("a.mkv")], root: nil).deletes == ["a.mkv kept"])
    #expect(scene.library == before)
  }

  @Test("a root in which nothing is left is not believed, be it a store or a folder")
  func emptied() throws {
    store.files = [:]
    scene.folder("mount")
    let before = scene.library
    for root in ["mem://r", "\(scene.top.appending("mount"))"] {
      let result = try run([remove("a.mkv"), remove("d/")], root: root)
      #expect(result.deletes == ["a.mkv kept", "d/ kept"])
    }
    #expect(scene.library == before)
    scene.file("mount/other")
    let mount = "\(scene.top.appending("mount"))"
    try scene.own("m.strm", from: "m.mkv", root: mount)
    #expect(try run([remove("m.mkv")], root: mount).deletes == ["m.mkv ok", "m.mkv ok"])
  }

  @Test(
    "the old name of a rename goes once the new one is done", arguments: ["write", "keep", "copy"])
  func renamed(_ did: String) throws {
    lose("a.mkv", "d/b.mkv")
    let done =
      #"{"type":"outcome","path":"a.mkv","event":"rename","to":"n.mkv","target":"n.strm","#
      + #""did":"\#(did)","ok":true}"#
    let failed =
      #"{"type":"outcome","path":"d/b.mkv","event":"rename","to":"m.mkv","did":"\#(did)","#
      + #""ok":false,"kind":"io","reason":"x"}"#
    let bare = #"{"type":"event","path":"d/b.mkv","event":"rename","to":"m.txt"}"#
    let result = try run([done, failed, bare])
    #expect(result.lines.contains(done) && result.lines.contains(bare))
    #expect(!scene.has("root/a.strm") && scene.has("root/d/b.strm"))
  }

  @Test("no more than --max-delete go, files and not events counted")
  func rationed() throws {
    lose("a.mkv", "d/b.mkv", "d/b.nfo", "d/e/c.mkv")
    let result = try run([remove("d/"), remove("a.mkv")]) { $0.brakes.limit = .count(2) }
    #expect(result.failure?.kind == .refused)
    #expect(result.lines.filter { $0.contains(#""target""#) && $0.contains("true") }.count == 2)
    #expect(result.deletes.suffix(2) == ["d/ kept", "a.mkv ok"])
  }

  @Test("what was changed since it was written is theirs")
  func changed() throws {
    lose("a.mkv")
    scene.touch("root/a.strm", scene.seconds + 1)
    #expect(try run([remove("a.mkv")]).deletes == ["a.mkv kept", "a.mkv kept"])
    #expect(scene.has("root/a.strm"))
  }

  @Test("a library that has no manifest yet loses nothing; a dry run changes nothing")
  func careful() throws {
    lose("a.mkv")
    let before = scene.files()
    #expect(try run([remove("a.mkv")]) { $0.isDry = true }.deletes == ["a.mkv ok", "a.mkv ok"])
    #expect(scene.files() == before)
    let bare = try Scene()
    bare.file("root/a.mkv")
    let result = try run([remove("a.mkv")]) {
      $0.root = .folder(bare.root)
      $0.isLibrary = true
    }
    #expect(result.deletes == ["a.mkv ok"])
    #expect(bare.files() == ["a.mkv"])
  }

  @Test("more events than are gathered at once")
  func many() throws {
    lose("a.mkv")
    let result = try run((0..<2_500).map { remove("none\($0)") } + [remove("a.mkv")])
    #expect(result.deletes.count == 2_502)
    #expect(!scene.has("root/a.strm"))
  }

  @Test("what goes can be kept in a trash")
  func trash() throws {
    lose("a.mkv")
    _ = try run([remove("a.mkv")]) { $0.trash = .folder(scene.top.appending("trash")) }
    #expect(scene.files("trash") == ["a.strm"])
  }
}
