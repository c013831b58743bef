import Doubles
import Support
import Testing
import Values

/// Random trees and random changes, run after run, against a reference that any reader can check.
@Suite struct ModelTests {
  static let rounds = 5
  static let runs = 5

  struct Way: Sendable, CustomTestStringConvertible {
    var script: String
    var deletes = false
    /// Whether a new time alone is no reason to copy.
    var looksAtBytes = false
    var testDescription: String { script }
  }

  static let ways = [
    Way(script: "s4l push -q --delete --allow-empty --max-delete 100% src dst", deletes: true),
    Way(script: "s4l pull -q --delete --allow-empty --max-delete 100% src dst", deletes: true),
    Way(
      script: "s4l push -q --delete -j4 --compare checksum --allow-empty --max-delete 100% src dst",
      deletes: true, looksAtBytes: true),
    Way(script: "s4l push -q --durable src dst"),
    Way(script: "s4l-scan -j2 src | s4l-diff dst | s4l-put -q -j3 dst"),
    Way(script: "s4l-ls src | s4l-diff dst | s4l-get -q dst"),
  ]

  @Test(
    "an undisturbed run makes the target what it should be, and a second has nothing to do",
    arguments: ways)
  func model(_ way: Way) {
    for round in 0..<ModelTests.rounds {
      let seed = Seed.chosen &+ UInt64(round)
      let sandbox = Sandbox()
      var grove = Grove(sandbox.folder.appending("src"), seed: seed)
      let target = sandbox.folder.appending("dst")
      for run in 0..<ModelTests.runs {
        grove.change(run == 0 ? 12 : 1 + grove.dice.below(8))
        let law = Law(source: Picture(grove.root), target: Picture(target), deletes: way.deletes)
        let outcome = sandbox.shell(way.script, asRoot: true)
        let now = Picture(target)
        let place: Comment = "S4L_SEED=\(seed), run \(run): \(outcome)"
        let breaches = law.breaches(source: Picture(grove.root), target: now)
        let wrong = difference(law.outcome, now.files, onlyBytes: way.looksAtBytes) + breaches
        #expect(wrong.isEmpty, place)
        #expect(now.reserved.isEmpty, place)
        let isWhole = law.source.files.keys.allSatisfy { law.deletes || !law.target.blocks($0) }
        #expect(outcome.status == (isWhole ? 0 : 1), place)
        let needed = Set(now.files.keys.flatMap(\.ancestors))
        #expect(!way.deletes || now.folders == needed, "\(place): folders that nothing needs")
        let rest = sandbox.shell(
          "s4l-scan src | s4l-diff --delete dst | grep -c '\"do\":'", asRoot: true)
        #expect(!way.deletes || way.looksAtBytes || rest.text == "0\n", place)
        guard wrong.isEmpty, outcome.status == (isWhole ? 0 : 1) else { return }
      }
    }
  }
}
