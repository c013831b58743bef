import Foundation
import Support
import Testing
import Values

/// Nothing is replaced that is not as it was when somebody decided to replace it.
@Suite("Conditions") struct ConditionTests {
  /// Files that go whole, and files that go in parts.
  static let sizes = [3, 6 << 20]

  @Test(
    "what appears or changes between plan and put is left alone",
    arguments: Kind.allCases, sizes)
  func plan(_ kind: Kind, _ size: Int) throws {
    // The example of a plugin heeds no conditions, and says so.
    if kind == .plugin { return }
    let ground = try Ground(kind)
    try ground.put("changed", "old")
    try ground.put("gone", "old")
    try ground.put("same", "old")
    for name in ["appeared", "changed", "gone", "same"] {
      ground.plant(
        Path(text: "src/" + name), [UInt8](repeating: 1, count: size),
        at: Timestamp(seconds: 1_900_000_000))
    }
    ground.records("s4l-scan src | s4l-diff \"$L\" >plan")
    try ground.put("appeared", "theirs")
    try ground.put("changed", "theirs")
    #expect(
      ground.fates("s4l-put --part-size 5M \"$L\" <plan", status: 1).prefix(2)
        == ["copy appeared later", "copy changed later"])
    let there = try ground.contents()
    #expect(there["appeared"] == "theirs" && there["changed"] == "theirs")
    #expect(there["same"]?.utf8.count == size)
    #expect(try ground.bucket?.uploads() ?? [] == [])
  }

  @Test(
    "--if-none-match only makes, --if-match only replaces what is meant", arguments: Kind.buckets)
  func flags(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(["a": "new", "b": "new"])
    try ground.put("a", "theirs")
    let list = "printf '{\"path\":\"a\"}\\n{\"path\":\"b\"}\\n' | s4l-put --from src"
    #expect(
      ground.fates("\(list) --if-none-match \"$L\"", status: 1) == ["copy a later", "copy b"])
    #expect(try ground.contents() == ["a": "theirs", "b": "new"])
    let theirs = "5a4ba4c10a4b1f1d4bdd2d0a6ac84a3b"
    #expect(
      ground.fates("\(list) --if-match \(theirs) \"$L\"", status: 1)
        == ["copy a later", "copy b later"])
    #expect(try ground.contents() == ["a": "theirs", "b": "new"])
    let etag = ground.records("s4l-ls \"$L\"").entries[0]["etag"]
    #expect(
      ground.fates("\(list) --if-match \(etag) \"$L\"", status: 1) == ["copy a", "copy b later"])
    #expect(try ground.contents() == ["a": "new", "b": "new"])
    #expect(ground.shell("\(list) --if-match x --if-none-match \"$L\"").status == 64)
  }

  @Test(
    "an object that is replaced while it is listed is not taken for the one that was",
    arguments: Kind.buckets)
  func fetch(_ kind: Kind) throws {
    let ground = try Ground(kind)
    try ground.put("a", "old")
    try ground.put("b", "old")
    try ground.put("c", "old")
    ground.records("s4l-ls \"$L\" | s4l-diff back >plan")
    try ground.put("a", "new")
    let bucket = try #require(ground.bucket)
    _ = try bucket.call("delete_object", ["Key": "some/place/b"])
    #expect(
      ground.fates("s4l-get back <plan", status: 1)
        == ["copy a later", "copy c", "vanished b"])
    #expect(ground.files(in: "back") == ["c": "old"])
  }
}
