import Cleaning
import Core
import Doubles
import Glibc
import Manifests
import Records
import Store
import Stream
import System
import Testing
import Values

/// Several places fill one library, and listings speak of less than all of a place.
@Suite("Places of a library") struct PlacesTests {
  private func head(_ root: String, _ more: String = "") -> String {
    #"{"type":"head","version":1,"view":"listing","root":"\#(root)"\#(more)}"#
  }

  private func lines(_ scene: Scene) throws -> [String] {
    var found: [String] = []
    _ = try Manifest(of: try Folder.open(scene.root))?.forEach { (record) throws(Failure) in
      found.append(String(decoding: record.line, as: UTF8.self) + "}")
    }
    return found
  }

  @Test(
    "what a filter leaves out is protected, in the manifest as well",
    arguments: ["exclude=*.nfo", "exclude=d/", "include=*.mkv", "hidden=no"])
  func filtered(_ rule: String) throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { try scene.own(name + ".strm", from: name + ".mkv") }
    for name in ["d/x.nfo", "d/.h/y.nfo"] { try scene.own(name, from: name) }
    let isLeftOut = [
      "exclude=*.nfo": ["d/x.nfo", "d/.h/y.nfo"], "exclude=d/": ["d/x.nfo", "d/.h/y.nfo"],
      "include=*.mkv": ["d/x.nfo", "d/.h/y.nfo"], "hidden=no": ["d/.h/y.nfo"],
    ]
    let records = ["a.mkv", "b.mkv"].map { scene.entry($0) }
    for runs in [1, 2] {
      let result = try scene.orphans(
        records, runs: runs, head: head("mem://r", #","filters":["\#(rule)"]"#)
      ) { $0.brakes.limit = .percent(100) }
      #expect(result.failure == nil && result.status == .success)
    }
    for name in isLeftOut[rule] ?? [] { #expect(scene.has("root/" + name), "\(rule)") }
    #expect(!scene.has("root/c.strm"))
  }

  @Test("a listing says nothing of what is of another place, and weighs nothing of it")
  func others() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { try scene.own(name + ".strm", from: name + ".mkv") }
    for number in 0..<20 {
      try scene.own("t\(number).strm", from: "t\(number).mkv", root: "mem://tv")
    }
    let named = ["a.mkv", "b.mkv"].map { scene.entry($0) }
    let result = try scene.orphans(named, head: head("mem://r/"))
    #expect(result.deletes == ["c.mkv ok"] && result.status == .success)
    #expect(scene.library.count == 22)
    #expect(!result.lines.contains { $0.contains(#""did":"delete""#) && $0.contains("mem://") })
    // That all of the one place is gone is no small part of the whole.
    #expect(try scene.orphans([]).failure?.kind == .refused)
    #expect(try scene.orphans([scene.entry("x")], head: head("mem://none")).deletes == [])
    #expect(scene.library.count == 22)
  }

  @Test("a .strm whose film now has another goes where that is asked for, and nothing else does")
  func renamed() throws {
    let made = ["a", "b", "c"].map { name in
      #"{"type":"outcome","path":"\#(name).mkv","target":"\#(name).tag.strm","did":"write","ok":"#
        + (name == "c" ? #"false,"kind":"io","reason":"no"}"# : "true}")
    }
    let records = made + ["d.mkv", "a.nfo"].map { #"{"type":"entry","path":"\#($0)","size":3}"# }
    for isAsked in [false, true] {
      let scene = try Scene()
      for name in ["a", "b", "c", "d"] { try scene.own(name + ".strm", from: name + ".mkv") }
      for name in ["a", "b"] { try scene.own(name + ".tag.strm", from: name + ".mkv") }
      try scene.own("a.nfo", from: "a.nfo")
      try scene.own("x/a.strm", from: "a.mkv", root: "mem://tv")
      let all = scene.library
      let result = try scene.orphans(records) {
        $0.takesRenamed = isAsked
        $0.despiteErrors = true
      }
      #expect(result.failure == nil)
      #expect(result.deletes == (isAsked ? ["a.mkv ok", "b.mkv ok"] : []), "\(result)")
      let gone = isAsked ? ["a.strm", "b.strm"] : []
      #expect(scene.library == all.filter { !gone.contains($0) })
    }
  }

  @Test("what one place's runs found is not forgotten by another's")
  func doubts() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { try scene.own(name + ".strm", from: name + ".mkv") }
    for name in ["t", "u", "v"] { try scene.own(name, from: name, root: "mem://tv") }
    for _ in 0..<2 {
      _ = try scene.orphans(["a.mkv", "b.mkv"].map { scene.entry($0) }, runs: 2)
      _ = try scene.orphans(["t", "u"].map { scene.entry($0) }, runs: 2, head: head("mem://tv"))
    }
    #expect(scene.library == ["a.strm", "b.strm", "t", "u"])
  }

  @Test("lines without a place stay, until a listing names their source")
  func strays() throws {
    let scene = try Scene()
    for name in ["a", "b", "c", "d"] {
      try scene.own(name + ".strm", from: name + ".mkv", root: nil)
    }
    let named = ["a", "b", "c"].map { scene.entry($0 + ".mkv") }
    for _ in 0..<2 { #expect(try scene.orphans(named).deletes == []) }
    #expect(try lines(scene).filter { $0.contains(#""root":"mem://r""#) }.count == 3)
    #expect(try scene.orphans(Array(named.prefix(2))).deletes == ["c.mkv ok"])
    #expect(scene.library == ["a.strm", "b.strm", "d.strm"])
  }

  @Test("the brakes weigh files that are there, and not lines")
  func ghosts() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { try scene.own(name, from: name) }
    for number in 0..<50 {
      try scene.own("g\(number)", from: "a")
      _ = scene.root.appending(Path(text: "g\(number)")).withCString { unlink($0) }
    }
    #expect(try scene.orphans([scene.entry("a")]).failure?.kind == .refused)
    #expect(scene.library == ["a", "b", "c"])
    // Lines of files that are gone go along, and need no leave.
    #expect(try scene.orphans(["b", "c", "d"].map { scene.entry($0) }).deletes.count == 51)
    #expect(scene.library == ["b", "c"])
    #expect(try lines(scene).count == 2)
  }

  // MARK: What a drive remembers

  private func drive() throws -> FakeDrive {
    let drive = FakeDrive(try Loop())
    for name in ["a", "d/b", "d/e/c", "other/x"] { drive.add(name + ".mkv") }
    return drive
  }

  private func events(_ scene: Scene, _ drive: FakeDrive, _ paths: [String]) throws
    -> Scene.Transcript
  {
    let orders = scene.orders {
      $0.isLibrary = true
      $0.open = { (_) throws(Failure) in .store(drive) }
    }
    var stage = try Planned(orders, scene.log)
    let head = #"{"type":"head","version":1,"view":"events","root":"fake://drive/root"}"#
    let records = paths.map { #"{"type":"event","path":"\#($0)","event":"remove"}"# }
    return try scene.run(&stage, [head] + records + [scene.tail(records)])
  }

  @Test("a folder that is gone from a drive, or a file in one, takes what was made of it")
  func folders() throws {
    let drive = try drive()
    let scene = try Scene()
    for name in ["a", "d/b", "d/e/c"] {
      try scene.own(name + ".strm", from: name + ".mkv", root: "fake://drive/root")
    }
    #expect(try events(scene, drive, ["d/", "d/e/c.mkv", "a.mkv"]).deletes == [])
    drive.folders["d"] = nil
    // What lies in a folder that cannot be found, and is shown, is not known to be gone.
    #expect(try events(scene, drive, ["d/e/c.mkv", "d/b.mkv"]).deletes == ["d/b.mkv kept"])
    #expect(scene.has("root/d/b.strm"))
    drive.folders["d/e"] = nil
    drive.folders[""] = [.folder("other"), .file("a.mkv", size: 3)]
    let result = try events(scene, drive, ["d/e/c.mkv", "d/", "a.mkv"])
    #expect(result.status == .success && result.deletes.last == "d/ ok")
    #expect(scene.library == ["a.strm"])
    drive.faults[""] = .init(Failure(.unavailable, "", "x"))
    #expect(try events(scene, drive, ["a.mkv"]).deletes == ["a.mkv kept"])
    drive.faults[""] = nil
    drive.folders = ["": []]
    #expect(try events(scene, drive, ["a.mkv"]).deletes == ["a.mkv kept"])
    #expect(!drive.refreshed.isEmpty && scene.has("root/a.strm"))
  }

  @Test("a listing does not outweigh what an event has brought and the drive still shows")
  func remembered() throws {
    let drive = try drive()
    let scene = try Scene()
    for name in ["a", "d/b", "x", "y"] {
      try scene.own(name + ".strm", from: name + ".mkv", root: "fake://drive/root") {
        if name != "x" { $0.add(.view, "events") }
      }
    }
    func run() throws -> Scene.Transcript {
      try scene.orphans(
        [scene.entry("other/x.mkv")], head: head("fake://drive/root")
      ) {
        $0.brakes = Brakes(limit: .percent(100), allowsEmpty: true)
        $0.open = { (_) throws(Failure) in .store(drive) }
      }
    }
    drive.faults[""] = .init(Failure(.unavailable, "", "x"))
    #expect(try run().deletes == ["x.mkv ok"])
    drive.faults[""] = nil
    // A folder that may not be looked at anew is as it was remembered.
    drive.known = ["y.mkv"]
    #expect(try run().deletes == [])
    drive.known = []
    let result = try run()
    #expect(result.deletes == ["y.mkv ok"] && result.status == .success)
    #expect(scene.library == ["a.strm", "d/", "d/b.strm"])
  }
}
