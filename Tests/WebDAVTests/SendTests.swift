import Core
import Records
import Store
import Testing
import Values

@testable import WebDAV

@Suite("Servers that keep files in ways of their own", .serialized) struct SendTests {
  private let time = Timestamp(seconds: 1_714_979_289, nanoseconds: 5)

  private func methods(_ part: String) throws -> [String] { try Liar.log(part).map(\.method) }

  @Test("a file gets its name by being moved; its time comes along, a second up")
  func keeps() throws {
    let rig = try Liar.rig("keeps")
    let begun = try Liar.log("keeps").count
    let receipt = try rig.put("a.txt", "hello", mtime: time).get()
    #expect(receipt.now.size == 5)
    #expect(receipt.now.mtime == Timestamp(seconds: 1_714_979_290))
    #expect(!receipt.isConfirmed)
    #expect(
      try methods("keeps").dropFirst(begun) == [
        "MKCOL", "PROPFIND", "PUT", "PROPFIND", "PROPFIND", "MOVE", "PROPFIND",
      ])
    let log = Array(try Liar.log("keeps").dropFirst(begun))
    #expect(log[2].path.hasPrefix("/keeps/.s4l-put-"))
    #expect(log[5].headers["overwrite"] == "F")
    // The folder is known by now, and nothing is set that came along.
    _ = try rig.put("b.txt", "hello", mtime: time).get()
    #expect(
      try methods("keeps").dropFirst(begun + 7) == [
        "PUT", "PROPFIND", "PROPFIND", "MOVE", "PROPFIND",
      ])
  }

  @Test("a time that did not come along is set, if the server lets us")
  func sets() throws {
    let receipt = try Liar.rig("sets").put("a", "x", mtime: time).get()
    #expect(receipt.now.mtime == Timestamp(seconds: 1_714_979_290))
    let set = try methods("sets").filter { $0 == "PROPPATCH" }
    #expect(set.count == 1)
  }

  @Test("a receipt tells the time that the server has; what it will not set is tried once")
  func forgets() throws {
    let rig = try Liar.rig("forgets")
    for name in ["a", "b"] {
      #expect(try rig.put(name, "x", mtime: time).get().now.mtime == Timestamp(seconds: 86_400))
    }
    #expect(try methods("forgets").filter { $0 == "PROPPATCH" }.count == 1)
  }

  @Test("where nothing is moved files go to their place, and conditions still hold")
  func stiff() throws {
    let rig = try Liar.rig("stiff")
    #expect(try rig.put("a", "one").get().now.size == 3)
    #expect(try methods("stiff").suffix(4) == ["MOVE", "DELETE", "PUT", "PROPFIND"])
    #expect(try rig.put("b", "more", .absent).get().now.size == 4)
    #expect(Rig.failure(try rig.put("b", "none", .absent))?.kind == .later)
    let was = Fingerprint(size: 9)
    #expect(Rig.failure(try rig.put("b", "none", .unchanged(was)))?.kind == .later)
    #expect(try rig.stat("b").get().size == 4)
    #expect(try methods("stiff").filter { $0 == "MOVE" }.count == 1)
  }

  @Test("a server that has moved a file is one that moves files, whatever becomes of another")
  func picky() throws {
    let rig = try Liar.rig("picky")
    #expect(try rig.put("a", "one").get().now.size == 3)
    #expect(Rig.failure(try rig.put("kept", "two"))?.kind == .unavailable)
    #expect(Rig.failure(try rig.stat("kept"))?.kind == .absent)
    #expect(try rig.put("b", "more").get().now.size == 4)
    #expect(try methods("picky").filter { $0 == "MOVE" }.count == 3)
  }

  @Test("a file that comes out smaller is a failure")
  func shrinks() throws {
    let rig = try Liar.rig("shrinks")
    #expect(Rig.failure(try rig.put("a", "hello"))?.kind == .later)
    // What was there stays: the draft is looked at before it is moved.
    #expect(Rig.failure(try rig.stat("a"))?.kind == .absent)
    #expect(try !methods("shrinks").contains("MOVE"))
  }

  @Test("a move whose answer is lost was one", arguments: [Bool](arrayLiteral: false, true))
  func mumbles(_ isNew: Bool) throws {
    let rig = try Liar.rig("mumbles", attempts: 4)
    let name = isNew ? "new" : "any"
    #expect(try rig.put(name, "hello", isNew ? .absent : .anything).get().now.size == 5)
  }

  @Test(
    "a folder that takes the place of a file just before its successor stays",
    arguments: ["guarded", "deaf", "wrong", "bare"])
  func flips(_ part: String) throws {
    let rig = try Liar.rig(part)
    for name in ["calm", "victim"] { _ = try rig.put(name, "one").get() }
    // What stays a file is replaced, and of the version before nothing is left.
    #expect(try rig.put("calm", "three").get().now.size == 5)
    #expect(Rig.failure(try rig.put("victim", "three")) != nil)
    let failure = try #require(Rig.failure(try rig.stat("victim")))
    #expect(failure.kind == .refused && failure.reason == "it is a folder", "\(failure)")
    for request in try Liar.log(part) where request.method == "MOVE" {
      #expect(request.headers["overwrite"] == "F" || request.headers["if"] != nil)
    }
    let moves = try Liar.log(part).filter { $0.method == "MOVE" }
    let asides = moves.filter { $0.headers["destination"]?.contains(".s4l-old-") == true }
    #expect(asides.isEmpty == (part == "guarded"))
  }

  @Test("a file that changed meanwhile does not get its name, and nothing is left of it")
  func changed() throws {
    let rig = try Liar.rig("keeps", attempts: 1)
    let result = try rig.put("changed", "hello", isUnchanged: false)
    #expect(Rig.failure(result)?.kind == .later)
    #expect(Rig.failure(try rig.stat("changed"))?.kind == .absent)
    let log = try Liar.log("keeps")
    #expect(log.contains { $0.method == "DELETE" && $0.path.hasPrefix("/keeps/.s4l-put-") })
  }

  @Test("names that lead elsewhere are not sent")
  func names() throws {
    let rig = try Liar.rig("unsent")
    for name in ["../a", "/a", "a//b", "a/./b", "a/", ".s4l/x", ""] {
      #expect(Rig.failure(try rig.put(name, "x"))?.kind == .refused, "\(name)")
    }
    #expect(Rig.failure(try rig.put(Path([0x61, 0xFF]), "x"))?.kind == .refused)
    #expect(try Liar.log("unsent").isEmpty)
  }
}
