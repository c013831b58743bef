import Core
import Foundation
import Plugin
import Records
import Store
import System
import Testing
import Values

@Suite("The program that s4l-store(7) shows") struct ExampleTests {
  @Test("what is put is listed, told of, got and deleted")
  func round() throws {
    let bench = try Bench()
    let store = try bench.example()
    #expect("\(store.location)" == "shelf://\(bench.shelf)")
    let time = Timestamp(seconds: 1_795_197_731, nanoseconds: 123_456_789)
    let receipt = try store.put(Path(text: "a/b.txt"), "hello\n") { $0.mtime = time }.get()
    #expect(receipt.now.size == 6)
    #expect(receipt.now.mtime == time)
    #expect(!receipt.isConfirmed)
    _ = try store.put("a.txt", "x\n").get()
    #expect(try store.listing().map { "\($0.path) \($0.size)" } == ["a.txt 2", "a/b.txt 6"])
    #expect(try store.stat("a/b.txt").get().mtime == time)
    let (result, text) = try store.get(Path(text: "a/b.txt"), Fingerprint(size: 6, mtime: time))
    #expect(try result.get().now.size == 6)
    #expect(text == "hello\n")
    let gone: [Failure?] = try store.wait {
      store.delete([Path(text: "a/b.txt"), Path(text: "never")], $0)
    }
    #expect(gone == [nil, nil])
    #expect(try store.listing().map { "\($0.path)" } == ["a.txt"])
  }

  @Test("names are bytes, all the way")
  func names() throws {
    let bench = try Bench()
    let store = try bench.example()
    let names: [[UInt8]] = [
      Array("with space and \"quotes\"\n".utf8), [0x66, 0xFF, 0x2F, 0xFE],
      Array("caf\u{E9}".utf8), Array("cafe\u{301}".utf8), Array("\u{1F600}".utf8),
      Array("back\\slash".utf8), [1, 2, 0x7F], Array("a+b%20c".utf8),
    ]
    for (place, name) in names.enumerated() {
      #expect(try store.put(Path(name), String(repeating: "y", count: place + 1)).kind == nil)
    }
    let listed = try store.listing()
    #expect(listed.map(\.path) == names.map { Path($0) }.sorted())
    for (place, name) in names.enumerated() {
      #expect(listed.first { $0.path.bytes == name }?.size == place + 1)
      #expect(try store.get(Path(name)).1.count == place + 2)
    }
    let answers: [Failure?] = try store.wait { store.delete(names.map { Path($0) }, $0) }
    #expect(answers.allSatisfy { $0 == nil })
    #expect(try store.listing().isEmpty)
  }

  @Test("no path that leads elsewhere is even asked for")
  func hostile() throws {
    let bench = try Bench()
    let store = try bench.example()
    for name in ["../x", "/x", "a//b", "", ".s4l/x", "a/./b"] {
      #expect(try store.stat(name).kind == .refused)
      #expect(try store.put(name, "x").kind == .refused)
      #expect(try store.get(Path(text: name)).0.kind == .refused)
      let gone: [Failure?] = try store.wait { store.delete([Path(text: name)], $0) }
      #expect(gone.first??.kind == .refused)
    }
    #expect(FileManager.default.fileExists(atPath: "\(bench.shelf)/../x") == false)
  }

  @Test("what is not there is absent, a location too; what is read-only is told as it is")
  func failures() throws {
    let bench = try Bench()
    let store = try bench.example()
    #expect(try store.stat("no").kind == .absent)
    #expect(try store.get(Path(text: "no")).0.kind == .absent)
    _ = try store.put("file", "x").get()
    #expect(try store.stat("file/x").kind == .absent)
    let missing = try bench.open("shelf", bench.shelf.appending("missing"))
    #expect(throws: Failure(.absent, "", "No such file or directory")) { try missing.listing() }
  }

  @Test("a large file arrives whole, and its progress is told")
  func large() throws {
    let bench = try Bench()
    let store = try bench.example()
    let scratch = try Scratch()
    let output = Output(scratch.descriptor, "scratch")
    for number in 0..<400_000 {
      output.buffer.append(Array("line \(number)\n".utf8))
      try output.settle()
    }
    try output.flush()
    let size = try Inode.of(scratch.descriptor, Path()).size
    #expect(size > 3 << 20)
    var moved = 0
    var parcel = Parcel(Path(text: "large"), .file(scratch.descriptor), size: size)
    parcel.moved = { moved += $0 }
    let result = try store.wait { store.put(parcel, $0) }
    #expect(try result.get().now.size == size)
    #expect(moved == size)
    let (_, text) = try store.get(Path(text: "large"))
    #expect(text.utf8.count == size)
    #expect(text.hasPrefix("line 0\n") && text.hasSuffix("line 399999\n"))
  }

  @Test("conditions are looked at just before, as the program does not heed them itself")
  func conditions() throws {
    let bench = try Bench()
    let store = try bench.example()
    let path = Path(text: "a")
    #expect(try store.put(path, "one") { $0.condition = .absent }.kind == nil)
    #expect(try store.put(path, "two") { $0.condition = .absent }.kind == .later)
    let seen = Fingerprint(size: 3)
    #expect(try store.put(path, "three") { $0.condition = .unchanged(seen) }.kind == nil)
    #expect(try store.put(path, "four") { $0.condition = .unchanged(seen) }.kind == .later)
    #expect(
      try store.put(Path(text: "b"), "x") { $0.condition = .unchanged(seen) }.kind == .later)
    #expect(try store.get(path, Fingerprint(size: 3)).0.kind == .later)
    #expect(try store.get(path, Fingerprint(size: 5)).1 == "three\n")
    #expect(try store.put(path, "five") { $0.isUnchanged = { false } }.kind == .later)
    #expect(try store.get(path).1 == "three\n")
  }

  @Test("no file stays in the private folder, and the folder goes with the store")
  func traces() throws {
    let bench = try Bench()
    do {
      let store = try bench.example()
      _ = try store.put("a", "x").get()
      _ = try store.get(Path(text: "a"))
      _ = try store.get(Path(text: "none"))
      let folder = try #require(bench.leftovers.first)
      let path = bench.top.appending(path: "tmp/\(folder)").path
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o700)
    }
    #expect(bench.leftovers == [])
  }
}
