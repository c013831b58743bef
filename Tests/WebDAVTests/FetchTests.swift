import Core
import Records
import Store
import Testing

@testable import WebDAV

@Suite("Files that come over detours") struct FetchTests {
  private let listed = Fingerprint(size: 3, etag: Array("v1".utf8))

  @Test("another host is not told who we are")
  func away() throws {
    let rig = try Liar.rig("away", Rig.reader)
    #expect(try rig.get("a", listed).get() == "abc")
    let here = try #require(try Liar.log("away").first)
    #expect(here.headers["authorization"]?.hasPrefix("Basic ") == true)
    let there = try #require(try Liar.log("elsewhere").first { $0.path.contains("sign") })
    #expect(there.path == "/a%20b?sign=x")
    #expect(there.headers["authorization"] == nil)
  }

  @Test("the same host is told again, wherever it sends us")
  func home() throws {
    let rig = try Liar.rig("home", .token(Secret(Array("t0ken".utf8))))
    #expect(try rig.get("dir/a", listed).get() == "abc")
    let log = try Liar.log("home")
    #expect(log.map(\.path) == ["/home/dir/a", "/home/dir/there"])
    #expect(log.allSatisfy { $0.headers["authorization"] == "Bearer t0ken" })
  }

  @Test(
    "what leads nowhere, or is not what was listed, is a failure",
    arguments: [
      ("round", Failure.Kind.unavailable), ("ftp", .refused), ("longer", .later),
      ("newer", .later), ("nobody", .absent), ("forbidden", .refused),
    ])
  func failures(_ part: String, _ kind: Failure.Kind) throws {
    let result = try Liar.rig(part, attempts: 2).get("a", listed)
    #expect(Rig.failure(result)?.kind == kind, "\(part): \(result)")
  }

  @Test("a body that is cut off is asked for again, and fails in the end")
  func short() throws {
    #expect(Rig.failure(try Liar.rig("short", attempts: 2).get("a", listed))?.kind == .later)
    #expect(try Liar.log("short").count == 2)
  }

  @Test("a tag that is weak only there is the same")
  func weak() throws {
    #expect(try Liar.rig("weak").get("a", listed).get() == "abc")
  }

  @Test("going round ends after five times")
  func round() throws {
    _ = try Liar.rig("ring").get("a", listed)
    _ = try Liar.rig("round").get("deep", listed)
    #expect(try Liar.log("round").filter { $0.path.hasSuffix("deep") }.count == 6)
  }
}
