import Support
import Testing
import Values

/// Names that nobody means well with, as other programs can write them into a bucket.
@Suite struct HostileKeyTests {
  @Test("a name that leads out of the folder, or stands in another's way, is refused by itself")
  func pull() throws {
    let trial = try Trial()
    let long = String(repeating: "n", count: 300)
    let refused = [
      "../up", "/abs", "a//b", "d/../e", "d/./e", "..", "deep/" + long, "flip", "x/..", "./dot",
      "../../../../../../../../tmp/s4l-hostile", "//tmp/s4l-hostile",
    ]
    let kept = ["a/b", "f/b", "flip/under", "plain", "...", "..a", "\\back", "-n"]
    let passed = ["f/", ".s4l/x", "sub/.s4l-tmp"]
    for key in refused + kept + passed { try trial.bucket.put(key, Array(key.utf8)) }
    #expect(try trial.bucket.keys().count == (refused + kept + passed).count)
    let outcome = try trial.run("s4l-ls \(trial.place) | s4l-diff dst | s4l-get dst")
    #expect(outcome.status == 1, "\(outcome)")
    let outcomes = outcome.records("outcome")
    let failed = outcomes.filter { $0["ok"] as? Bool == false }.compactMap { $0["path"] as? String }
    let flips = ["flip", "flip/under"]
    #expect(
      Set(failed).subtracting(flips) == Set(refused).subtracting(flips), "\(outcome)")
    let files = trial.files("dst")
    #expect(Set(files.keys).subtracting(flips) == Set(kept).subtracting(flips), "\(outcome)")
    #expect(files.allSatisfy { $0.value == Array($0.key.utf8) })
    let around = trial.sandbox.shell(
      "ls -A . ..; ls -d /abs /up /tmp/s4l-hostile 2>/dev/null; find dst -name '.s4l*'")
    let seen = Set(around.text.split(separator: "\n"))
    #expect(seen == [".:", "..:", "dst", "home", "work"], "\(around)")
  }

  @Test("an empty prefix, one that is another's beginning, and names below it stay apart")
  func prefixes() throws {
    let trial = try Trial()
    for key in ["p/a", "p-old/a", "p", "pa", "p/", "p//x"] { try trial.bucket.put(key, [1]) }
    let outcome = try trial.run("s4l pull \(trial.place)/p dst; s4l-ls \(trial.place)/p")
    #expect(Array(trial.files("dst").keys) == ["a"], "\(outcome)")
    trial.write("src/b", [2])
    let push = try trial.run(
      "s4l push --delete --allow-empty --max-delete 100% src \(trial.place)/p")
    let keys = try trial.bucket.keys()
    #expect(keys.filter { !$0.hasPrefix("p/") } == ["p", "p-old/a", "pa"], "\(push)")
    #expect(keys.contains("p/b") && !keys.contains("p/a"), "\(push)")
  }
}
