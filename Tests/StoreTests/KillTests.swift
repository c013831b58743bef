import Doubles
import Foundation
import Glibc
import Support
import Testing
import Values

/// Copies that are killed at a system call picked at random. Whatever happens, no source goes whose
/// bytes are not in the bucket; and when the pipe is run again, the work is done and nothing
/// is left of what was begun.
@Suite struct StoreKillTests {
  /// Where the dice begin: `S4L_SEED`, or a number that is told with what fails.
  private static let seed: UInt64 =
    getenv("S4L_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 1...999_999_999)

  /// How often a run is killed: `S4L_KILLS`, or less than it takes to drink a coffee.
  private static let kills = getenv("S4L_KILLS").flatMap { Int(String(cString: $0)) } ?? 12

  private static let calls = [
    "sendto", "recvfrom", "epoll_wait", "openat2,openat", "write", "pread64",
  ]

  /// A tool under a tracer that kills it at some call.
  private static func killed(_ tool: String, _ dice: inout Dice) -> String {
    let calls = dice.pick(calls)
    let number = 1 + dice.below(dice.pick([8, 20, 60]))
    return "strace -f -qq -o /dev/null -e trace=\(calls)"
      + " -e inject=\(calls):signal=KILL:when=\(number) \(tool)"
  }

  /// A folder of small files and, now and then, one that goes in parts.
  private static func fill(_ trial: Trial, _ dice: inout Dice, large: Int) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for number in 0..<6 {
      files["d\(number % 3)/f\(number)"] = noise(dice.below(70_000), dice.next())
    }
    files["big"] = noise(large, dice.next())
    for (name, bytes) in files { trial.write("src/\(name)", bytes) }
    return files
  }

  @Test("a put that is killed spoils nothing, and run again it completes its work")
  func put() throws {
    for round in 0..<(StoreKillTests.kills / 2) {
      let seed = StoreKillTests.seed &+ UInt64(round)
      var dice = Dice(seed)
      let trial = try Trial()
      let files = StoreKillTests.fill(trial, &dice, large: 11 << 20)
      let put = "s4l-put --part-size 5M \(trial.place)"
      for _ in 0..<2 {
        let script =
          "s4l-scan src | s4l-diff --delete \(trial.place) | "
          + StoreKillTests.killed(put, &dice)
        _ = try trial.run(script, asRoot: true)
        for (key, bytes) in try trial.bucket.contents() {
          let isRight = files[key] == bytes
          #expect(isRight, "S4L_SEED=\(seed) \(script): \(key)")
        }
      }
      let pipe = "s4l-scan src | s4l-diff \(trial.place) | s4l-put --part-size 5M --sweep 0s"
      let outcome = try trial.run("\(pipe) \(trial.place)", asRoot: true)
      #expect(outcome.status == 0, "S4L_SEED=\(seed) \(outcome)")
      #expect(try trial.holds(files), "S4L_SEED=\(seed) \(outcome)")
      #expect(try trial.bucket.uploads() == [], "S4L_SEED=\(seed)")
    }
  }

  @Test("a push that moves and is killed loses no file, and run again it moves them all")
  func move() throws {
    for round in 0..<(StoreKillTests.kills - StoreKillTests.kills / 2) {
      let seed = StoreKillTests.seed &+ UInt64(1_000 + round)
      var dice = Dice(seed)
      let trial = try Trial()
      let files = StoreKillTests.fill(
        trial, &dice, large: round % 3 == 0 ? 34 << 20 : 300_000)
      let push = "s4l push -q --move src \(trial.place)"
      let script = StoreKillTests.killed(push, &dice) + " 2>&1 | cat"
      _ = try trial.run(script, asRoot: true)
      let there = try trial.bucket.contents()
      let here = StoreKillTests.everything(trial.file("src"))
      for (name, bytes) in files {
        let isSafe = there[name] == bytes || here.contains(bytes)
        #expect(isSafe, "S4L_SEED=\(seed) \(script): \(name)")
        let isWhole = there[name] == nil || there[name] == bytes
        #expect(isWhole, "S4L_SEED=\(seed) \(script): \(name)")
      }
      _ = try trial.run(push, asRoot: true)
      let outcome = try trial.run(push, asRoot: true)
      #expect(outcome.status == 0, "S4L_SEED=\(seed) \(script) \(outcome)")
      #expect(try trial.holds(files), "S4L_SEED=\(seed) \(script) \(outcome)")
      #expect(trial.files("src").isEmpty, "S4L_SEED=\(seed) \(script) \(outcome)")
      _ = try trial.run(
        "mkdir -p none; s4l-scan none | s4l-put --sweep 0s \(trial.place)", asRoot: true)
      #expect(try trial.bucket.uploads() == [], "S4L_SEED=\(seed)")
    }
  }

  /// The contents of all files, those too that a move has set aside.
  private static func everything(_ folder: Path) -> Set<[UInt8]> {
    if !House.isFolder(folder) { return [] }
    return Set(House.files(below: folder, "").compactMap { House.read($0) })
  }
}
