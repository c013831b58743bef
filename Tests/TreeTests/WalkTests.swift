import Core
import Doubles
import Glibc
import Records
import Stream
import System
import Testing
import Values

@testable import Tree

@Suite struct WalkTests {
  /// Makes a tree of names that sort around the slash, in some trees all with the same beginning,
  /// and prints its files in order of their keys.
  private static let oracle = #"""
    import os, random, sys
    root, seed = sys.argv[1].encode(), int(sys.argv[2])
    dice = random.Random(seed)
    names = [b"a", b"a!", b"a-", b"a.b", b"a0", b"b", b"aa", b"\xff", b"\xc3\xa9", b"e\xcc\x81"]
    names += [b"f%03d" % n for n in range(dice.choice([0, 200]))]
    stem = [b"", b"photograph-"][seed % 2]
    names = [stem + name for name in names] + [stem] * (seed % 2)
    keys = []
    def fill(prefix, depth):
        for name in names:
            if dice.random() < 0.3: continue
            path = prefix + name
            if depth < 3 and not name.startswith(stem + b"f") and dice.random() < 0.5:
                os.mkdir(os.path.join(root, path)); fill(path + b"/", depth + 1)
            else:
                open(os.path.join(root, path), "wb").close(); keys.append(path)
    os.mkdir(root); fill(b"", 0)
    for key in sorted(keys): print(key.hex())
    """#

  private func listing(_ root: String, jobs: Int, spillingAt bound: Int) throws -> [String] {
    var scope = Scope()
    scope.spillBound = bound
    let scratch = try Scratch()
    let section = Section(Output(scratch.descriptor, "scratch"), tool: "s4l-test")
    try section.open(Head(.listing))
    try Walk(Path(text: root), scope).run(into: section, jobs: jobs)
    try section.close(isComplete: true)
    try scratch.rewind()
    defer { withExtendedLifetime(scratch) {} }
    let reader = StreamReader(Input(scratch.descriptor, "test"))
    var paths: [String] = []
    while true {
      switch try reader.next() {
      case .record(let record): paths.append(Hex.text(record.path.map { Array($0) } ?? []))
      case .end: return paths
      case .head, .tail: continue
      case .cut(let failure): throw failure
      }
    }
  }

  @Test(
    "a tree is listed in order of its keys, by however many threads, spilled or not",
    arguments: 1...8)
  func order(seed: Int) throws {
    var template = Array("/tmp/s4l-tree-XXXXXX\0".utf8).map { CChar($0) }
    guard mkdtemp(&template) != nil else { throw Failure(errno: errno, "mkdtemp") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      _ = try? Python.run("import shutil, sys; shutil.rmtree(sys.argv[1].encode())", [folder])
    }
    let root = folder + "/tree"
    let keys = String(decoding: try Python.run(Self.oracle, [root, "\(seed)"]), as: UTF8.self)
      .split(separator: "\n").map { String($0) }
    for jobs in [1, 2, 5] {
      for bound in [64, 2 << 20] {
        #expect(try listing(root, jobs: jobs, spillingAt: bound) == keys, "\(jobs) jobs, \(bound)")
      }
    }
  }
}
