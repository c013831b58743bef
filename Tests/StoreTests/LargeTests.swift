import Foundation
import Glibc
import Support
import System
import Testing
import Values

/// Files that go and come in parts.
@Suite("Large files") struct LargeTests {
  static let size = 40 << 20

  /// Bytes of which no two parts are alike.
  static func bytes() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    for part in 0..<40 { bytes[part << 20] = UInt8(part + 1) }
    return bytes
  }

  @Test("go in parts, side by side, and come in stretches")
  func round() throws {
    let ground = try Ground(.gateway)
    let bucket = try #require(ground.bucket)
    ground.plant(Path(text: "src/x"), Self.bytes())
    ground.records("s4l push --part-size 5M src \"$L\"")
    let head = try bucket.call("head_object", ["Key": "some/place/x"])
    #expect(head["ContentLength"] as? Int == Self.size)
    #expect((head["ETag"] as? String)?.hasSuffix("-8\"") == true)
    ground.records("s4l pull \"$L\" back")
    #expect(ground.shell("cmp src/x back/x").status == 0)
    let gets = try Gateway.shared.requests(bucket).filter {
      $0.method == "GET" && $0.path.hasSuffix("/x")
    }
    #expect(gets.count == 3 && gets.allSatisfy { $0.status == 206 })
    #expect(gets.map(\.bytes).reduce(0, +) == Self.size)
  }

  @Test("whose sender was killed are gone on with, and what is abandoned is swept away")
  func resume() throws {
    let ground = try Ground(.gateway)
    let bucket = try #require(ground.bucket)
    ground.plant(Path(text: "src/x"), Self.bytes())
    // Half of the parts arrive; the others are never answered.
    let proxy = FaultProxy(to: Gateway.shared.endpoint)
    try proxy.set(["method": "PUT", "query": "partNumber=[5-8]", "fault": "silent", "times": 0])
    let killed = try ground.sandbox.start(
      ["sh", "-c", "s4l-scan src | exec s4l-put --part-size 5M '\(ground.location)' >/dev/null"],
      environment: proxy.variables)
    while try Gateway.shared.requests(bucket).filter({ $0.query.contains("partNumber=") }).count < 4
    {}
    killed.killGroup()
    _ = try killed.wait()
    #expect(try bucket.uploads() == ["some/place/x"])
    #expect(try bucket.keys() == [])

    let before = try Gateway.shared.requests(bucket).count
    ground.records("s4l push --part-size 5M src \"$L\"")
    let after = try Gateway.shared.requests(bucket).dropFirst(before)
    let words = Dictionary(after.map { (RequestTests.word($0), 1) }, uniquingKeysWith: +)
    #expect(
      words == ["list": 1, "uploads": 1, "parts": 1, "part": 4, "head": 1, "complete": 1])
    #expect(Array(try bucket.get("some/place/x")) == Self.bytes())
    #expect(try bucket.uploads() == [])
  }

  @Test("that nobody will go on with are given up by --sweep, by age and prefix")
  func sweep() throws {
    let ground = try Ground(.gateway)
    let bucket = try #require(ground.bucket)
    for key in ["some/place/a", "some/place/b/c", "some/placed", "other"] {
      _ = try bucket.call("create_multipart_upload", ["Key": key])
    }
    ground.plant(["small": "s"])
    ground.records("s4l-scan src | s4l-put --sweep 1h \"$L\"")
    #expect(try bucket.uploads().count == 4)
    ground.records("s4l-scan src | s4l-put --dry-run --sweep 0s \"$L\"")
    #expect(try bucket.uploads().count == 4)
    ground.records("s4l-scan src | s4l-put --sweep 0s \"$L\"")
    #expect(try bucket.uploads() == ["other", "some/placed"])
  }
}
