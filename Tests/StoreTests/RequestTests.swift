import Foundation
import Support
import Testing
import Values

/// How many requests a run makes, by the log of the gateway: each costs its user time or money.
@Suite("Requests") struct RequestTests {
  /// What was asked since the last time, one word for each request.
  static func asked(_ ground: Ground, _ seen: inout Int) throws -> [String: Int] {
    let all = try Gateway.shared.requests(try #require(ground.bucket))
    let new = all.dropFirst(seen)
    seen = all.count
    return Dictionary(new.map { (Self.word($0), 1) }, uniquingKeysWith: +)
  }

  static func word(_ request: Gateway.Request) -> String {
    let query = request.query
    if query.contains("list-type=2") { return "list" }
    if query.contains("uploads") { return request.method == "GET" ? "uploads" : "create" }
    if query.contains("partNumber=") { return "part" }
    if query.contains("uploadId=") {
      return ["GET": "parts", "POST": "complete", "DELETE": "abort"][request.method] ?? "?"
    }
    if query.contains("delete") { return "delete-many" }
    return request.method.lowercased()
  }

  @Test("of a push are one for each file, and the pages of one listing")
  func push() throws {
    let ground = try Ground(.gateway)
    var seen = 0
    for number in 1...1_001 { ground.plant(["d\(number % 7)/\(number)": ""]) }
    ground.records("s4l push src \"$L\"")
    #expect(try Self.asked(ground, &seen) == ["put": 1_001, "list": 1])
    ground.records("s4l push src \"$L\"")
    #expect(try Self.asked(ground, &seen) == ["list": 2])
    ground.plant(["d3/3": "changed"])
    ground.records("s4l push src \"$L\"")
    #expect(try Self.asked(ground, &seen) == ["put": 1, "list": 2])
    ground.records("s4l-ls -d 0 \"$L\"")
    #expect(try Self.asked(ground, &seen) == ["list": 1])

    // Each is looked at before it goes; they go a thousand at a time, and one that is left alone.
    ground.records("rm -r src/*")
    ground.records("s4l push --delete --allow-empty --max-delete 100% src \"$L\"")
    #expect(
      try Self.asked(ground, &seen) == ["list": 2, "head": 1_001, "delete-many": 1, "delete": 1])
    #expect(try ground.contents().isEmpty)
  }

  @Test("of a pull are one for each file, and the pages of one listing")
  func pull() throws {
    let ground = try Ground(.gateway)
    var seen = 0
    for number in 1...20 { try ground.put("\(number)", "\(number)") }
    ground.records("s4l pull \"$L\" back")
    #expect(try Self.asked(ground, &seen) == ["get": 20, "list": 1])
    ground.records("s4l pull \"$L\" back")
    #expect(try Self.asked(ground, &seen) == ["list": 1])
    ground.records("s4l-ls --metadata \"$L\"")
    #expect(try Self.asked(ground, &seen) == ["head": 20, "list": 1])
  }

  @Test("of a large file are its parts and what holds them together")
  func parts() throws {
    let ground = try Ground(.gateway)
    var seen = 0
    ground.plant(Path(text: "src/x"), [UInt8](repeating: 1, count: 11 << 20))
    // A listing of uploads first, for one to go on with; a look at the target last, as completing
    // heeds no condition here.
    ground.records("s4l push --part-size 5M src \"$L\"")
    #expect(
      try Self.asked(ground, &seen)
        == ["list": 1, "uploads": 1, "create": 1, "part": 3, "head": 1, "complete": 1])
    ground.records("printf '{\"path\":\"x\"}' | s4l-put --part-size 5M --from src \"$L\"")
    #expect(
      try Self.asked(ground, &seen) == ["uploads": 1, "create": 1, "part": 3, "complete": 1])
  }

  @Test("of a copy inside a bucket bring no byte here")
  func copies() throws {
    let ground = try Ground(.gateway, prefix: "from")
    let bucket = try #require(ground.bucket)
    ground.plant(["a b+c.txt": "1", "d/\u{E9}": "22"])
    ground.records("s4l push src \"$L\"")
    var seen = try Gateway.shared.requests(bucket).count
    let script =
      "s4l-ls \"$L\" | s4l-diff \(bucket.location("to")) | s4l-put \(bucket.location("to"))"
    let outcomes = ground.records(script).outcomes
    #expect(outcomes.count == 2 && outcomes.allSatisfy { $0.isOK && $0.isConfirmed })
    // The target is looked at, then made.
    #expect(try Self.asked(ground, &seen) == ["list": 2, "head": 2, "put": 2])
    #expect(try bucket.get("to/d/\u{E9}") == Array("22".utf8))
    // It is the same object in all else too.
    #expect(try bucket.metadata("to/a b+c.txt") == bucket.metadata("from/a b+c.txt"))
    let head = try bucket.call("head_object", ["Key": "to/a b+c.txt"])
    #expect(head["ContentType"] as? String == "text/plain")
    #expect(ground.records(script).outcomes.isEmpty)

    let traits = "s4l-ls \"$L\" | s4l-put --content-type x/y --meta k=v \(bucket.location("typed"))"
    #expect(ground.records(traits).outcomes.count == 2)
    let typed = try bucket.call("head_object", ["Key": "typed/a b+c.txt"])
    #expect(typed["ContentType"] as? String == "x/y")
    #expect(
      try bucket.metadata("typed/a b+c.txt") == ["k": "v", "mtime": "1714979289.123456789"])
  }

  @Test("of a clean with a trash copy inside the bucket")
  func trash() throws {
    let ground = try Ground(.gateway, prefix: "p")
    let bucket = try #require(ground.bucket)
    ground.plant(["a": "1", "b": "2", "c": "3"])
    ground.records("s4l push src \"$L\"")
    ground.records("rm src/a")
    ground.records("s4l push --delete --trash \(bucket.location("bin")) src \"$L\"")
    #expect(try bucket.keys() == ["bin/a", "p/b", "p/c"])
    #expect(try bucket.get("bin/a") == [49])
    #expect(
      !(try Gateway.shared.requests(bucket)).contains {
        $0.path.hasSuffix("/a") && $0.method == "GET"
      })
  }
}
