import Doubles
import Support
import Testing
import Values

/// Pipes that come to grief: a stage is killed at a system call picked at random, or what it writes
/// is cut off at a random byte. Whatever happens, nothing that should live is deleted and nothing
/// half written has a name; and when the pipe is run again, the work is done.
@Suite struct KillTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var stages: [String]
    var deletes = false
    var moves = false
    var testDescription: String { stages.joined(separator: " | ") }
  }

  private static let clean = "s4l-clean --allow-empty --max-delete 100% dst"
  static let shapes = [
    Shape(stages: ["s4l-scan src", "s4l-diff dst", "s4l-put dst"]),
    Shape(stages: ["s4l-scan src", "s4l-diff --delete dst", "s4l-put dst", clean], deletes: true),
    Shape(
      stages: ["s4l-scan src", "s4l-hash", "s4l-diff --delete dst", "s4l-put -j2 dst", clean],
      deletes: true),
    Shape(
      stages: [
        "s4l-scan -j2 src", "s4l-diff --all dst", "s4l-put --confirm dst",
        "s4l-clean --uploaded src",
      ],
      moves: true),
    Shape(stages: ["s4l-ls src", "s4l-diff --delete dst", "s4l-get dst", clean], deletes: true),
    Shape(
      stages: ["s4l push -q --delete --allow-empty --max-delete 100% src dst 2>&1"], deletes: true),
    Shape(stages: ["s4l push -q --move src dst 2>&1"], moves: true),
  ]

  /// What changes something, and what brings the news of it.
  private static let calls = [
    "openat,openat2", "write", "read", "copy_file_range,write", "renameat2,renameat", "unlinkat",
    "mkdirat", "fchmod,utimensat", "getdents64", "close", "flock", "statx", "clone3,clone,vfork",
  ]

  static func grief(_ shape: Shape, _ dice: inout Dice) -> String {
    var stages = shape.stages
    let place = dice.below(stages.count)
    if dice.hits(onceIn: 3), stages.count > 1 {
      stages[place] += " | head -c \(dice.below(dice.pick([20, 200, 1_500])))"
    } else {
      let calls = dice.pick(calls)
      let signal = dice.pick(["KILL", "KILL", "TERM", "INT"])
      let number = 1 + dice.below(dice.pick([3, 12, 40]))
      stages[place] =
        "strace -f -qq -o /dev/null -e trace=\(calls) "
        + "-e inject=\(calls):signal=\(signal):when=\(number) \(stages[place])"
    }
    // The last one ends only when all have ended, those too that a killed one has left behind.
    return "(" + stages.joined(separator: " | ") + ") 2>&1 | cat"
  }

  @Test(
    "a pipe that is killed harms nothing, and run again it completes its work", arguments: shapes)
  func kill(_ shape: Shape) {
    let whole = shape.stages.joined(separator: " | ")
    for round in 0..<4 {
      let seed = Seed.chosen &+ UInt64(round + 100 * shape.testDescription.utf8.count)
      let sandbox = Sandbox()
      var grove = Grove(sandbox.folder.appending("src"), seed: seed)
      let target = sandbox.folder.appending("dst")
      for run in 0..<3 {
        grove.change(run == 0 ? 12 : 6)
        for attempt in 0..<2 {
          let law = Law(
            source: Picture(grove.root), target: Picture(target), deletes: shape.deletes,
            moves: shape.moves)
          let script = KillTests.grief(shape, &grove.dice)
          let outcome = sandbox.shell(script, asRoot: true)
          let breaches = law.breaches(source: Picture(grove.root), target: Picture(target))
          #expect(
            breaches.isEmpty && outcome.status >= 0,
            "S4L_SEED=\(seed), run \(run).\(attempt): \(breaches) \(script)\n\(outcome)")
          if !breaches.isEmpty { return }
        }
        let law = Law(
          source: Picture(grove.root), target: Picture(target), deletes: shape.deletes,
          moves: shape.moves)
        // Twice: what a folder or file stood in the way of, or was put back, takes a second run.
        let first = sandbox.shell(whole, asRoot: true)
        let outcome = sandbox.shell(whole, asRoot: true)
        let now = Picture(target)
        let after = Picture(grove.root)
        var wrong = law.breaches(source: after, target: now)
        if shape.moves {
          wrong += after.files.keys.filter { !law.target.blocks($0) }.map { "left: \($0.legible)" }
          wrong += after.reserved.keys.map { "left behind: \($0.legible)" }
        } else {
          wrong += difference(law.outcome, now.files)
        }
        wrong += now.reserved.keys.map { "left behind: \($0.legible)" }
        #expect(wrong.isEmpty, "S4L_SEED=\(seed), run \(run): \(whole)\n\(first)\n\(outcome)")
        if !wrong.isEmpty { return }
      }
    }
  }
}
