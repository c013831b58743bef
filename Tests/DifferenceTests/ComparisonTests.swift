import Records
import Testing
import Values

@testable import Difference

@Suite("Whether two versions are the same")
struct ComparisonTests {
  private func verdict(
    _ left: String, _ right: String, _ means: Comparison.Means? = nil, window: Int64 = 0,
    grains: (left: Int, right: Int) = (1, 1)
  ) throws -> Comparison.Verdict {
    let one = Parser()
    let two = Parser()
    let leftBytes = Array("{\"path\":\"p\",\(left)}".utf8)
    let rightBytes = Array("{\"path\":\"p\",\(right)}".utf8)
    return try leftBytes.withUnsafeBytes { left in
      try rightBytes.withUnsafeBytes { right in
        var comparison = Comparison()
        comparison.means = means
        comparison.window = window
        comparison.grains = grains
        return try comparison.verdict(try one.parse(left), try two.parse(right))
      }
    }
  }

  private static let early = "\"2026-01-01T00:00:00Z\""
  private static let late = "\"2026-01-01T00:00:01Z\""

  @Test("sizes that differ settle it, whatever the means")
  func sizes() throws {
    for means in [Comparison.Means.size, .mtime, .checksum, nil] {
      #expect(try verdict("\"size\":1", "\"size\":2", means) == .differs(.size))
    }
  }

  @Test(
    "times are compared by what they mean",
    arguments: [
      ("mtime", early, "mtime", early, false), ("mtime", early, "mtime", late, true),
      ("mtime", late, "mtime", early, true), ("mtime", late, "stored", early, true),
      ("mtime", early, "stored", late, false), ("mtime", early, "stored", early, false),
      ("stored", early, "mtime", late, true), ("stored", late, "mtime", late, false),
      ("stored", late, "stored", early, true), ("stored", early, "stored", late, false),
    ])
  func times(
    _ left: String, _ one: String, _ right: String, _ two: String, _ differs: Bool
  ) throws {
    let found = try verdict("\"size\":1,\"\(left)\":\(one)", "\"size\":1,\"\(right)\":\(two)")
    #expect(found == (differs ? .differs(.mtime) : .same))
  }

  @Test(
    "times that a side cannot tell apart are one, and no others",
    arguments: [
      // The side's own, the file's, what the side is exact to, and whether they differ.
      ("00.123Z", "00.123456789Z", 1_000_000, false), ("00.123Z", "00.124Z", 1_000_000, true),
      ("00.123Z", "00.122999999Z", 1_000_000, false), ("00.123Z", "00.123456789Z", 1, true),
      ("00Z", "00.999999999Z", 1_000_000, false), ("00Z", "01Z", 1_000_000, true),
      ("01Z", "00.5Z", 1_000_000_000, false), ("01Z", "00Z", 1_000_000_000, true),
      ("00Z", "00.5Z", 1, true),
    ])
  func grains(_ coarse: String, _ fine: String, _ grain: Int, _ differs: Bool) throws {
    let coarse = "\"size\":1,\"mtime\":\"2026-01-01T00:00:\(coarse)\""
    let fine = "\"size\":1,\"mtime\":\"2026-01-01T00:00:\(fine)\""
    let expected = differs ? Comparison.Verdict.differs(.mtime) : .same
    #expect(try verdict(fine, coarse, grains: (1, grain)) == expected)
    #expect(try verdict(coarse, fine, grains: (grain, 1)) == expected)
    #expect(try verdict(fine, fine.replacing("\"size\":1", with: "\"size\":2")) != .same)
  }

  @Test("a file that is newer than what was stored of it is seen, however coarse the times")
  func stored() throws {
    let file = "\"size\":1,\"mtime\":\"2026-01-01T00:00:00.5Z\""
    let stored = "\"size\":1,\"stored\":\(ComparisonTests.early)"
    #expect(try verdict(file, stored, grains: (1, 1_000_000_000)) == .differs(.mtime))
    #expect(try verdict(stored, file, grains: (1_000_000_000, 1)) == .same)
  }

  @Test("a window forgives times as far apart as it is wide, and no further")
  func window() throws {
    let left = "\"size\":1,\"mtime\":\(ComparisonTests.early)"
    let right = "\"size\":1,\"mtime\":\(ComparisonTests.late)"
    #expect(try verdict(left, right, window: 1_000_000_000) == .same)
    #expect(try verdict(left, right, window: 999_999_999) == .differs(.mtime))
  }

  @Test("the same moment written differently is the same moment")
  func spelling() throws {
    let left = "\"size\":1,\"mtime\":\"2026-01-01T01:00:00+01:00\""
    #expect(try verdict(left, "\"size\":1,\"mtime\":\(ComparisonTests.early)") == .same)
  }

  @Test("by size alone, times do not matter")
  func sizeOnly() throws {
    let left = "\"size\":1,\"mtime\":\(ComparisonTests.early)"
    let right = "\"size\":1,\"mtime\":\(ComparisonTests.late)"
    #expect(try verdict(left, right, .size) == .same)
  }

  @Test("a digest that both have settles it, over the times")
  func digests() throws {
    let left = "\"size\":1,\"mtime\":\(ComparisonTests.early),\"sha256\":\"aa\""
    let right = "\"size\":1,\"mtime\":\(ComparisonTests.late),\"sha256\":\"aa\""
    #expect(try verdict(left, right, .checksum) == .same)
    #expect(
      try verdict("\"size\":1,\"md5\":\"aa\"", "\"size\":1,\"md5\":\"ab\"", .checksum)
        == .differs(.hash))
  }

  @Test("links are compared by where they point")
  func links() throws {
    #expect(try verdict("\"size\":1,\"link\":\"x\"", "\"size\":1,\"link\":\"x\"") == .same)
    #expect(
      try verdict("\"size\":1,\"link\":\"x\"", "\"size\":1,\"link\":\"y\"") == .differs(.hash))
    #expect(try verdict("\"size\":1,\"link\":\"x\"", "\"size\":1") == .differs(.hash))
  }
}
