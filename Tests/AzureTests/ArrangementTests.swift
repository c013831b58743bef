import Core
import Doubles
import Store
import Testing
import Values

@testable import Azure

@Suite("The order of blobs") struct ArrangementTests {
  private static let letters = ["a", "b", "-", "/", ".", "0", "\u{FF08}", "\u{1F600}", "é"]

  /// Tells names in an order, and gives them as they come out.
  private func arrange(_ names: [String], folders: Set<String> = []) throws -> [String] {
    var told: [String] = []
    let order = Arrangement(Path(text: "az://c")) { (listed) throws(Failure) in
      guard case .file(let view) = listed else { return }
      told.append("\(Path(view.path)) \(view.size)")
    }
    for name in names {
      let size = name.utf8.count
      let bytes = Array(name.utf8)
      try bytes.withUnsafeBytes { bytes in
        if folders.contains(name) {
          try order.enter(bytes)
        } else {
          try order.take(.file(Listed.View(path: bytes, size: size)))
        }
      }
    }
    try order.flush()
    return told
  }

  private func names(_ dice: inout Dice) -> [String] {
    var names: Set<String> = []
    for _ in 0..<40 {
      let count = 1 + dice.below(5)
      names.insert((0..<count).map { _ in Self.letters[dice.below(Self.letters.count)] }.joined())
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  @Test("the orders of bytes, of UTF-16 and of folders all become that of bytes")
  func orders() throws {
    for seed in 0..<200 {
      var dice = Dice(UInt64(seed))
      let names = names(&dice)
      let wanted = names.map { "\(Path(text: $0)) \($0.utf8.count)" }
      #expect(try arrange(names) == wanted)
      let wide = names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
      #expect(try arrange(wide) == wanted)

      // Where folders are real, each comes before what it holds, and a slash before all.
      let real = names.filter { !$0.hasPrefix("/") && !$0.contains("//") }
      var folders: Set<String> = []
      for name in real {
        for place in name.indices where name[place] == "/" {
          folders.insert(String(name[..<place]))
        }
      }
      // A blob and a folder of one name there cannot be.
      let blobs = real.filter { !folders.contains($0) }
      let all = (blobs + folders).sorted {
        $0.utf8.lexicographicallyPrecedes($1.utf8) { Self.weight($0) < Self.weight($1) }
      }
      #expect(
        try arrange(all, folders: folders)
          == blobs.map { "\(Path(text: $0)) \($0.utf8.count)" })
    }
  }

  private static func weight(_ byte: UInt8) -> UInt8 { byte == 47 ? 0 : byte }

  @Test("names come as they are told while no order could have put others before them")
  func streaming() throws {
    var told = 0
    let order = Arrangement(Path(text: "az://c")) { _ in told += 1 }
    for (name, count) in [("a", 1), ("b/😀", 1), ("b/（", 1), ("c", 4)] {
      let bytes = Array(name.utf8)
      try bytes.withUnsafeBytes { try order.take(.file(Listed.View(path: $0, size: 0))) }
      #expect(told == count)
    }
  }

  @Test("any other order, and a name that comes twice, end the listing")
  func wrong() {
    for names in [["b", "a"], ["a", "a"], ["😀", "😀"], ["A", "a", "B"], ["（", "a"]] {
      let failure = #expect(throws: Failure.self) { try arrange(names) }
      #expect(failure?.kind == .unavailable && failure?.reason.contains("order") == true)
    }
  }
}
