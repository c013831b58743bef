import Core
import Records
import Store
import Support
import Testing
import Values

@testable import WebDAV

/// The same over two servers that others made.
@Suite("Real WebDAV servers") struct ServerTests {
  private func rig(_ kind: WebDAVServer.Kind) throws -> (Rig, String) {
    let server = WebDAVServer.shared(kind)
    let name = server.makeFolder()
    return (try Rig(server.endpoint, "\(server.base)/\(name)", Rig.reader), name)
  }

  /// Names that go wrong where somebody is careless.
  static let names = [
    "A+B & C, (100%) #1?;!'*[x].mkv", "霸王别姬 #1.mkv", "🎬 film.mkv", ".hidden", "trailing ",
    "trailing.", "caf\u{e9}", "cafe\u{301}", "Case", "case", "a.mkv", "a.mp4", "x.iso",
    "quote\"back\\slash", "%41", "a%2Fb", "<tag>&amp;", "tab\there", "~tilde", "semi;colon=1",
    String(repeating: "n", count: 255 - 4) + ".mkv",
  ]

  @Test("names are put, listed and got as they are", arguments: WebDAVServer.Kind.allCases)
  func names(_ kind: WebDAVServer.Kind) throws {
    let (rig, name) = try rig(kind)
    // rclone's server turns control characters into others, and finds the file by neither.
    let names = Self.names.filter { kind != .rclone || !$0.contains("\t") }
    for (place, text) in names.enumerated() {
      let size = try rig.put("sub dir #1/\(text)", "file \(place)").get().now.size
      #expect(size == "file \(place)".utf8.count, "\(text)")
    }
    let listed = try rig.list("sub dir #1")
    #expect(listed.end == nil)
    let wanted = names.enumerated().map {
      Array("\(Path(text: $1)) \("file \($0)".utf8.count)".utf8)
    }
    #expect(Set(listed.names.map { Array($0.utf8) }) == Set(wanted))
    for (place, text) in names.enumerated() {
      #expect(try rig.get("sub dir #1/\(text)").get() == "file \(place)", "\(text)")
    }
    #expect(try rig.list().names == ["sub dir #1/"])
    let folder = WebDAVServer.shared(kind).folder.appending("\(name)/sub dir #1")
    #expect(House.names(in: folder).count == names.count)
  }

  @Test("an empty folder is empty, a missing one absent", arguments: WebDAVServer.Kind.allCases)
  func empty(_ kind: WebDAVServer.Kind) throws {
    let (rig, _) = try rig(kind)
    let listed = try rig.list()
    #expect(listed.names.isEmpty)
    #expect(listed.end == nil)
    #expect(try rig.list("none").end?.kind == .absent)
    _ = try rig.put("file", "x").get()
    #expect(try rig.list("file").end != nil)
  }

  @Test("conditions hold", arguments: WebDAVServer.Kind.allCases)
  func conditions(_ kind: WebDAVServer.Kind) throws {
    let (rig, _) = try rig(kind)
    let first = try rig.put("deep/er/a", "one", .absent).get()
    #expect(Rig.failure(try rig.put("deep/er/a", "two", .absent))?.kind == .later)
    #expect(try rig.get("deep/er/a").get() == "one")
    _ = try rig.put("deep/er/a", "three", .unchanged(first.now)).get()
    #expect(Rig.failure(try rig.put("deep/er/a", "x", .unchanged(first.now)))?.kind == .later)
    #expect(Rig.failure(try rig.put("gone", "x", .unchanged(first.now)))?.kind == .later)
    #expect(try rig.get("deep/er/a").get() == "three")
    #expect(try rig.list("deep/er").names == ["a 5"])
  }

  @Test("files go, folders never do", arguments: WebDAVServer.Kind.allCases)
  func removing(_ kind: WebDAVServer.Kind) throws {
    let (rig, _) = try rig(kind)
    _ = try rig.put("d/a", "x").get()
    _ = try rig.put("b", "x").get()
    let answers = try rig.delete(["b", "d", "none", "d/none/x"])
    #expect(answers.map { $0?.kind } == [nil, .refused, nil, nil])
    #expect(try rig.list().names == ["d/"])
    #expect(try rig.list("d").names == ["a 1"])
    #expect(Rig.failure(try rig.stat("d"))?.kind == .refused)
    #expect(Rig.failure(try rig.stat("b"))?.kind == .absent)
  }

  @Test(
    "a file does not become a folder, nor a folder a file", arguments: WebDAVServer.Kind.allCases)
  func flips(_ kind: WebDAVServer.Kind) throws {
    let (rig, _) = try rig(kind)
    _ = try rig.put("a", "x").get()
    _ = try rig.put("d/b", "x").get()
    #expect(Rig.failure(try rig.put("a/b", "x")) != nil)
    #expect(Rig.failure(try rig.put("d", "x")) != nil)
    #expect(try rig.list().names == ["a 1", "d/"])
    #expect(try rig.list("d").names == ["b 1"])
  }

  @Test("what is got is what was listed", arguments: WebDAVServer.Kind.allCases)
  func versions(_ kind: WebDAVServer.Kind) throws {
    let (rig, _) = try rig(kind)
    let old = try rig.put("a", "one").get().now
    #expect(try rig.get("a", old).get() == "one")
    _ = try rig.put("a", "other").get()
    #expect(Rig.failure(try rig.get("a", old))?.kind == .later)
    #expect(Rig.failure(try rig.get("none"))?.kind == .absent)
    let stat = try rig.stat("a").get()
    #expect(stat.size == 5)
    #expect(stat.etag != nil && stat.stored != nil)
  }

  @Test("a password or token that is wrong is refused")
  func refused() throws {
    for kind in WebDAVServer.Kind.allCases {
      let server = WebDAVServer.shared(kind)
      let wrong: [Login.Identity] = [
        .nobody, .user("reader", Secret(Array("no".utf8))), .token(Secret(Array("no".utf8))),
      ]
      for identity in wrong {
        #expect(try Rig(server.endpoint, server.base, identity).list().end?.kind == .refused)
      }
    }
  }

  @Test("a digest of the password is shown to a server that wants one")
  func digest() throws {
    let server = WebDAVServer.apache
    let name = server.makeFolder()
    let rig = try Rig(server.endpoint, "digest/\(name)", Rig.reader)
    _ = try rig.put("a+b/c?", "hello").get()
    #expect(try rig.get("a+b/c?").get() == "hello")
    let kinds = server.requests(name, atLeast: 6).map { $0[4] }
    #expect(kinds.first == "Basic")
    #expect(kinds.dropFirst().allSatisfy { $0 == "Digest" })
    let wrong = Login.Identity.user("reader", Secret(Array("no".utf8)))
    #expect(try Rig(server.endpoint, "digest/\(name)", wrong).list().end?.kind == .refused)
  }

  @Test("where nothing may be written nothing is, and that is told")
  func readOnly() throws {
    let server = WebDAVServer.apache
    let name = server.makeFolder()
    let rig = try Rig(server.endpoint, "read/\(name)")
    #expect(Rig.failure(try rig.put("a", "x"))?.kind == .refused)
    #expect(try rig.list().end == nil)
    #expect(House.names(in: server.folder.appending(name)).isEmpty)
  }

  @Test("a name that is no text is listed and got")
  func bytes() throws {
    let server = WebDAVServer.apache
    let name = server.makeFolder()
    let odd = Path([0x61, 0xFF, 0x62])
    House.write(Array("odd".utf8), to: server.folder.appending(name).appending(odd))
    let rig = try Rig(server.endpoint, "open/\(name)")
    #expect(try rig.list().names == ["\(odd) 3"])
    #expect(try rig.get(odd).get() == "odd")
  }

  @Test("depth is one for folders and none for files, and nothing else is asked for")
  func depth() throws {
    let server = WebDAVServer.apache
    let name = server.makeFolder()
    let rig = try Rig(server.endpoint, "open/\(name)")
    _ = try rig.list()
    _ = try rig.stat("a")
    #expect(server.requests(name, atLeast: 2).map { $0[3] } == ["1", "0"])
  }
}
