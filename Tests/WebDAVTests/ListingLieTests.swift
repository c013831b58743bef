import Core
import Testing

@testable import WebDAV

/// Listings that are not what they should be: the answer is never "there is less".
@Suite("Listings that go wrong") struct ListingLieTests {
  @Test(
    "are failures",
    arguments: [
      ("truncated", Failure.Kind.unavailable), ("selfless", .unavailable),
      ("nothing", .unavailable), ("shut", .refused), ("limit", .unavailable),
      ("outside", .unavailable), ("above", .unavailable), ("deeper", .unavailable),
      ("dots", .unavailable), ("slash", .unavailable), ("nul", .unavailable),
      ("percent", .unavailable), ("query", .unavailable), ("bomb", .unavailable),
      ("nested", .unavailable), ("calm", .unavailable), ("login", .unavailable),
      ("other", .unavailable), ("text", .unavailable), ("refused", .refused),
      ("forbidden", .refused), ("full", .unavailable), ("file", .refused), ("round", .unavailable),
      ("unheard", .absent),
    ])
  func failures(_ part: String, _ kind: Failure.Kind) throws {
    let end = try #require(try Liar.rig(part).list().end, "\(part) is taken for whole")
    #expect(end.kind == kind, "\(part): \(end)")
    // Files are fetched from some of these places as well, at the same time.
    let asked = try Liar.log(part).filter { $0.method == "PROPFIND" }
    #expect(asked.count == 1, "\(part) was asked for again")
  }

  @Test("that are cut off are asked for again, and fail in the end")
  func cut() throws {
    #expect(try Liar.rig("cut", attempts: 2).list().end?.kind == .later)
    #expect(try Liar.log("cut").count == 2)
  }

  @Test("a server that is busy is asked again when it wishes")
  func busy() throws {
    let (names, end) = try Liar.rig("busy").list()
    #expect(end == nil)
    #expect(names == ["a 3"])
    #expect(try Liar.log("busy").count == 3)
  }

  @Test("what is not known of a single thing is a hole")
  func inside() throws {
    let (names, end) = try Liar.rig("inside").list()
    #expect(end == nil)
    #expect(
      names == [
        "broken !unavailable", "fine 3", "gone !unavailable", "good 3", "half !refused",
        "odd !unavailable", "shut !refused", "sizeless !unavailable",
      ])
  }

  @Test(
    "that are only unusual are understood",
    arguments: [
      ("plain", "", ["a 3", "b/"]), ("late", "", ["a 3"]), ("typeless", "", ["a 3"]),
      ("spelled", "", ["a b 3", "c+d&e 3", "å 3", "电/"]), ("locked", "", ["a 3"]),
      ("trickle", "", ["a 3"]), ("digests", "", ["a 3"]),
      ("moved/dav", "x", ["a 3"]), ("added", "x", ["a 3"]),
    ])
  func unusual(_ part: String, _ folder: String, _ names: [String]) throws {
    let listed = try Liar.rig(part).list(folder)
    #expect(listed.end == nil)
    #expect(listed.names == names)
  }

  @Test("folders are asked for one by one, by names of our own choice")
  func question() throws {
    _ = try Liar.rig("question").list("a b/100%")
    let request = try #require(try Liar.log("question").first)
    #expect(request.method == "PROPFIND")
    #expect(request.path == "/question/a%20b/100%25/")
    #expect(request.headers["depth"] == "1")
    #expect(request.headers["authorization"] == nil)
  }
}
