import Cleaning
import Manifests
import Core
import Records
import Store
import Stream
import System
import Testing
import Values

@Suite("Orphans") struct OrphansTests {
  private func run(
    _ scene: Scene, _ records: [String], head: String = "\"view\":\"listing\",\"root\":\"/s\"",
    complete: Bool = true, foreign: Bool = false, _ change: (inout Orders) -> Void = { _ in }
  ) throws -> (Scene.Transcript, Failure?) {
    var stage = try Orphans(scene.orders(change), ignoresManifest: foreign, scene.log)
    let result = try scene.run(
      &stage,
      ["{\"type\":\"head\",\"version\":1,\(head)}"] + records
        + [scene.tail(records, complete: complete)])
    return (result, result.failure ?? stage.refusal)
  }

  private func entry(_ path: String, _ more: String = "") -> String {
    "{\"type\":\"entry\",\"path\":\"\(path)\",\"size\":3\(more)}"
  }

  @Test("what no record names is deleted, whatever order the records come in")
  func deletes() throws {
    let scene = try Scene()
    for name in ["a/x", "a/y", "b/z", "c", "d"] { scene.file("root/" + name) }
    let (result, failure) = try run(
      scene, [entry("d"), entry("a/x"), entry("c"), entry("nowhere")])
    #expect(failure == nil)
    #expect(result.status == .success)
    #expect(result.deletes == ["a/y ok", "b/z ok"])
    #expect(scene.files() == ["a/", "a/x", "c", "d"])
    #expect(result.lines[1] == entry("d"))
  }

  @Test("outcomes and changes name files, failed ones too, and a target names the target")
  func names() throws {
    let scene = try Scene()
    for name in ["failed", "kept", "film.strm", "film.mkv"] { scene.file("root/" + name) }
    let (result, _) = try run(
      scene,
      [
        scene.failed("failed", "refused", size: 9),
        "{\"type\":\"change\",\"path\":\"kept\",\"do\":\"keep\"}",
        #"{"type":"outcome","path":"film.mkv","target":"film.strm","did":"copy","ok":true}"#,
      ])
    #expect(result.deletes == ["film.mkv ok"])
    #expect(scene.files() == ["failed", "film.strm", "kept"])
  }

  @Test("below a hole, behind a filter, and what is a link or ours, nothing is deleted")
  func protected() throws {
    let scene = try Scene()
    for name in ["a/x", "b/y", "c.tmp", "d", ".s4l/state", "e"] { scene.file("root/" + name) }
    scene.link("root/link", to: "d")
    let head = "\"view\":\"listing\",\"filters\":[\"exclude=*.tmp\"]"
    let (result, _) = try run(scene, [scene.hole("a"), entry("d"), scene.hole("b/y")], head: head)
    #expect(result.deletes == ["e ok"])
    #expect(scene.files().count == 9)
    let listed = "\"view\":\"listing\",\"links\":\"list\""
    #expect(
      try run(scene, [scene.hole("a"), entry("d"), scene.hole("b"), entry("c.tmp")], head: listed).0
        .deletes == ["link ok"])
  }

  @Test("absence means nothing without a head, a tail, or a complete listing")
  func needs() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { scene.file("root/" + name) }
    let records = [entry("a"), entry("b")]
    let incomplete = try run(scene, records, complete: false)
    #expect(incomplete.0.status == .partial)
    for view in ["selection", "events"] {
      #expect(try run(scene, records, head: "\"view\":\"\(view)\"").1?.kind == .data)
    }
    var headless = try Orphans(scene.orders(), scene.log)
    _ = try scene.run(&headless, records)
    #expect(headless.refusal?.kind == .data)
    var cut = try Orphans(scene.orders(), scene.log)
    let head = "{\"type\":\"head\",\"version\":1,\"view\":\"listing\"}"
    #expect(try scene.run(&cut, [head] + records).failure?.kind == .data)
    #expect(scene.files() == ["a", "b", "c"])
  }

  @Test("the brakes hold, in a dry run too")
  func brakes() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { scene.file("root/" + name) }
    let (result, failure) = try run(scene, [entry("a")])
    #expect(failure?.kind == .refused)
    #expect(result.deletes == ["b kept", "c kept"])
    #expect(try run(scene, []) { $0.isDry = true }.1?.kind == .refused)
    #expect(try run(scene, [entry("a"), entry("b")]) { $0.isDry = true }.0.deletes == ["c ok"])
    #expect(scene.files() == ["a", "b", "c"])
    #expect(try run(scene, []) { $0.brakes.allowsEmpty = true }.1 == nil)
    #expect(scene.files() == [])
  }

  @Test("failed copies withhold orphans as they do planned deletes")
  func failedCopies() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { scene.file("root/" + name) }
    scene.file("root/d", size: 4)
    let io = try run(scene, [entry("a"), entry("b"), scene.failed("n", "io", size: 1)])
    #expect(io.0.deletes == ["c kept", "d kept"])
    let refused = try run(scene, [entry("a"), entry("b"), scene.failed("n", "refused", size: 3)])
    #expect(refused.0.deletes == ["c kept", "d ok"])
  }

  @Test("an absent folder has no orphans")
  func absent() throws {
    let scene = try Scene()
    #expect(try run(scene, [entry("a")]) { $0.root = .folder(scene.top.appending("no")) }.1 == nil)
  }

  // MARK: Manifest

  private func remember(_ scene: Scene, _ target: String, from source: String) throws {
    let ground = try Folder.open(scene.root)
    let time = try scene.inode("root/" + target).get().mtime
    let manifest = try Manifest(of: ground, creates: true)
    try manifest?.append { writer in
      writer.begin(.record)
      writer.add(.target, name: Path(text: target))
      writer.add(.root, name: Path(text: "/s"))
      writer.add(.path, name: Path(text: source))
      writer.add(.size, 3)
      writer.add(.mtime, time)
      writer.end()
    }
  }

  private func lines(_ scene: Scene) throws -> [String] {
    let ground = try Folder.open(scene.root)
    var found: [String] = []
    _ = try Manifest(of: ground)?.forEach { (record) throws(Failure) in
      found.append(String(decoding: record.line, as: UTF8.self) + "}")
    }
    return found
  }

  @Test("of a manifest's files those go whose source is neither named nor below a hole")
  func manifest() throws {
    let scene = try Scene()
    for name in ["a.strm", "b.strm", "h/c.strm", "mine", "f.strm"] { scene.file("root/" + name) }
    for name in ["a", "b", "h/c", "f"] { try remember(scene, name + ".strm", from: name + ".mkv") }
    let (result, failure) = try run(
      scene, [entry("a.mkv"), scene.hole("h"), scene.failed("f.mkv", "refused", size: 99)])
    #expect(failure == nil)
    #expect(result.lines.filter { $0.contains("\"did\":\"delete\"") }.count == 1)
    #expect(
      scene.files() == [
        ".s4l/", ".s4l/manifest", "a.strm", "f.strm", "h/", "h/c.strm", "mine",
      ])
    #expect(try lines(scene).count == 3)
  }

  @Test("the last line about a target holds, and what a crash cut short is passed over")
  func lastLine() throws {
    let scene = try Scene()
    for name in ["a.strm", "b.strm", "c.strm"] { scene.file("root/" + name) }
    try remember(scene, "a.strm", from: "old.mkv")
    try remember(scene, "a.strm", from: "a.mkv")
    try remember(scene, "b.strm", from: "b.mkv")
    let ground = try Folder.open(scene.root)
    try Manifest(of: ground)?.append { $0.out.append("{\"type\":\"rec") }
    try remember(scene, "c.strm", from: "c.mkv")
    #expect(try lines(scene).count == 3)
    let (result, _) = try run(scene, [entry("a.mkv"), entry("c.mkv")])
    #expect(result.deletes == ["b.mkv ok"])
    #expect(scene.files() == [".s4l/", ".s4l/manifest", "a.strm", "c.strm"])
  }

  @Test("a target that somebody changed is theirs")
  func changed() throws {
    let scene = try Scene()
    for name in ["a.strm", "b.strm"] {
      scene.file("root/" + name)
      try remember(scene, name, from: name + ".mkv")
    }
    scene.touch("root/b.strm", scene.seconds + 1)
    let (result, _) = try run(scene, [entry("a.strm.mkv")])
    #expect(result.status == .partial)
    #expect(scene.has("root/b.strm"))
  }

  @Test("a manifest's targets lead nowhere else")
  func hostile() throws {
    let scene = try Scene()
    scene.file("out/x")
    for name in ["a", "b"] { scene.file("root/" + name) }
    try remember(scene, "a", from: "a")
    try remember(scene, "b", from: "b")
    try remember(scene, "../out/x", from: "c")
    let (result, _) = try run(scene, [entry("a"), entry("b")])
    #expect(result.status == .partial)
    #expect(scene.has("out/x"))
  }

  @Test("--foreign looks at all files")
  func foreign() throws {
    let scene = try Scene()
    for name in ["a.strm", "mine", "named"] { scene.file("root/" + name) }
    try remember(scene, "a.strm", from: "a.mkv")
    let record =
      "{\"type\":\"outcome\",\"path\":\"a.mkv\",\"target\":\"a.strm\",\"did\":\"copy\",\"ok\":true}"
    let (result, _) = try run(scene, [record, entry("named")], foreign: true)
    #expect(result.deletes == ["mine ok"])
  }
}

@Suite("Sorting") struct SortingTests {
  @Test("rows come in byte order, from memory and from a file", arguments: [10, 300_000])
  func order(_ count: Int) throws {
    let sorting = Sorting()
    var state: UInt64 = 7
    var sum: UInt64 = 0
    for _ in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      sum &+= state
      let row = withUnsafeBytes(of: state) { Array($0.prefix(5 + Int(state >> 62))) }
      sum = sum &- state &+ row.reduce(0) { $0 &+ UInt64($1) }
      try sorting.add(row)
    }
    try sorting.finish()
    var last: [UInt8] = []
    var seen = 0
    while let row = try sorting.next() {
      #expect(!row.lexicographicallyPrecedes(last))
      for byte in row { sum &-= UInt64(byte) }
      last = row
      seen += 1
    }
    #expect(seen == count)
    #expect(sum == 0)
  }
}
