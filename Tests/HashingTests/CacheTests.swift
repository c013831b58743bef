import Core
import Digests
import Hashing
import System
import Testing
import Values

@Suite struct CacheTests {
  let folders = Folders()

  var path: Path { folders.root.appending("cache") }

  func known(_ number: UInt64) -> Known {
    var sums = Sums()
    sums[.sha256] = helloSum
    let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 5)
    return Known(
      Version(device: .max, inode: number, size: 6, mtime: time, ctime: time), sums)
  }

  /// A run that finds these names, each with the number as its inode.
  func run(_ names: [(String, UInt64)], isExhaustive: Bool) throws {
    let cache = try Cache(path, quiet)
    for (name, number) in names {
      _ = cache.known(Path(text: name))
      cache.remember(Path(text: name), known(number))
    }
    cache.finish(isExhaustive: isExhaustive)
  }

  /// The inodes that the cache knows of these names.
  func inodes(_ names: String...) throws -> [UInt64?] {
    let cache = try Cache(path, quiet)
    return names.map { cache.known(Path(text: $0))?.version.inode }
  }

  @Test("what one run found the next one knows, hostile names included")
  func roundTrip() throws {
    let name = Path([0x61, 0xFF, 0x0A, 0x22])
    let first = try Cache(path, quiet)
    first.remember(name, known(1))
    first.finish(isExhaustive: true)
    #expect(try Cache(path, quiet).known(name) == known(1))
  }

  @Test("a complete listing leaves only what it lists")
  func exhaustive() throws {
    try run([("a", 1), ("b", 2), ("c", 3)], isExhaustive: true)
    try run([("b", 4)], isExhaustive: true)
    #expect(try inodes("a", "b", "c") == [nil, 4, nil])
  }

  @Test("any other run keeps what it did not ask for, before, between and behind")
  func merging() throws {
    try run([("a", 1), ("c", 3), ("e", 5)], isExhaustive: true)
    try run([("b", 2), ("c", 33), ("d", 4)], isExhaustive: false)
    #expect(try inodes("a", "b", "c", "d", "e") == [1, 2, 33, 4, 5])
    #expect(folders.read("cache.new.merged") == nil)
    try run([], isExhaustive: false)
    #expect(try inodes("a", "e") == [1, 5])
  }

  @Test("a path that comes out of order is neither known nor remembered")
  func disorder() throws {
    try run([("a", 1), ("b", 2)], isExhaustive: true)
    let cache = try Cache(path, quiet)
    #expect(cache.known(Path(text: "b")) != nil)
    #expect(cache.known(Path(text: "a")) == nil)
    cache.remember(Path(text: "b"), known(22))
    cache.remember(Path(text: "a"), known(11))
    cache.finish(isExhaustive: false)
    #expect(try inodes("a", "b") == [1, 22])
  }

  @Test(
    "a cache that is damaged is made anew",
    arguments: ["", "{", "nonsense\n", "{\"type\":\"head\",\"version\":9}\n"])
  func damaged(text: String) throws {
    folders.write("cache", text)
    try run([("a", 1)], isExhaustive: false)
    #expect(try inodes("a") == [1])
  }

  @Test("of a cache that was cut off in a line the lines before it are used")
  func cut() throws {
    try run([("a", 1), ("b", 2)], isExhaustive: true)
    let text = try #require(folders.read("cache"))
    let lines = text.split(separator: "\n")
    try #require(lines.count == 4)
    folders.write("cache", lines[0...1].joined(separator: "\n") + "\n{\"type\":\"en")
    try run([("c", 3)], isExhaustive: false)
    #expect(try inodes("a", "b", "c") == [1, nil, 3])
  }

  @Test("while one run writes the cache a second one only reads it")
  func locked() throws {
    try run([("a", 1)], isExhaustive: true)
    let first = try Cache(path, quiet)
    let second = try Cache(path, quiet)
    #expect(second.known(Path(text: "a")) == known(1))
    second.remember(Path(text: "a"), known(2))
    second.finish(isExhaustive: true)
    first.remember(Path(text: "a"), known(3))
    first.finish(isExhaustive: true)
    #expect(try inodes("a") == [3])
  }

  @Test("a section of events needs no cache, and keeps nobody from writing it")
  func events() throws {
    folders.write("a", "hello\n")
    let event = #"{"type":"event","path":"a","event":"write"}"#
    let entry = #"{"type":"entry","path":"a","size":6}"#
    let made = try hashed(section("events", folders, [event]), in: folders) { $0.cache = path }
    #expect(made.lines.first?.contains(helloSum) == true)
    #expect(folders.read("cache") == nil && folders.read("cache.new") == nil)
    let both = section("listing", folders, [entry]) + section("events", folders, [event])
    #expect(try hashed(both, in: folders) { $0.cache = path }.lines.count == 2)
    #expect(folders.read("cache") != nil && folders.read("cache.new") == nil)
  }

  @Test("a cache in a folder that does not exist is a failure of the run")
  func nowhere() {
    #expect(throws: Failure.self) { try Cache(folders.root.appending("none/cache"), quiet) }
  }
}
