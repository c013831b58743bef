import Cleaning
import Core
import Store
import Stream
import Testing
import Values

@Suite("Remove events") struct EventTests {
  private func run(
    _ scene: Scene, _ records: [String], head: String = "\"view\":\"events\"",
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> (Scene.Transcript, Failure?) {
    scene.folder("source")
    var stage = try Planned(scene.orders(change), scene.log)
    let result = try scene.run(
      &stage, ["{\"type\":\"head\",\"version\":1,\(head)}"] + records + [scene.tail(records)])
    return (result, result.failure ?? stage.refusal)
  }

  private func remove(_ path: String, _ scene: Scene, root: String = "source") -> String {
    "{\"type\":\"event\",\"root\":\"\(scene.top.appending(root))\",\"path\":\"\(path)\","
      + "\"event\":\"remove\"}"
  }

  @Test("a file that went at the source goes at the target")
  func removes() throws {
    let scene = try Scene()
    scene.file("root/a/x")
    scene.file("root/y")
    let (result, failure) = try run(scene, [remove("a/x", scene)])
    #expect(failure == nil)
    #expect(result.deletes == ["a/x ok"])
    #expect(scene.files() == ["y"])
  }

  @Test("a file that is back at the source stays, which settles the event")
  func back() throws {
    let scene = try Scene()
    scene.file("root/x")
    scene.file("source/x")
    let (result, _) = try run(scene, [remove("x", scene)])
    #expect(result.deletes == [] && result.status == .success)
    #expect(result.lines.contains { $0.contains(#""did":"keep","ok":true"#) })
    #expect(scene.files() == ["x"])
  }

  @Test("a source that is gone itself says nothing of its files")
  func noSource() throws {
    let scene = try Scene()
    scene.file("root/x")
    let (result, _) = try run(
      scene,
      [
        remove("x", scene, root: "nowhere"),
        remove("x", scene).replacing(
          "\"root\":\"\(scene.top.appending("source"))\"", with: "\"root\":\"openlist://h/d\""),
        remove("x", scene).replacing("\"root\"", with: "\"other\""),
      ])
    #expect(result.deletes == ["x kept", "x kept", "x kept"])
    #expect(scene.files() == ["x"])
  }

  @Test("a folder that went takes what is below with it, all but what is ours")
  func subtree() throws {
    let scene = try Scene()
    for name in ["a/b/x", "a/y", "a-b", "a/.s4l/z"] { scene.file("root/" + name) }
    let (result, _) = try run(scene, [remove("a/", scene)])
    #expect(result.deletes == ["a/ kept"])
    #expect(scene.files() == ["a-b", "a/", "a/.s4l/", "a/.s4l/z"])
    scene.file("root/c/d/x")
    #expect(try run(scene, [remove("c/", scene)]).0.deletes == ["c/ ok"])
    #expect(!scene.has("root/c"))
  }

  @Test("no path leads out of the root", arguments: ["../out/x", "link/x", "link/", "/tmp/x", ""])
  func hostile(_ path: String) throws {
    let scene = try Scene()
    scene.file("out/x")
    scene.link("root/link", to: "../out")
    let (result, _) = try run(scene, [remove(path, scene)])
    #expect(result.deletes == ["\(path) kept"])
    #expect(scene.has("out/x"))
    #expect(scene.has("root/link"))
  }

  @Test("the old name of a rename goes once the new one was copied", arguments: [true, false])
  func rename(_ ok: Bool) throws {
    let scene = try Scene()
    scene.file("root/old")
    let outcome =
      "{\"type\":\"outcome\",\"root\":\"\(scene.top.appending("source"))\",\"path\":\"old\","
      + "\"event\":\"rename\",\"to\":\"new\",\"did\":\"copy\",\"ok\":\(ok)}"
    let (result, _) = try run(scene, [outcome])
    #expect(result.lines[1] == outcome)
    #expect(result.deletes == (ok ? ["old ok"] : []))
    #expect(scene.files() == (ok ? [] : ["old"]))
  }

  @Test("--max-delete bounds them, percentages do not")
  func limits() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { scene.file("root/" + name) }
    let events = ["a", "b", "c"].map { remove($0, scene) }
    let (result, failure) = try run(scene, events) { $0.brakes.limit = .count(1) }
    #expect(failure?.kind == .refused)
    #expect(result.deletes == ["a ok", "b kept", "c kept"])
    #expect(try run(scene, events) { $0.brakes.limit = .percent(1) }.1 == nil)
    #expect(scene.files() == [])
  }

  @Test("a listing after lost events deletes nothing, and the run says that something is missing")
  func lost() throws {
    let scene = try Scene()
    scene.file("root/x")
    var stage = try Planned(scene.orders(), scene.log)
    let result = try scene.run(
      &stage,
      [
        "{\"type\":\"head\",\"version\":1,\"view\":\"events\"}", scene.tail([], complete: false),
        "{\"type\":\"head\",\"version\":1,\"view\":\"listing\",\"root\":\"/s\"}",
        "{\"type\":\"entry\",\"path\":\"y\",\"size\":1}", scene.tail([""]),
      ])
    #expect(result.status == .partial)
    #expect(scene.files() == ["x"])
  }

  @Test("without a head events are refused; under another view they are passed on")
  func view() throws {
    let scene = try Scene()
    scene.file("root/x")
    scene.folder("source")
    var stage = try Planned(scene.orders(), scene.log)
    #expect(try scene.run(&stage, [remove("x", scene)]).deletes == ["x kept"])
    #expect(stage.refusal?.kind == .data)
    let listing = "\"view\":\"listing\",\"root\":\"/s\""
    #expect(try run(scene, [remove("x", scene)], head: listing).0.deletes == [])
    #expect(scene.files() == ["x"])
  }
}

@Suite("Trash") struct TrashTests {
  @Test("files keep their paths in the trash, and none replaces another")
  func collisions() throws {
    let scene = try Scene()
    for round in 1...3 {
      scene.file("root/a/x", size: round)
      _ = try scene.plan([scene.delete("a/x", size: round)]) {
        $0.trash = .folder(scene.top.appending("bin/deep"))
      }
    }
    scene.file("root/a", size: 3)
    _ = try scene.plan([scene.delete("a")]) { $0.trash = .folder(scene.top.appending("bin/deep")) }
    scene.file("root/a.1/y")
    _ = try scene.plan([scene.delete("a.1/y")]) {
      $0.trash = .folder(scene.top.appending("bin/deep"))
    }
    #expect(scene.files() == [])
    #expect(
      scene.files("bin") == [
        "deep/", "deep/a.1", "deep/a.1.1/", "deep/a.1.1/y", "deep/a/", "deep/a/x", "deep/a/x.1",
        "deep/a/x.2",
      ])
  }

  @Test("the trash may lie within the root under a reserved name only")
  func place() throws {
    let scene = try Scene()
    for bad in [scene.root, scene.root.appending("bin"), scene.root.appending("a/.s4l"), scene.top]
    {
      #expect(throws: Failure.self) { try Trash(bad, of: scene.root) }
    }
    for good in [scene.root.appending(".s4l/trash"), scene.root.appending(".s4l-bin")] {
      #expect(throws: Never.self) { try Trash(good, of: scene.root) }
    }
    scene.file("root/x")
    let trash = scene.root.appending(".s4l/trash")
    #expect(try scene.plan([scene.delete("x")]) { $0.trash = .folder(trash) }.deletes == ["x ok"])
    #expect(scene.files() == [".s4l/", ".s4l/trash/", ".s4l/trash/x"])
  }

  @Test("a trash on another file system is refused before anything is deleted")
  func otherDevice() throws {
    let scene = try Scene()
    scene.file("root/x")
    let result = try scene.plan([scene.delete("x")]) {
      $0.trash = .folder(Path(text: "/dev/shm/s4l-trash-\(scene.top.name)"))
    }
    #expect(result.failure?.kind == .refused)
    #expect(scene.files() == ["x"])
  }
}
