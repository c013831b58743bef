import Cleaning
import Core
import Glibc
import Stream
import System
import Testing
import Values

@Suite("A plan's deletes") struct PlannedTests {
  @Test("a planned delete is carried out, and the folders that become empty go too")
  func deletes() throws {
    let scene = try Scene()
    scene.file("root/a/b/x")
    scene.file("root/a/b/y")
    scene.file("root/keep/z")
    let result = try scene.plan([scene.delete("a/b/x"), scene.delete("a/b/y")])
    #expect(result.status == .success)
    #expect(result.failure == nil)
    #expect(result.deletes == ["a/b/x ok", "a/b/y ok"])
    #expect(scene.files() == ["keep/", "keep/z"])
    #expect(result.lines.last?.contains("\"complete\":true,\"records\":2") == true)
    #expect(result.lines.last?.contains("\"target_entries\":100") == true)
  }

  @Test("the root itself stays, and so do folders that were empty before")
  func keepsRoot() throws {
    let scene = try Scene()
    scene.file("root/x")
    scene.folder("root/empty")
    _ = try scene.plan([scene.delete("x")])
    #expect(scene.files() == ["empty/"])
    _ = try scene.plan([scene.delete("empty/")])
    #expect(scene.has("root"))
  }

  @Test("a file that changed since the plan is kept, to be looked at again")
  func changed() throws {
    let scene = try Scene()
    scene.file("root/size", size: 4)
    scene.file("root/time")
    scene.touch("root/time", scene.seconds + 1)
    let result = try scene.plan([scene.delete("size"), scene.delete("time")])
    #expect(result.status == .partial)
    #expect(result.deletes == ["size kept", "time kept"])
    #expect(result.lines[1].contains("\"kind\":\"later\""))
    #expect(scene.files() == ["size", "time"])
  }

  @Test("a file that is gone already is as good as deleted")
  func gone() throws {
    let scene = try Scene()
    scene.file("root/b")
    let result = try scene.plan([scene.delete("a"), scene.delete("b/x"), scene.delete("no/x")])
    #expect(result.status == .success)
    #expect(result.deletes == ["a ok", "b/x ok", "no/x ok"])
    #expect(scene.files() == ["b"])
  }

  @Test(
    "no path leads out of the root",
    arguments: [
      "../out/x", "/tmp/x", "a/../../out/x", "./x", "a//x", "link/x", "deep/link/x", "",
      ".s4l/manifest", "a/.s4lx",
    ])
  func hostile(_ path: String) throws {
    let scene = try Scene()
    scene.file("out/x")
    scene.file("root/.s4l/manifest")
    scene.file("root/a/.s4lx")
    scene.file("root/a/x")
    scene.file("root/x")
    scene.file("root/deep/y")
    scene.link("root/link", to: "../out")
    scene.link("root/deep/link", to: "../a")
    let before = scene.files()
    let result = try scene.plan([scene.delete(path)])
    #expect(result.status == .partial)
    #expect(result.lines[1].contains("\"kind\":\"refused\""))
    #expect(scene.files() == before)
    #expect(scene.has("out/x"))
  }

  @Test("a link is deleted, not what it shows")
  func links() throws {
    let scene = try Scene()
    scene.file("out/x")
    scene.link("root/link", to: "../out/x")
    scene.touch("root/link", scene.seconds)
    let result = try scene.plan([scene.delete("link", size: 8)])
    #expect(result.deletes == ["link ok"])
    #expect(scene.files() == [])
    #expect(scene.has("out/x"))
  }

  @Test("a folder that stands in a file's place is kept, and so is a fifo")
  func forms() throws {
    let scene = try Scene()
    scene.file("root/folder/x")
    _ = scene.root.appending("pipe").withCString { mkfifo($0, 0o644) }
    let result = try scene.plan([
      "{\"type\":\"change\",\"path\":\"folder\",\"do\":\"delete\"}",
      "{\"type\":\"change\",\"path\":\"pipe\",\"do\":\"delete\"}",
    ])
    #expect(result.deletes == ["folder kept", "pipe kept"])
    #expect(scene.files() == ["folder/", "folder/x", "pipe"])
  }

  @Test("folders that are to be deleted go after what they hold, and stay if it does")
  func folders() throws {
    let scene = try Scene()
    scene.file("root/a/b/x")
    scene.folder("root/a/c")
    scene.file("root/d/y", size: 9)
    scene.folder("root/e")
    let result = try scene.plan([
      scene.delete("a/", size: 0), scene.delete("a/b/", size: 0), scene.delete("a/b/x"),
      scene.delete("a/c/", size: 0), scene.delete("d/", size: 0), scene.delete("d/y"),
      scene.delete("e/", size: 0),
    ])
    #expect(
      result.deletes == ["a/b/x ok", "a/b/ ok", "a/c/ ok", "a/ ok", "d/y kept", "d/ kept", "e/ ok"])
    #expect(scene.files() == ["d/", "d/y"])
  }

  @Test("deletes need a plan: under any other view they are withheld")
  func view() throws {
    for view in ["listing", "selection"] {
      let scene = try Scene()
      scene.file("root/x")
      var stage = try Planned(scene.orders(), scene.log)
      let result = try scene.run(
        &stage,
        [
          "{\"type\":\"head\",\"version\":1,\"view\":\"\(view)\"}", scene.delete("x"),
          scene.tail(["x"], ",\"target_entries\":100"),
        ])
      #expect(result.status == .partial)
      #expect(result.deletes == ["x kept"])
      #expect(scene.has("root/x"))
    }
  }

  @Test("without a head deletes are refused")
  func headless() throws {
    let scene = try Scene()
    scene.file("root/x")
    var stage = try Planned(scene.orders { $0.brakes.limit = .count(9) }, scene.log)
    let result = try scene.run(&stage, [scene.delete("x")])
    #expect(stage.refusal == Failure(.data, "stdin", "there is no head: deletes are refused"))
    #expect(result.deletes == ["x kept"])
    #expect(scene.has("root/x"))
  }

  @Test("a plan that is cut off deletes nothing", arguments: [false, true])
  func cut(_ miscounts: Bool) throws {
    let scene = try Scene()
    scene.file("root/x")
    var stage = try Planned(scene.orders(), scene.log)
    var lines = [
      "{\"type\":\"head\",\"version\":1,\"view\":\"plan\",\"right\":\"\(scene.root)\"}",
      scene.delete("x"),
    ]
    if miscounts { lines.append(scene.tail(["x", "y"], ",\"target_entries\":100")) }
    let result = try scene.run(&stage, lines)
    #expect(result.failure?.kind == .data)
    #expect(result.deletes == ["x kept"])
    #expect(result.lines.last?.contains("\"complete\":false,\"records\":1") == true)
    #expect(scene.has("root/x"))
  }

  @Test("an incomplete plan deletes nothing")
  func incomplete() throws {
    let scene = try Scene()
    scene.file("root/x")
    let result = try scene.plan([scene.delete("x")], complete: false)
    #expect(result.status == .partial)
    #expect(result.deletes == ["x kept"])
    #expect(result.lines.last?.contains("\"complete\":false") == true)
    #expect(scene.has("root/x"))
  }

  @Test("at a hole and below it nothing is deleted, wherever in the plan it stands")
  func holes() throws {
    let scene = try Scene()
    for name in ["a/x", "b", "c/d/x", "a-b", "e"] { scene.file("root/" + name) }
    let result = try scene.plan(
      ["a/x", "b", "c/d/x", "a-b", "e"].map { scene.delete($0) }
        + [scene.hole("a"), scene.hole("b"), scene.hole("c/"), scene.hole("e/f")])
    #expect(result.deletes == ["a/x kept", "b kept", "c/d/x kept", "a-b ok", "e ok"])
    #expect(result.reason("a/x") == "withheld: nothing is known of this place")
    #expect(scene.files() == ["a/", "a/x", "b", "c/", "c/d/", "c/d/x"])
  }

  @Test("too many deletes are refused, all of them, with the numbers")
  func brakes() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { scene.file("root/" + name) }
    let deletes = ["a", "b", "c"].map { scene.delete($0) }
    let half = try scene.plan(deletes, total: 5)
    #expect(half.failure?.kind == .refused)
    #expect(half.failure?.reason.contains("3 of 5 files") == true)
    #expect(half.deletes == ["a kept", "b kept", "c kept"])
    #expect(try scene.plan(deletes, total: 3).failure?.kind == .refused)
    #expect(try scene.plan(deletes, total: nil).failure?.kind == .refused)
    #expect(scene.files() == ["a", "b", "c"])
    let dry = try scene.plan(deletes, total: 5) { $0.isDry = true }
    #expect(dry.failure?.kind == .refused)
    let all = try scene.plan(deletes, total: 3) { $0.brakes.allowsEmpty = true }
    #expect(all.failure == nil)
    #expect(scene.files() == [])
  }

  @Test("the side of a two-way plan that is cleaned is counted on its own")
  func twoWayTotal() throws {
    let scene = try Scene()
    scene.file("root/x")
    var stage = try Planned(scene.orders(), scene.log)
    let delete = scene.delete("x").replacingSuffix("}", with: ",\"to\":\"left\"}")
    let lines = [
      #"{"type":"head","version":1,"view":"plan","left":"\#(scene.root)","right":"/t"}"#,
      delete, scene.delete("y"),
      scene.tail(["", ""], ",\"left_entries\":1,\"right_entries\":100"),
    ]
    let result = try scene.run(&stage, lines)
    #expect(stage.refusal?.kind == .refused)
    #expect(result.deletes == ["x kept"])
    #expect(result.lines.contains(scene.delete("y")))
  }

  @Test("a plan for another place is refused unless the side is named")
  func side() throws {
    let scene = try Scene()
    var stage = try Planned(scene.orders(), scene.log)
    let lines = [
      "{\"type\":\"head\",\"version\":1,\"view\":\"plan\",\"left\":\"/s\",\"right\":\"/t\"}",
      scene.tail([]),
    ]
    #expect(try scene.run(&stage, lines).failure?.kind == .usage)
    var named = try Planned(scene.orders { $0.side = .right }, scene.log)
    #expect(try scene.run(&named, lines).failure == nil)
  }

  @Test("a dry run deletes nothing but says what it would", arguments: [false, true])
  func dry(_ byHead: Bool) throws {
    let scene = try Scene()
    scene.file("root/x")
    scene.file("root/y", size: 4)
    let result = try scene.plan(
      [scene.delete("x"), scene.delete("y")], head: byHead ? ",\"dry\":true" : ""
    ) { $0.isDry = !byHead }
    #expect(result.deletes == ["x ok", "y kept"])
    #expect(result.lines[0].contains("\"dry\":true"))
    #expect(scene.files() == ["x", "y"])
  }

  @Test(
    "a malformed fingerprint stops the run before anything is deleted",
    arguments: [
      "{\"size\":\"3\"}", "{\"size\":-3}", "{\"mtime\":7}", "{\"mtime\":\"soon\"}", "7",
    ])
  func malformed(_ was: String) throws {
    let scene = try Scene()
    scene.file("root/a")
    scene.file("root/x")
    let bad = "{\"type\":\"change\",\"path\":\"x\",\"do\":\"delete\",\"was\":\(was)}"
    let result = try scene.plan([scene.delete("a"), bad])
    #expect(result.failure?.kind == .data)
    #expect(scene.files() == ["a", "x"])
  }
}

extension String {
  func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + other : self
  }
}
