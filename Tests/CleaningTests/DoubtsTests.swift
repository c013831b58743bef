import Cleaning
import Core
import Manifests
import Records
import Store
import Stream
import System
import Testing
import Values

/// A media library: files that a manifest names, and others.
extension Scene {
  /// Makes a file of ours below the root, and notes it; without a root, as earlier releases did.
  func own(
    _ target: String, from source: String, size: Int = 3, root place: String? = "mem://r",
    _ more: (Writer) -> Void = { _ in }
  ) throws {
    file("root/" + target, size: size)
    let mtime = try inode("root/" + target).get().mtime
    let manifest = try Manifest(of: try Folder.open(root), creates: true)
    try manifest?.append { writer in
      writer.begin(.record)
      writer.add(.target, name: Path(text: target))
      if let place { writer.add(.root, name: Path(text: place)) }
      writer.add(.path, name: Path(text: source))
      writer.add(.size, size)
      writer.add(.mtime, mtime)
      more(writer)
      writer.end()
    }
  }

  /// The files of the library, without what belongs to the manifest.
  var library: [String] { files().filter { !$0.hasPrefix(".s4l/") } }

  /// One run over a listing.
  func orphans(
    _ records: [String], runs: Int = 1, complete: Bool = true, cut: Bool = false,
    head: String? = #"{"type":"head","version":1,"view":"listing","root":"mem://r"}"#,
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> Transcript {
    var stage = try Orphans(
      orders {
        $0.isLibrary = true
        $0.confirmRuns = runs
        change(&$0)
      }, log)
    let end = cut ? [] : [tail(records, complete: complete)]
    var result = try run(&stage, [head].compactMap { $0 } + records + end)
    result.failure = result.failure ?? stage.refusal
    return result
  }

  func entry(_ path: String) -> String { #"{"type":"entry","path":"\#(path)","size":3}"# }
}

@Suite("Orphans that later runs confirm") struct DoubtsTests {
  private func scene() throws -> Scene {
    let scene = try Scene()
    for name in ["a", "b", "c", "d/e"] { try scene.own(name + ".strm", from: name + ".mkv") }
    scene.file("root/a.nfo")
    return scene
  }

  private func named(_ scene: Scene, _ names: String...) -> [String] {
    names.map { scene.entry($0 + ".mkv") }
  }

  @Test("the second run in a row deletes, and nothing is remembered then", arguments: [2, 3])
  func confirms(_ runs: Int) throws {
    let scene = try scene()
    let records = named(scene, "a", "b", "c")
    for _ in 1..<runs {
      let result = try scene.orphans(records, runs: runs)
      #expect(result.deletes == [] && result.status == .success && result.failure == nil)
      #expect(scene.has("root/d/e.strm") && scene.has("root/.s4l/orphans"))
    }
    #expect(try scene.orphans(records, runs: runs).deletes == ["d/e.mkv ok"])
    #expect(scene.library == ["a.nfo", "a.strm", "b.strm", "c.strm"])
    #expect(try scene.orphans(records, runs: runs).status == .success)
    #expect(scene.files().filter { $0.hasPrefix(".s4l/") } == [".s4l/", ".s4l/manifest"])
  }

  @Test("a run that sees it named begins anew")
  func cleared() throws {
    let scene = try scene()
    for _ in 0..<3 {
      _ = try scene.orphans(named(scene, "a", "b", "c"), runs: 2)
      _ = try scene.orphans(named(scene, "a", "b", "c", "d/e"), runs: 2)
      #expect(!scene.has("root/.s4l/orphans"))
    }
    #expect(scene.has("root/d/e.strm"))
  }

  @Test("a run that is incomplete, cut off, dry or blind neither counts nor clears")
  func neither() throws {
    let scene = try scene()
    let records = named(scene, "a", "b", "c")
    _ = try scene.orphans(records, runs: 3)
    for _ in 0..<3 {
      _ = try scene.orphans(records, runs: 3, complete: false)
      _ = try scene.orphans(records, runs: 3, cut: true)
      _ = try scene.orphans(records, runs: 3, head: nil)
      _ = try scene.orphans(records, runs: 3) { $0.isDry = true }
      _ = try scene.orphans(records + [scene.hole("d")], runs: 3)
      #expect(scene.has("root/d/e.strm"))
    }
    #expect(try scene.orphans(records, runs: 3).deletes == [])
    #expect(try scene.orphans(records, runs: 3) { $0.isDry = true }.deletes == ["d/e.mkv ok"])
    #expect(scene.has("root/d/e.strm"))
    #expect(try scene.orphans(records, runs: 3).deletes == ["d/e.mkv ok"])
  }

  @Test("the brakes hold however often the same is found")
  func brakes() throws {
    let scene = try scene()
    for _ in 1...5 {
      #expect(try scene.orphans([], runs: 2).failure?.kind == .refused)
      #expect(!scene.has("root/.s4l/orphans"))
    }
    #expect(scene.library.count == 6)
    for _ in 1...2 {
      #expect(try scene.orphans([], runs: 2) { $0.brakes.allowsEmpty = true }.failure == nil)
    }
    #expect(scene.library == ["a.nfo"])
  }

  @Test("what is confirmed in part does not make a listing right that lacks too much")
  func part() throws {
    let scene = try scene()
    let records = named(scene, "a", "b", "c")
    _ = try scene.orphans(records, runs: 2)
    #expect(try scene.orphans(named(scene, "a"), runs: 2).failure?.kind == .refused)
    #expect(scene.library.count == 6)
    #expect(try scene.orphans(records, runs: 2).deletes == ["d/e.mkv ok"])
  }

  @Test("what is remembered badly only means to count anew")
  func spoiled() throws {
    let scene = try scene()
    let records = named(scene, "a", "b", "c")
    _ = try scene.orphans(records, runs: 2)
    scene.file("root/.s4l/orphans", size: 50)
    #expect(try scene.orphans(records, runs: 2).deletes == [])
    #expect(try scene.orphans(records, runs: 2).deletes == ["d/e.mkv ok"])
  }

  @Test("a library without a manifest has no orphans")
  func noManifest() throws {
    let scene = try Scene()
    for name in ["a.nfo", "b.nfo"] { scene.file("root/" + name) }
    #expect(try scene.orphans([scene.entry("a.nfo")]).deletes == [])
    #expect(scene.files() == ["a.nfo", "b.nfo"])
  }

  @Test("what somebody has changed, and what is not told of, stays; so do folders that hold it")
  func theirs() throws {
    let scene = try scene()
    scene.touch("root/d/e.strm", scene.seconds + 1)
    scene.file("root/f/foreign.nfo")
    try scene.own("f/x.nfo", from: "f/x.nfo")
    let line = Array(#"{"type":"record","target":"a.nfo","root":"mem://r","path":"z"}"#.utf8) + [10]
    try Manifest(of: try Folder.open(scene.root))?.append { $0.out.append(line) }
    let result = try scene.orphans(named(scene, "a", "b", "c"))
    #expect(result.deletes.sorted() == ["d/e.mkv kept", "f/x.nfo ok", "z kept"])
    #expect(scene.has("root/f/foreign.nfo") && scene.has("root/a.nfo"))
  }
}
