import Core
import Drives
import Records
import Store
import Support
import Testing
import Values

@testable import OpenList

@Suite("A file of OpenList") struct FileTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
    bench.plant("m/a.mkv", "content")
  }

  static let names = [
    "A+B & C, (100%) #1?;!'*[x].mkv", "\u{9738}\u{738B}\u{522B}\u{59EC} #1.mkv", "\u{1F3AC}.mkv",
    ".dot", "trail ", "dot.", "caf\u{E9}", "cafe\u{301}", "case", "CASE", "a.mp4", "x.iso",
    "%41%2F%", "a%20b", "quo\"te\\s", "tab\tnew\nline", "u.json",
    String(repeating: "\u{7535}", count: 85),
  ]

  @Test("of any name is listed, looked at, fetched, stored and removed", arguments: [nil, "cdn"])
  func names(_ redirect: String?) throws {
    try bench.server.set(["redirect": redirect])
    let drive = try bench.drive()
    for name in Self.names {
      #expect(try bench.put(drive, "n/" + name, "<\(name)>").failure == nil, "\(name)")
    }
    let told = try bench.list(drive, "n")
    #expect(
      told.names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        == Self.names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    for name in Self.names {
      let size = "<\(name)>".utf8.count
      #expect(try bench.stat(drive, "n/" + name).value?.size == size, "\(name)")
      #expect(try bench.get(drive, "n/" + name).value == "<\(name)>", "\(name)")
      #expect(try bench.delete(drive, "n/" + name) == [nil], "\(name)")
    }
    #expect(try bench.list(drive, "n").names == [])
  }

  @Test("is signed as others sign it")
  func signs() throws {
    bench.plant("media/\u{7535}\u{5F71}/\u{9738} #1.mkv")
    let drive = try bench.drive()
    for expires in [0, 4_102_444_800] {
      try bench.server.set(["expires": expires])
      let sign = try bench.list(drive, "media/\u{7535}\u{5F71}").files.values.first?.sign
      let digest = bench.sandbox.shell(
        "printf '%s' '/media/\u{7535}\u{5F71}/\u{9738} #1.mkv:\(expires)'"
          + " | openssl dgst -sha256 -hmac '\(OpenListServer.token)' -binary"
          + " | openssl base64 -A | tr '+/' '-_'")
      #expect(sign == "\(digest.text):\(expires)")
    }
    #expect(try bench.get(drive, "media/\u{7535}\u{5F71}/\u{9738} #1.mkv").value == "x")
  }

  @Test("comes with a sign, and without a word of who asks", arguments: [Bench.admin, Bench.user])
  func fetched(_ identity: Identity) throws {
    for redirect in [nil, "cdn"] {
      try bench.server.set(["redirect": redirect])
      let drive = try bench.drive(identity)
      #expect(try bench.get(drive, "m/a.mkv").value == "content")
      let log = try bench.server.log()
      let fetches = log.filter { ["d", "cdn"].contains($0.call) }
      #expect(fetches.map(\.call) == (redirect == nil ? ["d"] : ["d", "cdn"]))
      #expect(fetches.allSatisfy { $0.authorization == nil })
      #expect(log.contains { $0.call == "get" && $0.authorization != nil })
    }
  }

  @Test("of an account that begins deeper is signed and fetched by its whole path")
  func base() throws {
    try bench.server.user(["password": "s3cret", "base_path": "/m/", "write": true])
    bench.plant("m/sub/b c", "deep")
    let drive = try bench.drive(Bench.user, root: "sub")
    #expect(try bench.get(drive, "b c").value == "deep")
    #expect(try bench.server.log().last?.target.hasPrefix("/d/m/sub/b%20c?sign=") == true)
    #expect(try bench.put(drive, "new", "made").failure == nil)
    #expect(bench.text("m/sub/new") == "made")
  }

  @Test("is not taken for the error that comes in its place", arguments: [false, true])
  func errors(_ plain: Bool) throws {
    try bench.server.set(["plain": plain])
    bench.plant("m/b.json", "{}")
    let drive = try bench.drive()
    // Not even the other way leads there, so what was said first is told.
    let sentence = plain ? "sign expired" : "status 401"
    try bench.server.set(["expires": 1])
    for name in ["m/a.mkv", "m/b.json"] {
      let failure = try bench.get(drive, name).failure
      #expect(failure?.kind == .refused)
      #expect(failure?.reason.contains(sentence) == true, "\(String(describing: failure))")
    }
    try bench.server.set(["expires": 0])
    #expect(try bench.get(drive, "m/b.json").value == "{}")
    try bench.server.fail(["call": "d", "code": 500, "message": "object not found"])
    #expect(try bench.get(drive, "m/a.mkv").failure?.kind == .absent)
  }

  @Test("is fetched where the server would, if it does not come from there")
  func otherWay() throws {
    try bench.server.set(["redirect": "cdn"])
    try bench.server.fail(["call": "d", "code": 500, "message": "object not found"])
    #expect(try bench.get(try bench.drive(), "m/a.mkv").value == "content")
    #expect(try bench.calls().suffix(2) == ["d", "cdn"])
  }

  @Test(
    "is followed only so far, and only by HTTP",
    arguments: [
      "http://{here}/d/m/a.mkv", "/d/m/a.mkv", "a.mkv", "?x", "ftp://127.0.0.1/x",
      "file:///etc/passwd",
      "http://user:word@127.0.0.1/x", "", "#x", "mailto:x", "http://",
    ])
  func redirects(_ location: String) throws {
    let here = String(bench.server.endpoint.dropFirst("http://".count))
    try bench.server.set(["sign_all": false])
    try bench.server.fail([
      "call": "d", "status": 302,
      "headers": ["Location": location.replacing("{here}", with: here)],
    ])
    let failure = try bench.get(try bench.drive(), "m/a.mkv").failure
    #expect(failure?.kind == .unavailable || failure?.kind == .refused)
    #expect(try bench.calls().filter { $0 == "d" }.count <= 12)
  }

  @Test("comes whole, or not at all")
  func whole() throws {
    let drive = try bench.drive()
    try bench.server.fail(["call": "d", "cut": 3, "times": 1])
    #expect(try bench.get(drive, "m/a.mkv").value == "content")
    try bench.server.fail(["call": "d", "cut": 3])
    #expect(try bench.get(drive, "m/a.mkv").failure?.kind == .later)
    try bench.server.fail(["call": "d", "drop": 3])
    #expect(try bench.get(drive, "m/a.mkv").failure?.kind == .later)
    try bench.server.fail()
    for wrong in [
      Fingerprint(size: 6), Fingerprint(size: 7, mtime: Timestamp(seconds: 1_700_000_000)),
    ] {
      #expect(try bench.get(drive, "m/a.mkv", wrong).failure?.kind == .later)
    }
    let right = Fingerprint(
      size: 7, mtime: Timestamp(seconds: 1_714_979_289, nanoseconds: 120_000_000))
    #expect(try bench.get(drive, "m/a.mkv", right).value == "content")
    #expect(try bench.get(drive, "m/none").failure?.kind == .absent)
    #expect(try bench.get(drive, "m").failure?.kind == .refused)
  }

  @Test("keeps its time to the millisecond, and replaces only what is meant")
  func put() throws {
    let drive = try bench.drive()
    let time = Timestamp(seconds: 1_600_000_000, nanoseconds: 987_654_321)
    let receipt = try bench.put(drive, "new/deep/b", "12345", .absent, at: time)
    let kept = Timestamp(seconds: 1_600_000_000, nanoseconds: 987_000_000)
    #expect(receipt.value == Receipt(Fingerprint(size: 5, mtime: kept), isConfirmed: false))
    let object = try #require(try bench.stat(drive, "new/deep/b").value)
    #expect(object.size == 5)
    #expect(object.mtime == Timestamp(seconds: 1_600_000_000, nanoseconds: 987_000_000))
    #expect(try bench.put(drive, "new/deep/b", "6", .absent).failure?.kind == .later)
    let seen = Fingerprint(size: 5, mtime: object.mtime)
    #expect(try bench.put(drive, "new/deep/b", "7", .unchanged(seen)).failure == nil)
    #expect(try bench.put(drive, "new/deep/b", "8", .unchanged(seen)).failure?.kind == .later)
    #expect(try bench.put(drive, "none", "8", .unchanged(seen)).failure?.kind == .later)
    #expect(bench.text("new/deep/b") == "7" && !bench.exists("none"))
    // What came to be after we looked.
    try bench.server.fail([
      "call": "get", "times": 1, "code": 500, "message": "object not found",
    ])
    #expect(try bench.put(drive, "new/deep/b", "9", .absent).failure?.kind == .later)
    #expect(bench.text("new/deep/b") == "7")
  }

  @Test("is stored once the server has all of it")
  func stored() throws {
    let drive = try bench.drive()
    try bench.server.fail(["call": "put", "raw": #"{"code":200,"message":"success","data":null}"#])
    #expect(try bench.put(drive, "m/lost", "12345").failure?.kind == .later)
    #expect(try bench.put(drive, "m/a.mkv", "12345").failure?.kind == .later)
    try bench.server.fail()
    #expect(try bench.put(drive, "m/a.mkv", "12345").failure == nil)
  }

  @Test("goes alone: a folder of its name stays, and what is not there is gone already")
  func delete() throws {
    bench.plant("m/b/c", "keep")
    bench.plant("m/d", "")
    bench.plant("e", "")
    let drive = try bench.drive()
    let fates = try bench.delete(drive, "m/a.mkv", "m/b", "m/none", "m/d", "e", "no/where", "../x")
    #expect(fates.map { $0?.kind } == [nil, .refused, nil, nil, nil, nil, .refused])
    #expect(bench.exists("m/b/c") && !bench.exists("m/a.mkv") && !bench.exists("e"))
    let removals = try bench.server.log().filter { $0.call == "remove" }
    // Requests that are under way together may come in any order.
    #expect(Set(removals.map { ($0.given?.names ?? []).sorted() }) == [["a.mkv", "d"], ["e"]])
  }

  @Test("that cannot be removed does not keep others")
  func stubborn() throws {
    for name in ["a", "b", "c"] { bench.plant("r/" + name) }
    let drive = try bench.drive()
    try bench.server.fail(["call": "remove", "code": 403, "message": "no", "times": 1])
    #expect(try bench.delete(drive, "r/a", "r/b", "r/c") == [nil, nil, nil])
    #expect(try bench.list(drive, "r").names == [])
    // That one of several is not there says nothing of the others.
    for name in ["a", "b"] { bench.plant("r/" + name) }
    try bench.server.fail(
      ["call": "remove", "code": 500, "message": "object not found", "times": 1])
    #expect(try bench.delete(drive, "r/a", "r/b") == [nil, nil])
    #expect(try bench.list(drive, "r").names == [])
    // Whether it is there is not known, so nothing is asked to go.
    bench.plant("r/a")
    try bench.server.fail(["call": "get", "code": 500, "message": "storage not init"])
    #expect(try bench.delete(drive, "r/a")[0]?.kind == .unavailable)
    #expect(bench.exists("r/a"))
  }
}

@Suite("Where a redirect leads") struct HopTests {
  @Test(
    "is told apart from where it does not",
    arguments: [
      ("http://b/c?d=e#f", "http://b/c?d=e"), ("HTTPS://b", "HTTPS://b"), ("//b/c", "https://b/c"),
      ("/c", "https://a:1/c"), ("c", "https://a:1/x/c"), ("?q", "https://a:1/x/y?q"),
      ("c:d", nil), ("http:c", nil), ("//u@b/c", nil), ("https://u:p@b", nil), ("", nil),
      ("/\u{7535} \"", "https://a:1/%E7%94%B5%20%22"),
      ("c?u=http://u@b", "https://a:1/x/c?u=http://u@b"),
    ])
  func target(_ location: String, _ expected: String?) {
    let found: String?
    do throws(Failure) { found = try Hop.target(location, from: "https://a:1/x/y?z=/1#2") } catch {
      found = nil
    }
    #expect(found == expected)
  }
}
