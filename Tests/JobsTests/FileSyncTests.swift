import Core
import Jobs
import Support
import System
import Tasks
import Testing
import Values

@Suite("Payloads of file_sync") struct FileSyncTests {
  private func sync(_ text: String) throws(Failure) -> FileSync {
    try FileSync(payload: Array(text.utf8))
  }

  @Test("the payload of a folder is that of Sync4Loong to the letter")
  func plain() throws {
    let sync = FileSync(Path(text: "/data/nix store"), to: Path(text: "store"))
    let text = #"{"folder_path":"/data/nix store","prefix":"store"}"#
    #expect(String(decoding: sync.payload, as: UTF8.self) == text)
    #expect(try self.sync(text) == sync)
  }

  @Test("whatever is written is read again, bytes that are not UTF-8 too")
  func round() throws {
    var sync = FileSync(Path([47, 255]), to: Path(text: "p"))
    sync.deletesSources = false
    sync.overwrites = true
    sync.files = [Path([255, 10]), Path(text: "a/b"), Path(text: "é\"")]
    sync.after = ["x", "y"]
    #expect(try FileSync(payload: sync.payload) == sync)
    var pairs = FileSync()
    pairs.pairs = [
      .init(Path(text: "/a"), to: Path(text: "k")), .init(Path([47, 254]), to: Path([255])),
    ]
    #expect(try FileSync(payload: pairs.payload) == pairs)
  }

  @Test("slashes around a prefix do not count, and what is not known is passed over")
  func lenient() throws {
    let read = try sync(#" {"prefix":"//p/q/", "folder_path":"/f", "new":[1], "pairs":null} "#)
    #expect(read == FileSync(Path(text: "/f"), to: Path(text: "p/q")))
    #expect(try sync(#"{"folder_path":"/f"}"#).prefix == Path())
  }

  @Test(
    "what names no place that it may, or is no payload, is refused as bad data",
    arguments: [
      "", "[]", "null", "{", #"{"prefix":"p"}"#, #"{"folder_path":"f","prefix":"p"}"#,
      #"{"folder_path":"/f","prefix":"../p"}"#, #"{"folder_path":"/f","prefix":"a//b"}"#,
      #"{"folder_path":"/f","prefix":1}"#, #"{"folder_path":"/f\u0000","prefix":"p"}"#,
      #"{"folder_path":"/f","delete_after_sync":"yes"}"#, #"{"folder_path":"/f","files":["../x"]}"#,
      #"{"folder_path":"/f","files":["x/"]}"#, #"{"folder_path":"/f","files":["/x"]}"#,
      #"{"folder_path":"/f","files":["a\u0000"]}"#, #"{"folder_path":"/f","files":{}}"#,
      #"{"folder_path":"/f","files":[{"bytes":"%"}]}"#, #"{"pairs":[{"from":"/a"}]}"#,
      #"{"pairs":[{"from":"a","to":"b"}]}"#, #"{"pairs":[{"from":"/a","to":"/"}]}"#,
      #"{"pairs":[{"from":"/a","to":"../b"}]}"#, #"{"folder_path":"/f","after":[1]}"#,
      #"{"folder_path":"/f","prefix":".s4l/x"}"#,
    ])
  func refused(_ text: String) {
    do throws(Failure) {
      let sync = try sync(text)
      Issue.record("\(sync)")
    } catch {
      #expect(error.kind == .data)
    }
  }

  @Test("two files never get one key, nor one that a folder beside them needs")
  func keys() throws {
    func refusal(_ pairs: [FileSync.Pair], _ folders: [FileSync.Pair] = []) -> String? {
      do throws(Failure) { try FileSync.checkKeys(pairs, beside: folders) } catch {
        return error.message
      }
      return nil
    }
    func pair(_ from: String, _ to: String) -> FileSync.Pair {
      .init(Path(text: from), to: Path(text: to))
    }
    #expect(
      refusal([pair("/x/a", "k"), pair("/b", "l"), pair("/x/b", "k")])
        == "k: two files would get this key: /x/a and /x/b")
    #expect(refusal([pair("/a", "k"), pair("/b", "k/x"), pair("/c", "k-x")]) == nil)
    #expect(throws: Failure(.data, "k", "two files would get this key: /a and /b")) {
      try sync(#"{"pairs":[{"from":"/a","to":"k"},{"from":"/b","to":"/k/"}]}"#)
    }
    let sandbox = Sandbox()
    #expect(sandbox.shell("mkdir -p d/s && touch d/s/1 f").status == 0)
    let folder = pair("\(sandbox.folder)/d", "p")
    let file = "\(sandbox.folder)/f"
    #expect(refusal([pair(file, "p/s/2"), pair(file, "p2/s/1")], [folder]) == nil)
    #expect(refusal([pair("\(sandbox.folder)/d/s/1", "p/s/1")], [folder]) == nil)
    #expect(refusal([pair(file, "p/s/1")], [folder]) != nil)
    #expect(refusal([pair(file, "p")], [folder]) != nil)
    #expect(refusal([pair(file, "s/1")], [pair("\(sandbox.folder)/d", "")]) != nil)
  }

  @Test("a folder in parts: each file in one, the last task for the whole behind all others")
  func parts() throws {
    var count = 0
    let publication = Publication {
      count += 1
      return "id\(count)"
    }
    let names = (0..<7).map { Path(text: "f\($0)") } + [Path([255])]
    let orders = try publication.parts(of: Path(text: "/f"), to: Path(text: "p"), 3) {
      (each) throws(Failure) in for name in names { _ = try each(name) }
    }
    let tasks = try orders.map { try FileSync(payload: $0.task.payload ?? []) }
    #expect(tasks.dropLast().flatMap { $0.files ?? [] } == names)
    #expect(tasks.map { $0.files?.count } == [3, 3, 2, nil])
    #expect(tasks.last?.after == ["id1", "id2", "id3"])
    #expect(orders.map(\.task.type) == Array(repeating: "file_sync", count: 4))
  }

  @Test("sources lie below a root, whatever links and dots say")
  func roots() throws {
    let sandbox = Sandbox()
    let made = sandbox.shell("mkdir -p in/a out && ln -s ../out in/link")
    #expect(made.status == 0, "\(made)")
    let root = sandbox.folder.appending("in")
    func check(_ name: String) throws(Failure) {
      try FileSync(sandbox.folder.appending(name)).check(below: [root])
    }
    try check("in")
    try check("in/a")
    try check("in/missing")
    for name in ["out", "in/link", "in/../out", "in-other"] {
      #expect(throws: Failure.self) { try check(name) }
    }
  }
}
