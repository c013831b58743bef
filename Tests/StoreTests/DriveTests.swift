import Doubles
import Foundation
import Glibc
import Support
import Testing
import Values

/// What drives need more than other stores: times that are coarse, digests that prove nothing,
/// names that a killed run leaves.
@Suite("Drives") struct DriveTests {
  @Test("a second push sends nothing; a change of two seconds is sent", arguments: Kind.drives)
  func times(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let fine = Timestamp(seconds: 1_714_979_289, nanoseconds: 123_456_789)
    for name in ["a", "b/c"] { ground.plant(Path(text: "src/" + name), [1, 2], at: fine) }
    let push = "s4l-push src \"$L\""
    #expect(ground.shell(push).text.contains("\"uploaded_files\":2"))
    let again = ground.shell(push)
    #expect(again.status == 0 && again.text.contains("\"uploaded_files\":0"), "\(again)")
    guard kind == .openlist else { return }
    // The way back fetches nothing either.
    let back = ground.shell("s4l-ls \"$L\" | s4l-diff src | grep -c '\"change\"'")
    #expect(back.text == "0\n", "\(back)")
    let later = Timestamp(seconds: fine.seconds + 2, nanoseconds: fine.nanoseconds)
    ground.plant(Path(text: "src/a"), [1, 2], at: later)
    let changed = ground.shell(push)
    #expect(changed.status == 0 && changed.text.contains("\"uploaded_files\":1"), "\(changed)")
  }

  @Test(
    "what was sent is fetched to be confirmed, and only then moves",
    arguments: [Kind.openlist, .apache, .rclone])
  func confirms(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(["a": "one", "b/c": String(repeating: "two", count: 200_000), "empty": ""])
    let put = ground.records("s4l-scan src | s4l-put --confirm \"$L\"").filter {
      $0.type == "outcome"
    }
    #expect(put.count == 3 && put.allSatisfy { $0.isOK && $0.isConfirmed }, "\(put)")
    // Of the same size, and by somebody else.
    try ground.put("a", "eno")
    let moved = ground.shell("s4l-push --compare size --move src \"$L\" && find src")
    #expect(moved.status == 0 && moved.text.hasSuffix("\nsrc\n"), "\(moved)")
    #expect(try ground.contents()["a"] == "one")
  }

  @Test(
    "a sweep removes drafts that are old; what stepped aside is put back where its place is empty",
    arguments: [Kind.apache, .rclone, .clouddrive])
  func sweeps(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let now = String(Int(time(nil)), radix: 36)
    let left = [
      "d/.s4l-put-1-x", "d/.s4l-put-\(now)-x", "d/.s4l-old-1-x-gone-by.txt",
      "d/.s4l-old-1-x-there", "d/.s4l-old-\(now)-x-young", "d/.s4l-old-1-x", "d/.s4l-old-1-x-wall",
      ".s4l-put-other", "d/.s4l-old-1-x-.",
    ]
    for name in left { try ground.put(name, name) }
    try ground.put("d/there", "new")
    try ground.put("d/wall/inside", "x")
    #expect(ground.shell("mkdir src && s4l-scan src | s4l-put --sweep 1d \"$L\"").status == 0)
    let found = try ground.contents()
    #expect(
      Set(found.keys) == [
        "d/.s4l-put-\(now)-x", "d/gone-by.txt", "d/there", "d/.s4l-old-\(now)-x-young",
        "d/.s4l-old-1-x", "d/.s4l-old-1-x-wall", ".s4l-put-other", "d/wall/inside",
        "d/.s4l-old-1-x-.",
      ])
    #expect(found["d/gone-by.txt"] == "d/.s4l-old-1-x-gone-by.txt" && found["d/there"] == "new")
  }

  @Test(
    "a folder that is not there is an empty one to push to, and nothing else",
    arguments: Kind.drives)
  func absent(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(["a": "one", "b/c": "two"])
    try ground.put("there", "x")
    let diff = ground.shell(
      "s4l-scan src | s4l-diff --delete \"$L/new/deep\" | grep -c '\"new\"'")
    #expect(diff.text == "2\n", "\(diff)")
    let pushed = ground.shell("s4l-push --delete src \"$L/new/deep\"")
    #expect(pushed.status == 0 && pushed.complaint == "", "\(pushed)")
    #expect(try ground.contents() == ["new/deep/a": "one", "new/deep/b/c": "two", "there": "x"])
    for use in ["s4l-ls \"$L/none\"", "s4l-pull \"$L/none\" here"] {
      let outcome = ground.shell(use)
      #expect(outcome.status == 66, "\(outcome)")
    }
    // What is a file is no folder, and so none that is missing.
    let onto = ground.shell("s4l-push src \"$L/new/deep/a\"")
    #expect(![0, 66].contains(onto.status) && onto.complaint != "", "\(onto)")
    #expect(try ground.contents().count == 3)
  }

  private static let seed: UInt64 =
    getenv("S4L_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 1...999_999_999)

  @Test(
    "a put that is killed loses no file: a sweep brings each back, as it was or as it is to be",
    arguments: [Kind.apache, .rclone, .clouddrive])
  func killed(_ kind: Kind) throws {
    for round in 0..<3 {
      let seed = DriveTests.seed &+ UInt64(round)
      var dice = Dice(seed)
      let ground = try Ground(kind)
      let names = (0..<6).map { "d/f\($0)" }
      for name in names { try ground.put(name, "before") }
      ground.plant(Dictionary(uniqueKeysWithValues: names.map { ($0, "afterwards") }))
      let call = dice.pick(["sendto", "recvfrom", "epoll_wait"])
      let put =
        "strace -f -qq -o /dev/null -e trace=\(call)"
        + " -e inject=\(call):signal=KILL:when=\(2 + dice.below(70)) s4l-put -j 2 \"$L\" | cat"
      _ = ground.shell("s4l-scan src | s4l-diff --compare size \"$L\" >plan; \(put) <plan")
      // What the killed one has asked for may still be done.
      let swept = ground.shell("true | s4l-put --sweep 0s \"$L\"; s4l-ls \"$L\"; wait")
      let found = try ground.contents()
      for name in names {
        let isWhole = ["before", "afterwards"].contains(found[name])
        #expect(isWhole, "S4L_SEED=\(seed) \(kind) \(name) \(found) \(swept)")
      }
      #expect(found.count == names.count, "S4L_SEED=\(seed) \(found)")
      let whole = ground.shell("s4l-push --sweep 0s src \"$L\"")
      #expect(whole.status == 0, "S4L_SEED=\(seed) \(whole)")
      #expect(try ground.contents() == ground.files(in: "src"), "S4L_SEED=\(seed)")
    }
  }

  @Test("a rate is kept, whatever the store and whichever way", arguments: Kind.drives)
  func rate(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(["a": String(repeating: "x", count: 300_000)])
    ground.plant(["b": String(repeating: "y", count: 300_000)])
    let put = ground.shell("s4l-scan src | s4l-put --limit-rate 400K \"$L\"")
    #expect(put.status == 0, "\(put)")
    let got = ground.shell(
      "date +%s%N; s4l-ls \"$L\" | s4l-get --limit-rate 400K back | grep -c '\"ok\":true'; "
        + "date +%s%N; cmp src/a back/a && cmp src/b back/b")
    let lines = got.text.split(separator: "\n").compactMap { Int($0) }
    #expect(got.status == 0 && lines.count == 3 && lines[1] == 2, "\(got)")
    // 600,000 bytes take a second and a half, of which what is saved up and the last piece are
    // free.
    #expect(lines.count == 3 && lines[2] - lines[0] > 400_000_000, "\(got)")
  }
}
