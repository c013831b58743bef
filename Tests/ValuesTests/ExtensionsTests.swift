import Core
import Testing
import Values

@Suite("Extensions") struct ExtensionsTests {
  private func holds(_ set: Extensions, _ name: String) -> Bool { set.contains(Path(text: name)) }

  @Test(
    "names are known by their extension, in any case",
    arguments: ["a.mkv", "A.MKV", "d/e/f.Mp4", "a.b.iso", "x.3gp", "霸王别姬 #1.m2ts", "..mkv"])
  func media(_ name: String) {
    #expect(holds(.media, name))
  }

  @Test(
    "what has no such extension is something else",
    arguments: [
      "", ".", "mkv", ".mkv", "d/.mkv", "a.mkv/", "a.mkv/b", "a.mkvx", "a.xmkv", "a.",
      "a.nfo", "a.mp3", "a.abcdefghijklmnopqrstuvwxyz", "a.mkv ",
    ])
  func others(_ name: String) {
    #expect(!holds(.media, name))
  }

  @Test("a list replaces what is usual, adds to it or takes from it")
  func lists() throws {
    let added = try Extensions(.media, changedBy: ["+mp3,-iso"])
    #expect(holds(added, "a.mp3") && holds(added, "a.mkv") && !holds(added, "a.iso"))
    let replaced = try Extensions(.media, changedBy: ["MKV .mp4", "+ts"])
    #expect(holds(replaced, "a.mkv") && holds(replaced, "a.mp4") && holds(replaced, "a.ts"))
    #expect(!holds(replaced, "a.avi"))
    #expect(try Extensions(.media, changedBy: []) == .media)
    #expect(try holds(Extensions(.media, changedBy: ["+a-b_c"]), "x.A-B_C"))
    #expect(holds(Extensions.media.union(.sideCars), "a.nfo"))
  }

  @Test(
    "nonsense is refused",
    arguments: ["*.mkv", "+", "-", "a/b", "tar.gz", "++mkv", "abcdefghijklmnopq", "\"mkv\""])
  func nonsense(_ list: String) {
    #expect(throws: Failure.self) { try Extensions(.media, changedBy: [list]) }
  }

  @Test("the first named is preferred")
  func rank() throws {
    let set = try Extensions(.media, changedBy: ["mkv,mp4"])
    let ranks = ["a.MKV", "a.mp4", "a.x", "a"].map { name in
      Path(text: name).bytes.withUnsafeBytes { set.rank($0) }
    }
    #expect(ranks == [0, 1, 2, 2])
  }
}
