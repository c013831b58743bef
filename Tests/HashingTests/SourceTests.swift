import Core
import Digests
import Glibc
import Hashing
import System
import Testing
import Values

@Suite struct SourceTests {
  let folders = Folders()

  func answer(
    _ name: String, size: Int? = nil, recipe: Recipe = Recipe([.sha256]), known: Known? = nil,
    followsLinks: Bool = false, clock: Timestamp = Clock.now(), _ digest: FileDigest = FileDigest()
  ) throws -> Verdict {
    try Source(folders.root, followsLinks: followsLinks, clock: { clock })
      .answer(Question(Path(text: name), size: size, recipe: recipe, known: known), digest)
  }

  func kind(_ verdict: Verdict) -> Failure.Kind? {
    if case .failed(let failure) = verdict { failure.kind } else { nil }
  }

  func sums(_ verdict: Verdict) -> Sums? {
    if case .found(let known, _, _) = verdict { known.sums } else { nil }
  }

  @Test("a file has the published digests, each in the form of its member")
  func digests() throws {
    folders.write("a", "hello\n")
    let found = try #require(sums(try answer("a", recipe: Recipe(Algorithm.allCases, partSize: 4))))
    #expect(found[.sha256] == helloSum)
    #expect(found[.md5] == "b1946ac92492d2347c6235b4d2611184")
    #expect(found[.crc32c] == "NT3Yvg==")
    #expect(found[.crc64nvme] == "akP7S61aVgc=")
    #expect(found.etag?.hasSuffix("-2") == true)
    #expect(found.partSize == 4)
  }

  @Test("a file of one part has its plain MD5 as ETag", arguments: [6, 7])
  func onePart(size: Int) throws {
    folders.write("a", "hello\n")
    let found = try #require(sums(try answer("a", recipe: Recipe(partSize: size))))
    #expect(found.etag == "b1946ac92492d2347c6235b4d2611184")
    #expect(found.partSize == nil)
  }

  @Test("one reader serves empty, small and large files in turn")
  func reuse() throws {
    let digest = FileDigest()
    folders.write("empty", "")
    folders.write("small", "hello\n")
    folders.write("large", String(repeating: "hello\n", count: 100_000))
    let large = try sums(answer("large", digest))
    #expect(try sums(answer("empty", digest))?[.sha256] == emptySum)
    #expect(try sums(answer("small", digest))?[.sha256] == helloSum)
    #expect(try sums(answer("large", digest)) == large)
  }

  @Test("a file that grows each time it is read has no digest")
  func growing() throws {
    folders.write("a", "hello\n")
    let digest = FileDigest { [folders] in folders.write("a", "more", appending: true) }
    #expect(try kind(answer("a", digest)) == .later)
  }

  @Test("a file that is replaced by one of the same size while it is read has no digest")
  func samesize() throws {
    folders.write("a", "hello\n")
    let digest = FileDigest { [folders] in folders.write("a", "jello\n") }
    #expect(try kind(answer("a", digest)) == .later)
  }

  @Test("a file that changes once is read a second time")
  func changedOnce() throws {
    folders.write("a", "hel")
    var tries = 0
    let digest = FileDigest { [folders] in
      tries += 1
      if tries == 1 { folders.write("a", "hello\n") }
    }
    #expect(try sums(answer("a", digest))?[.sha256] == helloSum)
    #expect(tries == 2)
  }

  @Test("a failed reading leaves nothing behind in the next digest")
  func afterFailure() throws {
    folders.write("a", "hel")
    folders.write("b", "hello\n")
    var changes = true
    let digest = FileDigest { [folders] in
      if changes { folders.write("a", "x", appending: true) }
    }
    _ = try answer("a", digest)
    changes = false
    #expect(try sums(answer("b", digest))?[.sha256] == helloSum)
  }

  @Test("a file that is not as it was listed is told")
  func disagreeing() throws {
    folders.write("a", "hello\n")
    #expect(try kind(answer("a", size: 5)) == .later)
    #expect(try sums(answer("a", size: 6)) != nil)
  }

  @Test("what is no file is never read, and nothing outside of the root is")
  func outside() throws {
    folders.folder("d")
    folders.folder("out")
    folders.write("out/secret", "hello\n")
    folders.link("d/escape", to: "\(folders.root)/out")
    folders.link("link", to: "out/secret")
    _ = folders.root.appending("fifo").withCString { mkfifo($0, 0o644) }
    #expect(try kind(answer("none")) == .absent)
    #expect(try kind(answer("d")) == .later)
    #expect(try kind(answer("fifo")) == .later)
    #expect(try kind(answer("link")) == .refused)
    #expect(try kind(answer("d/escape/secret")) == .refused)
    #expect(try kind(answer("d/../out/secret")) == .refused)
    #expect(try kind(answer("/etc/passwd")) == .refused)
    #expect(try sums(answer("d/escape/secret", followsLinks: true))?[.sha256] == helloSum)
  }

  @Test("a file is not read again while it is the version that is known")
  func known() throws {
    folders.write("a", "hello\n")
    var remembered = Sums()
    remembered[.sha256] = "remembered"
    var version = Version(try folders.inode("a"))
    #expect(try sums(answer("a", known: Known(version, remembered)))?[.sha256] == "remembered")
    version.ctime = version.ctime.advanced(by: 1)
    #expect(try sums(answer("a", known: Known(version, remembered)))?[.sha256] == helloSum)
  }

  @Test("a digest that is not known is computed beside those that are")
  func knownInPart() throws {
    folders.write("a", "hello\n")
    var remembered = Sums()
    remembered[.md5] = "remembered"
    let known = Known(Version(try folders.inode("a")), remembered)
    let found = try #require(sums(try answer("a", known: known)))
    #expect(found[.sha256] == helloSum)
    #expect(found[.md5] == "remembered")
  }

  @Test("a file is remembered only if it was last changed two seconds before it was read")
  func settled() throws {
    folders.write("a", "hello\n")
    let ctime = try folders.inode("a").ctime
    for (later, expected) in [(2_000_000_000, false), (2_000_000_001, true)] as [(Int64, Bool)] {
      guard case .found(_, _, let isSettled) = try answer("a", clock: ctime.advanced(by: later))
      else { return #expect(Bool(false), "there is no digest") }
      #expect(isSettled == expected)
    }
  }
}
