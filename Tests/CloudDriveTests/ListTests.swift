import CloudDrive
import Core
import Records
import Store
import Support
import Testing
import Values

/// One folder of the drive, as it is listed and looked at.
@Suite("Listings of CloudDrive2") struct ListTests {
  @Test("a folder is told with all that is known of it", arguments: Transport.allCases)
  func folder(_ transport: Transport) throws {
    let desk = try Desk(transport, root: "115/电影", publicAddress: "https://films.example.org:444/")
    desk.plant("115/电影/a b.mkv", "five!")
    desk.plant("115/电影/Heat (1995)/Heat.mkv")
    desk.plant("115/电影/empty.nfo", "")
    desk.plant("115/电影/.s4l/manifest")
    try desk.server.set(["hashes": true, "addresses": true, "signed": true])
    let (found, result) = try desk.list()
    #expect(result.kind == nil)
    // What has a name of ours is passed over by whoever asks for more than one folder.
    #expect(found.names == [".s4l/", "Heat (1995)/", "a b.mkv", "empty.nfo"])
    let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 500_000_000)
    let file = try #require(found.files["a b.mkv"])
    #expect(file.size == 5 && file.stored == time && file.mtime == nil)
    #expect(file.md5 == "ec550badc26b54eabf2ed55051f7392d")
    let url = try #require(found.urls["a b.mkv"])
    let start = "https://films.example.org:444/static/https/films.example.org:444/False/"
    #expect(url.hasPrefix(start + "%2F115%2F%E7%94%B5%E5%BD%B1%2Fa%20b.mkv?sign="))
    #expect(found.files["empty.nfo"]?.size == 0)
    // Somebody else's client is told the same.
    let peer = try desk.server.peer("GetSubFiles", ["path": "/115/电影"])
    let theirs = peer.answers.flatMap { $0["subFiles"] as? [[String: Any]] ?? [] }
    #expect(peer.status == 0 && theirs.count == 4)
    #expect(try desk.stat("a b.mkv").get() == file)
    #expect(try desk.stat("none").kind == .absent)
    #expect(try desk.stat("Heat (1995)").kind == .refused)
    #expect(try desk.server.log().allSatisfy { $0.authorization == "Bearer t0ken" })
  }

  @Test("a folder is looked at anew where that is wished for")
  func refresh() throws {
    let desk = try Desk()
    desk.plant("a")
    _ = try desk.list()
    _ = try desk.list(refreshes: true)
    #expect(try desk.server.log().map(\.refresh) == [false, true])
  }

  @Test(
    "an empty folder is one, and a file or nothing at all is none", arguments: Transport.allCases)
  func empty(_ transport: Transport) throws {
    let desk = try Desk(transport)
    #expect(try desk.kind() == nil)
    desk.makeFolder("empty")
    desk.plant("file")
    #expect(try desk.kind("empty") == nil)
    #expect(try desk.kind("file") == .data)
    #expect(try desk.kind("none") == .absent)
  }

  @Test("names are taken as they are, and come back so", arguments: Transport.allCases)
  func names(_ transport: Transport) throws {
    let names = [
      "A+B & C, (100%) #1?;!'*[x].mkv", "霸王别姬 #1.mkv", "🎬.mkv", ".dot", "trailing ", "trailing.",
      String(repeating: "n", count: 251) + ".mkv", "caf\u{e9}.mkv", "cafe\u{301}.mkv", "CAF.mkv",
      "caf.mkv", "a.mkv", "a.mp4", "x.iso", "%41.mkv", "{HOST}.mkv", "a\\b.mkv", "q\"q.mkv",
    ]
    let desk = try Desk(transport)
    for name in names { desk.plant("d/" + name, name) }
    try desk.server.set(["addresses": true])
    let (found, result) = try desk.list("d")
    #expect(result.kind == nil)
    #expect(Set(found.names.map { Array($0.utf8) }) == Set(names.map { Array($0.utf8) }))
    for name in names {
      let got = try desk.get("d/" + name)
      #expect(got.result.kind == nil && got.bytes == Array(name.utf8), "\(name)")
    }
  }

  @Test("what is no file is a folder, a hole, or no listing")
  func kinds() throws {
    let desk = try Desk()
    let extra: [[String: any Sendable]] = [
      ["name": "silent"], ["name": "file", "fileType": "File", "size": "5"],
      ["name": "both", "fileType": "File", "isDirectory": true],
      ["name": "other", "fileType": "Other"], ["name": "cloud", "isCloudFile": true],
      ["fullPathName": "/d/from path", "fileType": "File"],
    ]
    try desk.server.set(["extra": extra])
    desk.makeFolder("d")
    let (found, result) = try desk.list("d")
    #expect(result.kind == nil)
    #expect(found.names == ["both/", "cloud", "file", "from path", "silent/"])
    #expect(found.holes == ["other"])
    for name in ["", "..", ".", "a/b", "a\0b"] {
      try desk.server.set(["extra": [["name": name, "fileType": "File"]]])
      #expect(try desk.kind("d") == .data, "\(name)")
    }
    try desk.server.set(["extra": [["name": "x", "fileType": "File", "size": "-1"]]])
    #expect(try desk.kind("d") == .data)
  }
}
