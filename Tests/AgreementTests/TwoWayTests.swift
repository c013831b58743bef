import Core
import Records
import Stream
import System
import Testing
import Values

@testable import Agreement
@testable import Difference

/// What one side of a small world says.
private struct Listed {
  /// Each path with its version, by which size and time are told.
  var files: [(path: String, version: Int)] = []
  var hole: String?
  /// The listing breaks off behind so many files.
  var cut: Int?

  var text: String {
    var lines = files.map { file in
      (file.path, #"{"type":"entry","path":"\#(file.path)",\#(members(file.version))}"#)
    }
    if let cut { lines = Array(lines.prefix(cut)) }
    if let hole {
      lines.append((hole, #"{"type":"hole","path":"\#(hole)","kind":"io","reason":"no"}"#))
      lines.sort { ($0.0, $0.1.contains("hole") ? 0 : 1) < ($1.0, $1.1.contains("hole") ? 0 : 1) }
    }
    let head = #"{"type":"head","version":1,"view":"listing","root":"/","order":"path"}"#
    let holes = hole == nil ? 0 : 1
    let tail =
      #"{"type":"tail","complete":\#(cut == nil),"records":\#(lines.count),"holes":\#(holes)}"#
    return ([head] + lines.map(\.1) + [tail, ""]).joined(separator: "\n")
  }

  /// Whether nothing is known of a path.
  func hides(_ path: String) -> Bool {
    if let hole, path == hole || path.hasPrefix(hole + "/") { return true }
    guard let cut else { return false }
    let last = hole.map { [$0] } ?? []
    return !((files.prefix(cut).map(\.path) + last).contains { $0 >= path })
  }

  func version(_ path: String) -> Int? {
    let seen = cut.map { files.prefix($0) } ?? files[...]
    return seen.first { $0.path == path }?.version
  }
}

/// Versions that are ten apart are of one size.
private func members(_ version: Int) -> String {
  let (hour, size) = (version / 10, version % 10)
  return #""size":\#(size),"mtime":"2026-01-0\#(size)T0\#(hour):00:00Z""#
}

@Suite("A plan for both of two sides")
struct TwoWayTests {
  private static let paths = ["a", "a-", "a/b", "b"]

  private func listing(_ listed: Listed) throws(Failure) -> (Listing, Scratch) {
    let scratch = try scratch(listed.text)
    let listing = Listing(StreamReader(Input(scratch.descriptor, "listing")))
    try listing.open()
    return (listing, scratch)
  }

  private func scratch(_ text: String) throws(Failure) -> Scratch {
    let scratch = try Scratch()
    let output = Output(scratch.descriptor, "scratch")
    output.buffer.append(Array(text.utf8))
    try output.flush()
    try scratch.rewind()
    return scratch
  }

  /// The plan, each record as `PATH DO TO`.
  private func plan(
    _ left: Listed, _ right: Listed, _ base: [String], _ policy: Reconciliation.Policy = .newer,
    was: (left: String, right: String) = (members(1), members(1))
  ) throws -> [String] {
    let (one, first) = try listing(left)
    let (two, second) = try listing(right)
    let lines = base.map {
      #"{"type":"change","path":"\#($0)",\#(was.left),"do":"keep","was":{\#(was.right)}}"#
    }
    let head = #"{"type":"head","version":1,"view":"plan","left":"/l","right":"/r","order":"path"}"#
    let tail = #"{"type":"tail","complete":true,"records":\#(lines.count),"holes":0}"#
    let third = try scratch(([head] + lines + [tail, ""]).joined(separator: "\n"))
    let file = base.isEmpty ? nil : try Accord.open(Path(text: "/proc/self/fd/\(third.descriptor)"))
    var found: [String] = []
    let parser = Parser()
    let output = Output("plan") { (bytes) throws(Failure) in
      for line in bytes.split(separator: 10) {
        let record = try parser.parse(UnsafeRawBufferPointer(rebasing: line))
        guard record.kind == .change else { continue }
        let words = [
          "\(record.ownPath)", try record.text(.action) ?? "", try record.text(.to) ?? "",
        ]
        found.append(words.filter { !$0.isEmpty }.joined(separator: " "))
      }
    }
    var wishes = TwoWay.Wishes(now: Timestamp(seconds: 0))
    wishes.policy = policy
    var planner = TwoWay(one, two, file, wishes, Section(output, tool: "test")) {
      (_, _) throws(Failure) in nil
    }
    try planner.run()
    try output.flush()
    withExtendedLifetime((first, second, third)) {}
    return found
  }

  /// The same, by looking at each path on its own.
  private func expected(_ left: Listed, _ right: Listed, _ base: [String]) -> [String] {
    TwoWayTests.paths.compactMap { path in
      if left.hides(path) || right.hides(path) { return nil }
      let (mine, theirs) = (left.version(path), right.version(path))
      guard base.contains(path) else {
        guard let mine else { return theirs == nil ? nil : "\(path) copy left" }
        guard let theirs, mine <= theirs else { return "\(path) copy right" }
        return mine == theirs ? "\(path) keep right" : "\(path) copy left"
      }
      switch (mine, theirs) {
      case (nil, nil): return "\(path) forget"
      case (1, nil): return "\(path) delete left"
      case (nil, 1): return "\(path) delete right"
      case (let mine?, let theirs?) where mine == theirs: return "\(path) keep right"
      case (let mine?, let theirs?):
        return mine > theirs ? "\(path) copy right" : "\(path) copy left"
      case (_?, nil): return "\(path) copy right"
      case (nil, _?): return "\(path) copy left"
      }
    }
  }

  private static let sides: [Listed] = {
    var sides: [Listed] = []
    func extend(_ files: [(path: String, version: Int)], _ rest: ArraySlice<String>) {
      guard let path = rest.first else {
        sides.append(Listed(files: files))
        for hole in ["a", "a/b", "b"] { sides.append(Listed(files: files, hole: hole)) }
        if files.count > 1 { sides.append(Listed(files: files, cut: files.count - 1)) }
        return
      }
      extend(files, rest.dropFirst())
      for version in path == "a-" ? [1] : [1, 2] {
        extend(files + [(path: path, version: version)], rest.dropFirst())
      }
    }
    extend([], paths[...])
    return sides
  }()

  @Test("agrees with a look at every path on its own, for many pairs of small listings")
  func everyPath() throws {
    var number = 0
    for left in TwoWayTests.sides {
      for right in TwoWayTests.sides {
        number += 1
        // All pairs would take minutes; a prime step meets every listing with many others.
        guard number % 23 == 0 else { continue }
        let base = [[], ["a", "b"], ["a", "a-", "a/b", "b"]][number / 23 % 3]
        let found = try plan(left, right, base)
        let wanted = expected(left, right, base)
        if found != wanted {
          Issue.record("\(left)\n\(right)\n\(base): \(found), not \(wanted)")
          return
        }
      }
    }
  }

  @Test(
    "an edit that keeps the size is seen where the base knows nothing that the listing tells",
    arguments: [#""size":1"#, #""size":1,"etag":"x""#])
  func vague(_ known: String) throws {
    func plan(_ left: Int?, _ right: Int?, isOfLeft: Bool = false) throws -> [String] {
      let (one, two) = (left.map { [("b", $0)] } ?? [], right.map { [("b", $0)] } ?? [])
      let was = isOfLeft ? (known, members(1)) : (members(1), known)
      return try self.plan(Listed(files: one), Listed(files: two), ["b"], was: was)
    }
    #expect(try plan(1, 11) == ["b copy left"])
    // Both were edited, and the newer one goes on.
    #expect(try plan(11, 21) == ["b copy left"])
    #expect(try plan(nil, 11) == ["b copy left"])
    #expect(try plan(1, nil) == ["b delete left"])
    #expect(try plan(11, 1, isOfLeft: true) == ["b copy right"])
    #expect(try plan(11, nil, isOfLeft: true) == ["b copy right"])
    // What both sides have alike is what they agreed on.
    #expect(try plan(1, 1) == ["b keep right"])
    #expect(try plan(1, 1, isOfLeft: true) == ["b keep right"])
  }

  @Test("names that look alike are different files")
  func twins() throws {
    let left = Listed(files: [("A", 1), ("e\u{301}", 1)])
    let right = Listed(files: [("a", 1), ("\u{E9}", 1)])
    let plan = try plan(left, right, [])
    #expect(
      plan.map { Array($0.utf8) }
        == [
          "A copy right", "a copy left", "e\u{301} copy right",
          "\u{E9} copy left",
        ].map { Array($0.utf8) })
  }

  @Test("the name of a saved version keeps its ending and fits where the first one did")
  func names() {
    let now = Timestamp(seconds: 1_795_197_731, nanoseconds: 42_999_999)
    func name(_ text: String) -> String {
      "\(Aside.name(for: Path(text: text), of: .right, at: now))"
    }
    #expect(name("d/a.md") == "d/a.conflict-right-20261120T180211042Z.md")
    #expect(name(".bashrc") == ".bashrc.conflict-right-20261120T180211042Z")
    #expect(name("a") == "a.conflict-right-20261120T180211042Z")
    let long = name("d/" + String(repeating: "\u{E9}", count: 126) + ".md")
    #expect(long.utf8.count <= 257 && long.utf8.count > 254 && long.hasSuffix("Z.md"))
    #expect(
      name(String(repeating: "x", count: 10) + "." + String(repeating: "y", count: 240))
        .utf8.count == 255)
  }
}
