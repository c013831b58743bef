import Core
import Doubles
import Records
import Store
import Stream
import System
import Testing
import Tree
import Values

@Suite("The listing of a store") struct SurveyTests {
  private struct Transcript {
    var lines: [String] = []
    var status: Status?
    var failure: Failure?

    /// Entries by their path, holes with a question mark.
    var brief: [String] {
      lines.compactMap { line in
        guard line.contains("\"path\":\"") else { return nil }
        let path = line.split(separator: "\"path\":", maxSplits: 1)[1].dropFirst()
        return path.prefix { $0 != "\"" } + (line.contains("\"type\":\"hole\"") ? "?" : "")
      }
    }

    var isComplete: Bool { lines.last?.contains("\"complete\":true") == true }
  }

  private func list(
    _ store: MemoryStore, addressed: Span? = nil, _ wish: ListWish = ListWish(),
    _ change: (inout Scope) -> Void = { _ in }
  ) throws -> Transcript {
    var scope = Scope()
    change(&scope)
    let scratch = try Scratch()
    let section = Section(Output(scratch.descriptor, "out"), tool: "s4l-ls")
    var result = Transcript()
    do {
      result.status = try Survey(store, scope, wish, addressed: addressed, section).list()
    } catch {
      result.failure = error
    }
    try section.output.flush()
    try scratch.rewind()
    let back = Input(scratch.descriptor, "out")
    while let line = try back.next() { result.lines.append(String(decoding: line, as: UTF8.self)) }
    return result
  }

  private func store(_ names: [String]) throws -> MemoryStore {
    let store = MemoryStore("mem://bucket/photos", try Loop())
    for name in names { store.add(name, size: name.hasSuffix("/") ? 0 : 3) }
    return store
  }

  @Test("a file is told with all that the store tells of it")
  func members() throws {
    let store = try store(["a"])
    store.files[Path(text: "a")]?.mtime = Timestamp(seconds: 5)
    #expect(
      try list(store).lines == [
        #"{"type":"head","version":1,"tool":"s4l-ls","view":"listing","#
          + #""root":"mem://bucket/photos","order":"path"}"#,
        #"{"type":"entry","path":"a","size":3,"stored":"2026-11-20T18:02:11Z","etag":"v1"}"#,
        #"{"type":"tail","complete":true,"records":1,"entries":1,"bytes":3,"holes":0}"#,
      ])
    var wish = ListWish()
    wish.isDetailed = true
    #expect(try list(store, wish).lines[1].contains(#""mtime":"1970-01-01T00:00:05Z""#))
  }

  @Test("names of ours, the prefix itself and what stands for a folder are no files")
  func reserved() throws {
    let store = try store(["", ".s4l/x", "a/", "a/.s4l-1.tmp", "a/b", "a//c", "a/../d", "z.s4l"])
    #expect(try list(store).brief == ["a/../d", "a//c", "a/b", "z.s4l"])
  }

  @Test("folders are those that names lead through, each told once, before what it holds")
  func folders() throws {
    let store = try store(["a-b", "a/x", "a/y/1", "a/y/2", "b/", "c/d/e/f", "g"])
    let result = try list(store) { $0.listsFolders = true }
    #expect(
      result.brief == [
        "", "a-b", "a/", "a/x", "a/y/", "a/y/1", "a/y/2", "b/", "c/", "c/d/", "c/d/e/",
        "c/d/e/f", "g",
      ])
    #expect(result.lines[0].contains("\"dirs\":true"))
  }

  @Test("below the limit of depth stands one hole for each folder, and it is nobody's failure")
  func depth() throws {
    let store = try store(["a/b/c", "a/b/d", "a/e", "f/", "g/h/i/j", "k"])
    let one = try list(store) { $0.maxDepth = 1 }
    #expect(one.brief == ["a/b/?", "a/e", "g/h/?", "k"])
    #expect(one.status == .success)
    #expect(one.lines[1].contains("\"kind\":\"chosen\""))
    let none = try list(store) { $0.maxDepth = 0 }
    #expect(none.brief == ["a/?", "f/?", "g/?", "k"])
    let both = try list(store) {
      $0.maxDepth = 1
      $0.listsFolders = true
    }
    #expect(both.brief == ["", "a/", "a/b/?", "a/e", "f/", "g/", "g/h/?", "k"])
  }

  @Test("patterns leave out files, folders, and the holes of folders that are left out")
  func filters() throws {
    let store = try store(["a/x.tmp", "a/y", "skip/b/c", "skip/d", "z.tmp"])
    let result = try list(store) {
      $0.filter.excluded = [try? Pattern("*.tmp"), try? Pattern("skip/")].compactMap { $0 }
    }
    #expect(result.brief == ["a/y"])
    #expect(result.lines[0].contains(#""filters":["exclude=*.tmp","exclude=skip/"]"#))
    let flat = try list(store) {
      $0.filter.excluded = [try? Pattern("skip/")].compactMap { $0 }
      $0.maxDepth = 0
    }
    #expect(flat.brief == ["a/?", "z.tmp"])
  }

  @Test("a choice by size or time makes the listing a selection, without folders")
  func selection() throws {
    let store = try store(["a/x", "b"])
    store.add("large", size: 100)
    store.files[Path(text: "b")]?.stored = Timestamp(seconds: 10)
    let large = try list(store) {
      $0.minSize = 50
      $0.listsFolders = true
    }
    #expect(large.brief == ["large"])
    #expect(large.lines[0].contains("\"view\":\"selection\""))
    let old = try list(store) { $0.notAfter = Timestamp(seconds: 20) }
    #expect(old.brief == ["b"])
  }

  @Test("what could not be looked at is a hole, and the listing goes on")
  func holes() throws {
    let store = try store(["a", "c"])
    store.holes[Path(text: "b/")] = Failure(.refused, "", "locked")
    let result = try list(store)
    #expect(result.brief == ["a", "b/?", "c"])
    #expect(result.status == .partial)
    #expect(result.isComplete)
  }

  @Test("a listing that breaks off stands as far as it came, and says that it is not whole")
  func broken() throws {
    let store = try store(["a", "b"])
    store.breaksOff = (Path(text: "b"), Failure(.unavailable, "host", "gone away"))
    let result = try list(store)
    #expect(result.brief == ["a"])
    #expect(result.failure?.kind == .unavailable)
    #expect(!result.isComplete)
    #expect(result.lines.count == 3)
  }

  @Test("where nothing could be listed there is no section: absent is not empty")
  func absent() throws {
    let store = try store([])
    store.breaksOff = (Path(text: "a"), Failure(.absent, "bucket", "no such bucket"))
    let result = try list(store)
    #expect(result.lines == [])
    #expect(result.failure?.kind == .absent)
    store.breaksOff = nil
    #expect(try list(store).lines.count == 2)
  }

  @Test("a name that comes late ends the listing, and is named")
  func order() throws {
    let store = try store(["a", "b", "c"])
    store.listedFirst = [Path(text: "b")]
    let result = try list(store)
    #expect(result.failure?.kind == .data)
    #expect(result.failure?.subject == "a")
    #expect(result.brief == ["b"])
    #expect(!result.isComplete)
  }

  @Test("a sentinel that is not there ends the listing before it begins")
  func sentinel() throws {
    let store = try store(["a", "mounted"])
    #expect(try list(store) { $0.sentinel = Path(text: "mounted") }.isComplete)
    let result = try list(store) { $0.sentinel = Path(text: "missing") }
    #expect(result.failure?.kind == .absent)
    #expect(result.lines == [])
  }

  @Test("addresses are refused by a store that has none")
  func addresses() throws {
    let result = try list(try store(["a"]), addressed: Span(text: "1h"))
    #expect(result.failure?.kind == .unavailable)
  }
}
