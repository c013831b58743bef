import Cleaning
import Core
import Glibc
import Store
import Stream
import System
import Testing
import Values

@Suite("Uploaded files") struct UploadedTests {
  /// An outcome as put writes it of a file of the scene.
  private func confirmed(_ path: String, in scene: Scene, _ more: String = "") throws -> String {
    let inode = try scene.inode("root/" + path).get()
    var text = [UInt8](repeating: 0, count: 40)
    let count = text.withUnsafeMutableBufferPointer {
      inode.ctime.write(to: $0.baseAddress ?? .allocate(capacity: 40))
    }
    let ctime = String(decoding: text[..<count], as: UTF8.self)
    return "{\"type\":\"outcome\",\"path\":\"\(path)\",\"size\":\(inode.size),"
      + "\"mtime\":\"\(scene.time)\",\"ctime\":\"\(ctime)\",\"inode\":\"\(inode.inode)\","
      + "\"device\":\"\(inode.device)\",\"did\":\"copy\",\"ok\":true,\"confirmed\":true\(more)}"
  }

  private func run(
    _ scene: Scene, _ records: [String], head: String? = nil,
    _ change: (inout Orders) -> Void = { _ in }
  ) throws -> (Scene.Transcript, Failure?) {
    var stage = try Uploaded(scene.orders(change), scene.log)
    let head = head ?? "\"view\":\"listing\",\"root\":\"\(scene.root)\""
    let result = try scene.run(
      &stage, ["{\"type\":\"head\",\"version\":1,\(head)}"] + records + [scene.tail(records)])
    return (result, result.failure ?? stage.refusal)
  }

  @Test("a confirmed file is deleted, its emptied folder too, and the copy is still told of")
  func deletes() throws {
    let scene = try Scene()
    scene.file("root/a/b/x")
    scene.file("root/y")
    let copy = try confirmed("a/b/x", in: scene)
    let (result, failure) = try run(scene, [copy])
    #expect(failure == nil)
    #expect(result.status == .success)
    #expect(result.lines[1] == copy)
    #expect(result.deletes == ["a/b/x ok"])
    #expect(scene.files() == ["y"])
  }

  @Test("all of the source may go: percentages do not apply")
  func all() throws {
    let scene = try Scene()
    scene.file("root/x")
    _ = try run(scene, [try confirmed("x", in: scene)])
    #expect(scene.files() == [])
  }

  @Test(
    "what is not confirmed, failed, or was not copied stays",
    arguments: [
      ("\"confirmed\":true", "\"confirmed\":false"), (",\"confirmed\":true", ""),
      ("\"ok\":true", "\"ok\":false"), ("\"did\":\"copy\"", "\"did\":\"vanished\""),
      ("\"did\":\"copy\"", "\"did\":\"delete\""),
    ])
  func unconfirmed(_ change: (String, String)) throws {
    let scene = try Scene()
    scene.file("root/x")
    let record = try confirmed("x", in: scene).replacing(change.0, with: change.1)
    let (result, _) = try run(scene, [record])
    #expect(result.lines[1] == record)
    #expect(result.lines.count == 3)
    #expect(scene.files() == ["x"])
  }

  @Test(
    "size, mtime, ctime, inode and device must all be known",
    arguments: ["size", "mtime", "ctime", "inode", "device"])
  func incompleteEvidence(_ member: String) throws {
    let scene = try Scene()
    scene.file("root/x")
    let record = try confirmed("x", in: scene).replacing("\"\(member)\":", with: "\"x\(member)\":")
    let (result, _) = try run(scene, [record])
    #expect(result.deletes == ["x kept"])
    #expect(result.status == .partial)
    #expect(scene.files() == ["x"])
  }

  @Test("a file of the same size and time that took the name is kept")
  func replaced() throws {
    let scene = try Scene()
    scene.file("root/x")
    let record = try confirmed("x", in: scene)
    scene.file("root/new")
    _ = scene.root.appending("new").withCString { new in
      scene.root.appending("x").withCString { rename(new, $0) }
    }
    let (result, _) = try run(scene, [record])
    #expect(result.deletes == ["x kept"])
    #expect(result.reason("x") == "another file has taken its name")
    #expect(scene.files() == ["x"])
  }

  @Test("a file that was written or touched since is kept", arguments: [true, false])
  func touched(_ isWritten: Bool) throws {
    let scene = try Scene()
    scene.file("root/x")
    let record = try confirmed("x", in: scene)
    scene.touch("root/x", scene.seconds + (isWritten ? 1 : 0))
    if !isWritten { _ = scene.root.appending("x").withCString { chmod($0, 0o600) } }
    let (result, _) = try run(scene, [record])
    #expect(result.deletes == ["x kept"])
    #expect(scene.files() == ["x"])
  }

  @Test("no path leads out of the root", arguments: ["../out/x", "link/x"])
  func hostile(_ path: String) throws {
    let scene = try Scene()
    scene.file("out/x")
    scene.link("root/link", to: "../out")
    let (result, _) = try run(scene, [try confirmed(path, in: scene)])
    #expect(result.deletes == ["\(path) kept"])
    #expect(scene.has("out/x"))
  }

  @Test("--max-delete stops the run, refused")
  func limit() throws {
    let scene = try Scene()
    for name in ["a", "b", "c"] { scene.file("root/" + name) }
    let records = try ["a", "b", "c"].map { try confirmed($0, in: scene) }
    let (result, failure) = try run(scene, records) { $0.brakes.limit = .count(2) }
    #expect(failure?.kind == .refused)
    #expect(result.deletes == ["a ok", "b ok", "c kept"])
    #expect(scene.files() == ["c"])
  }

  @Test("inferred deletes in the same run are a mistake")
  func mixed() throws {
    let scene = try Scene()
    scene.file("root/x")
    let plan = "\"view\":\"plan\",\"left\":\"\(scene.root)\",\"right\":\"/t\""
    for planned in [scene.delete("y"), scene.delete("y").replacing("change", with: "outcome")] {
      let (_, failure) = try run(scene, [planned, try confirmed("x", in: scene)], head: plan)
      #expect(failure?.kind == .usage)
      #expect(scene.files() == ["x"])
    }
  }

  @Test("under a plan the folder is the side that was read, or nothing is done")
  func sides() throws {
    let scene = try Scene()
    scene.file("root/x")
    let record = try confirmed("x", in: scene)
    let elsewhere = "\"view\":\"plan\",\"left\":\"/s\",\"right\":\"/t\""
    #expect(try run(scene, [record], head: elsewhere).1?.kind == .usage)
    let target = "\"view\":\"plan\",\"left\":\"/s\",\"right\":\"\(scene.root)\""
    #expect(try run(scene, [record], head: target).0.deletes == [])
    let source = "\"view\":\"plan\",\"left\":\"\(scene.root)\",\"right\":\"/t\""
    let (result, _) = try run(scene, [record], head: source)
    #expect(result.deletes == ["x ok"])
    #expect(result.lines[2].contains("\"to\":\"left\""))
    #expect(scene.files() == [])
  }

  @Test("a stream about another folder, or one without a head, deletes nothing")
  func wrongRoot() throws {
    let scene = try Scene()
    scene.file("root/x")
    let record = try confirmed("x", in: scene)
    let other = "\"view\":\"listing\",\"root\":\"/elsewhere\""
    #expect(try run(scene, [record], head: other).1?.kind == .usage)
    #expect(try run(scene, [record], head: "\"view\":\"listing\"").0.deletes == ["x kept"])
    var stage = try Uploaded(scene.orders(), scene.log)
    _ = try scene.run(&stage, [record])
    #expect(stage.refusal?.kind == .data)
    #expect(scene.files() == ["x"])
  }

  @Test("what a killed run took away is put back by the next one, whatever it does")
  func restores() throws {
    let scene = try Scene()
    scene.file("root/.s4l/uploaded/gone/a/b/x")
    scene.file("root/.s4l/uploaded/gone/y")
    scene.file("root/z")
    let result = try scene.plan([scene.delete("z")])
    #expect(result.status == .success)
    #expect(scene.files() == ["a/", "a/b/", "a/b/x", "y"])
  }

  @Test("a dry run puts nothing back")
  func dryRestore() throws {
    let scene = try Scene()
    scene.file("root/.s4l/uploaded/gone/y")
    _ = try scene.plan([]) { $0.isDry = true }
    #expect(scene.has("root/.s4l/uploaded/gone/y"))
  }

  @Test("what is put back never replaces a file that has the name meanwhile")
  func restoreTaken() throws {
    let scene = try Scene()
    scene.file("root/.s4l/uploaded/gone/x", size: 7)
    scene.file("root/x")
    let result = try scene.plan([])
    #expect(result.status == .partial)
    #expect(try scene.inode("root/x").get().size == 3)
    #expect(try scene.inode("root/.s4l/uploaded/gone/x").get().size == 7)
  }

  @Test("what a running one took away is left to it")
  func running() throws {
    let scene = try Scene()
    scene.file("root/.s4l/uploaded/busy/x")
    let busy = try Folder.open(scene.root.appending(".s4l/uploaded/busy"))
    #expect(try busy.claim())
    #expect(try scene.plan([]).status == .success)
    #expect(scene.has("root/.s4l/uploaded/busy/x"))
    withExtendedLifetime(busy) {}
  }

  @Test("with a trash, uploaded files go there")
  func trash() throws {
    let scene = try Scene()
    scene.file("root/a/x")
    let record = try confirmed("a/x", in: scene)
    let (result, _) = try run(scene, [record]) { $0.trash = .folder(scene.top.appending("bin")) }
    #expect(result.deletes == ["a/x ok"])
    #expect(scene.files() == [])
    #expect(scene.files("bin") == ["a/", "a/x"])
  }

  @Test("a dry run deletes nothing but says what it would")
  func dry() throws {
    let scene = try Scene()
    scene.file("root/x")
    let (result, _) = try run(scene, [try confirmed("x", in: scene)]) { $0.isDry = true }
    #expect(result.deletes == ["x ok"])
    #expect(scene.files() == ["x"])
  }
}

@Suite("Custody") struct CustodyTests {
  @Test("a file that changed after the first look comes back")
  func comesBack() throws {
    let scene = try Scene()
    scene.file("root/a/x")
    let ground = try Folder.open(scene.root)
    let parent = try ground.beneath(Path(text: "a/")).get()
    let custody = Custody(ground, nil)
    // As if it had been written to between the look and the rename.
    let fate = try custody.remove(Path(text: "a/x"), from: parent, Evidence(size: 4))
    #expect(fate == .kept(.later, "its size is 3, not 4"))
    custody.close()
    #expect(scene.files() == ["a/", "a/x"])
  }

  @Test("while a file is away its name may be taken: then both are kept")
  func taken() throws {
    let scene = try Scene()
    scene.file("root/.s4l/uploaded/run/x", size: 7)
    scene.file("root/x")
    let ground = try Folder.open(scene.root)
    #expect(try !Custody.restore(in: ground, scene.log))
    #expect(
      scene.files() == [
        ".s4l/", ".s4l/uploaded/", ".s4l/uploaded/run/", ".s4l/uploaded/run/x", "x",
      ])
  }

  @Test("a name in custody that leads elsewhere restores nothing there")
  func linkedPlace() throws {
    let scene = try Scene()
    scene.file("out/uploaded/run/x")
    scene.link("root/.s4l", to: "../out")
    let ground = try Folder.open(scene.root)
    _ = try Custody.restore(in: ground, scene.log)
    #expect(scene.has("out/uploaded/run/x"))
    #expect(scene.files() == [".s4l"])
  }
}

extension String {
  /// The text with the first occurrence of a part replaced.
  func replacing(_ part: String, with other: String) -> String {
    let bytes = Array(utf8)
    let wanted = Array(part.utf8)
    for start in bytes.indices where bytes[start...].starts(with: wanted) {
      let whole = Array(bytes[..<start]) + Array(other.utf8) + bytes[(start + wanted.count)...]
      return String(decoding: whole, as: UTF8.self)
    }
    return self
  }
}
