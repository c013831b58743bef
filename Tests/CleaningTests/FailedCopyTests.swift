import Cleaning
import Core
import Testing

@Suite("Deletes after failed copies") struct FailedCopyTests {
  @Test(
    "a copy that failed as later, unavailable or io withholds them all",
    arguments: ["later", "unavailable", "io", "unheard-of"])
  func all(_ kind: String) throws {
    let scene = try Scene()
    scene.file("root/x")
    let result = try scene.plan([scene.delete("x"), scene.failed("new", kind, size: 99)])
    #expect(result.status == .partial)
    #expect(result.deletes == ["x kept"])
    #expect(result.reason("x") == "withheld: a copy of this run failed" || kind == "unheard-of")
    #expect(scene.has("root/x"))
  }

  @Test(
    "a copy that failed otherwise withholds deletes of its size: a rename never ends as a delete",
    arguments: ["refused", "absent", "data"])
  func equalSize(_ kind: String) throws {
    let scene = try Scene()
    scene.file("root/old")
    scene.file("root/other", size: 4)
    let result = try scene.plan([
      scene.delete("old"), scene.failed("new", kind, size: 3), scene.delete("other", size: 4),
    ])
    #expect(result.status == .partial)
    #expect(result.deletes == ["old kept", "other ok"])
    #expect(scene.files() == ["old"])
  }

  @Test("a copy of which nobody says that it succeeded withholds them all")
  func unsaid() throws {
    let scene = try Scene()
    scene.file("root/x")
    let copy = #"{"type":"outcome","path":"new","size":99,"do":"copy","did":"copy"}"#
    #expect(try scene.plan([copy, scene.delete("x")]).deletes == ["x kept"])
    #expect(scene.has("root/x"))
  }

  @Test("a vanished file withholds deletes of its size")
  func vanished() throws {
    let scene = try Scene()
    scene.file("root/old")
    scene.file("root/other", size: 4)
    let vanished =
      #"{"type":"outcome","path":"new","size":3,"do":"copy","did":"vanished","ok":true}"#
    let result = try scene.plan([
      scene.delete("old"), vanished, scene.delete("other", size: 4),
    ])
    #expect(result.status == .partial)
    #expect(result.deletes == ["old kept", "other ok"])
  }

  @Test("a copy that nobody made withholds deletes of its size")
  func unmade() throws {
    let scene = try Scene()
    scene.file("root/old")
    scene.file("root/other", size: 4)
    let copy = "{\"type\":\"change\",\"path\":\"new\",\"size\":3,\"do\":\"copy\",\"to\":\"right\"}"
    let result = try scene.plan([scene.delete("old"), copy, scene.delete("other", size: 4)])
    #expect(result.deletes == ["old kept", "other ok"])
    #expect(scene.files() == ["old"])
  }

  @Test("--delete-despite-errors deletes all the same")
  func despite() throws {
    let scene = try Scene()
    scene.file("root/x")
    let result = try scene.plan([scene.failed("new", "io", size: 3), scene.delete("x")]) {
      $0.despiteErrors = true
    }
    #expect(result.status == .partial)
    #expect(result.deletes == ["x ok"])
  }

  @Test("a failed delete of an earlier tool withholds nothing")
  func failedDelete() throws {
    let scene = try Scene()
    scene.file("root/x")
    let other =
      #"{"type":"outcome","path":"y","size":3,"did":"delete","ok":false,"kind":"later"}"#
    #expect(try scene.plan([other, scene.delete("x")]).deletes.last == "x ok")
  }

  @Test("a copy blocked by a file whose delete is planned withholds nothing")
  func flipToFolder() throws {
    let scene = try Scene()
    scene.file("root/a")
    scene.file("root/b", size: 5)
    let result = try scene.plan([
      scene.delete("a"), scene.failed("a/deep/x", "refused", size: 5, ",\"why\":\"flip\""),
      scene.delete("b", size: 5),
    ])
    #expect(result.deletes == ["a ok", "b ok"])
    #expect(scene.files() == [])
  }

  @Test("a copy blocked by a folder whose files are to be deleted withholds nothing")
  func flipToFile() throws {
    let scene = try Scene()
    scene.file("root/a/x", size: 5)
    let result = try scene.plan([
      scene.failed("a", "refused", size: 5, ",\"why\":\"flip\""), scene.delete("a/x", size: 5),
    ])
    #expect(result.deletes == ["a/x ok"])
    #expect(scene.files() == [])
  }

  @Test("a blocked copy that no planned delete frees has failed like any other")
  func flipUnresolved() throws {
    let scene = try Scene()
    scene.file("root/a-b", size: 5)
    scene.file("root/ab", size: 4)
    let result = try scene.plan([
      scene.failed("a/x", "refused", size: 5, ",\"why\":\"flip\""), scene.delete("a-b", size: 5),
      scene.delete("ab", size: 4),
    ])
    #expect(result.deletes == ["a-b kept", "ab ok"])
  }
}
