import Cleaning
import Core
import Doubles
import Glibc
import Store
import Stream
import System
import Testing
import Values

/// Listings that go wrong in every way at every depth, run after run: a library must lose nothing
/// whose source is not gone for certain, and nothing at all that is not its own.
@Suite("Libraries under bad listings") struct LibraryModelTests {
  private static let seed: UInt64 =
    getenv("S4L_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 1...999_999_999)

  private static let head = #"{"type":"head","version":1,"view":"listing","root":"mem://r"}"#

  /// How one run lists the remote tree.
  private struct Listing {
    var lines: [String] = []
    /// Where nothing is known.
    var holes: [String] = []
    var hasHead = true
    var isComplete = true
    var isCut = false

    var counts: Bool { hasHead && isComplete && !isCut }

    func hides(_ source: String) -> Bool {
      holes.contains { $0.isEmpty || source == $0 || source.hasPrefix($0 + "/") }
    }
  }

  private static func source(_ dice: inout Dice) -> String {
    let depth = dice.below(4)
    let folders = (0..<depth).map { _ in dice.pick(["a", "a-b", "b", "ä"]) }
    let name = dice.pick(["f", "g", "h"]) + dice.pick([".mkv", ".nfo", ".srt"])
    return (folders + [name]).joined(separator: "/")
  }

  private static func target(_ source: String) -> String {
    source.hasSuffix(".mkv") ? source.dropLast(4) + ".strm" : source
  }

  private static func listing(
    _ remote: Set<String>, _ scene: Scene, _ dice: inout Dice
  ) -> Listing {
    var listing = Listing()
    for _ in 0..<dice.pick([0, 0, 1, 2]) {
      let parts = source(&dice).split(separator: "/")
      listing.holes.append(parts.prefix(dice.below(parts.count + 1)).joined(separator: "/"))
    }
    for source in remote.sorted() {
      if listing.hides(source) { continue }
      if dice.hits(onceIn: 20) {
        // Its folder broke off here, which is a hole.
        listing.holes.append(source)
      } else if dice.hits(onceIn: 12) {
        listing.lines.append(scene.failed(source, dice.pick(["refused", "absent"]), size: 90))
      } else {
        listing.lines.append(scene.entry(source))
      }
    }
    listing.lines += listing.holes.map { scene.hole($0) }
    listing.lines.shuffle(using: &dice)
    switch dice.below(9) {
    case 0: listing.isComplete = false
    case 1: listing.isCut = true
    case 2: listing.hasHead = false
    case 3: listing = Listing()  // An empty root, with all signs of health.
    default: break
    }
    if listing.isCut { listing.lines.removeLast(dice.below(listing.lines.count + 1)) }
    return listing
  }

  @Test("nothing is lost that is not certainly gone", arguments: 0..<60)
  func model(_ round: Int) throws {
    let seed = LibraryModelTests.seed &+ UInt64(round)
    var dice = Dice(seed)
    let scene = try Scene()
    let runs = 1 + dice.below(3)
    var remote: Set<String> = []
    for _ in 0..<12 { remote.insert(LibraryModelTests.source(&dice)) }
    var library: [String: String] = [:]
    for source in remote {
      library[LibraryModelTests.target(source)] = source
      try scene.own(LibraryModelTests.target(source), from: source)
    }
    let foreign = ["a/poster.jpg", "b/own.strm", "f.jpg", "a-b/b/x.nfo"]
    for name in foreign { scene.file("root/" + name) }
    var missing: [String: Int] = [:]
    for _ in 0..<8 {
      for source in remote where dice.hits(onceIn: 8) { remote.remove(source) }
      let isEmpty = remote.isEmpty
      let listing = LibraryModelTests.listing(remote, scene, &dice)
      let result = try scene.orphans(
        listing.lines, runs: runs, complete: listing.isComplete, cut: listing.isCut,
        head: listing.hasHead ? LibraryModelTests.head : nil)
      if listing.counts, result.failure == nil {
        for source in library.values where !listing.hides(source) {
          let isNamed = remote.contains(source) && !listing.lines.isEmpty
          missing[source] = isNamed ? 0 : (missing[source] ?? 0) + 1
        }
      }
      for (target, source) in library where !scene.has("root/" + target) {
        let isSure = !remote.contains(source) && listing.counts && !listing.hides(source)
        #expect(isSure, "S4L_SEED=\(seed) \(target) was lost; \(result.lines)")
        #expect(missing[source] ?? 0 >= runs, "S4L_SEED=\(seed) \(target) went too early")
        library[target] = nil
      }
      if isEmpty { break }
      for name in foreign { #expect(scene.has("root/" + name), "S4L_SEED=\(seed) \(name)") }
    }
    try settle(scene, remote, library, runs, seed)
  }

  /// Healthy runs end what is to end: all that is gone goes, unless it is too much, and no doubt is
  /// left.
  private func settle(
    _ scene: Scene, _ remote: Set<String>, _ library: [String: String], _ runs: Int, _ seed: UInt64
  ) throws {
    let lines = remote.map { scene.entry($0) }
    for _ in 0...runs {
      _ = try scene.orphans(lines, runs: runs) {
        $0.brakes = Brakes(limit: .percent(100), allowsEmpty: true)
      }
    }
    for (target, source) in library {
      #expect(scene.has("root/" + target) == remote.contains(source), "S4L_SEED=\(seed) \(target)")
    }
    #expect(!scene.has("root/.s4l/orphans"))
  }
}
