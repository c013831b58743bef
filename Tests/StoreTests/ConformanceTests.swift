import Foundation
import Support
import Testing
import Values

/// What every kind of place has to do alike, from the outside: by the tools.
@Suite("Every kind of place") struct ConformanceTests {
  static let tree = [
    "a.txt": "one\n", "a/b.txt": "two two\n", "a/c/d.jpg": "", "a-b": "x", "e f/g+h": "yy",
    ".hid": "z",
  ]

  @Test("new files are pushed, then only what has changed", arguments: Kind.allCases)
  func push(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(Self.tree)
    #expect(ground.records("s4l push src \"$L\"").summary.number("uploaded_files") == 6)
    #expect(try ground.contents() == Self.tree)
    #expect(ground.records("s4l push src \"$L\"").summary.number("uploaded_files") == 0)

    // One of another size, one of the same size but newer, one that is new, in that order.
    ground.plant(["a.txt": "three\n"])
    ground.plant(Path(text: "src/a-b"), Array("w".utf8), at: Timestamp(seconds: 1_900_000_000))
    ground.plant(["a0": ""])
    let plan = "s4l-scan src | s4l-diff \"$L\""
    #expect(
      ground.records(plan).filter { $0.type == "change" }.map { "\($0.path) \($0["why"])" }
        == ["a-b mtime", "a.txt size", "a0 new"])
    let outcomes = ground.records(plan + " | s4l-put \"$L\"").outcomes
    #expect(outcomes.map(\.path).sorted() == ["a-b", "a.txt", "a0"])
    #expect(outcomes.allSatisfy { $0.isOK && $0["did"] == "copy" })
    // Every store has verified what was sent; a folder is read back only if that is asked for.
    #expect(outcomes.allSatisfy { $0.isConfirmed == (kind != .folder && kind.proves) })
    #expect(outcomes.allSatisfy { $0.part("now").number("size") == $0.number("size") })
    // By its size alone nobody would see that a file was changed since.
    #expect(
      outcomes.allSatisfy { $0.part("now")["mtime"] != "-" || $0.part("now")["etag"] != "-" })
    let now = Self.tree.merging(["a.txt": "three\n", "a-b": "w", "a0": ""]) { $1 }
    #expect(try ground.contents() == now)
  }

  @Test(
    "a listing says of it what it says of the folder it was made from", arguments: Kind.allCases)
  func list(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(Self.tree)
    ground.records("s4l push src \"$L\"")
    let ways = [
      "", "--dirs", "--delimiter", "-d 1", "-d 1 --dirs", "-I '*.txt'", "-E 'a/'", "--no-hidden",
      "--preset clutter", "--min-size 2B", "--max-size 3B --dirs", "-I 'c/' -E '*'", "-j 4",
      "--sentinel a.txt",
    ]
    for way in ways {
      func listing(_ place: String) -> [String] {
        ground.records("s4l-ls \(way) \(place)").map { line in
          line.type == "tail"
            ? "tail \(line.members["complete"] ?? "") \(line.number("entries"))"
            : "\(line.type) \(line.path) \(line.type == "entry" ? "\(line.number("size"))" : "")"
              + (line.type == "head" ? "\(line["view"]) \(line["order"])" : line["kind"])
        }
      }
      // The size of a folder is that of nothing in particular.
      #expect(listing("\"$L\"") == listing("src"), "\(way)")
    }
    let lines = ground.records("s4l-ls --metadata \"$L\"").entries
    #expect(
      lines.map { Array($0.path.utf8) }
        == Self.tree.keys.map { Array($0.utf8) }.sorted {
          $0.lexicographicallyPrecedes($1)
        })
    if kind.keepsTimes { #expect(lines.allSatisfy { $0["mtime"] == kind.time.text }) }
    #expect(ground.shell("s4l-ls --sentinel no \"$L\"").status == 66)
    #expect(ground.records("s4l-ls --human \"$L\"").isEmpty)
  }

  @Test("what was put comes back with its bytes and its time", arguments: Kind.allCases)
  func pull(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(Self.tree)
    ground.records("s4l push src \"$L\"")
    #expect(ground.records("s4l pull \"$L\" back").summary.number("uploaded_files") == 6)
    #expect(ground.files(in: "back") == Self.tree)
    #expect(ground.records("s4l pull \"$L\" back").summary.number("uploaded_files") == 0)
    // What came from there is there.
    #expect(ground.records("s4l push back \"$L\"").summary.number("uploaded_files") == 0)

    let script = "s4l-ls --metadata \"$L\" | s4l-diff true | s4l-get true"
    #expect(ground.records(script).outcomes.count == 6)
    #expect(ground.records(script).outcomes.isEmpty)
    let times = ground.records("s4l-scan true").entries.map { $0["mtime"] }
    if kind.keepsTimes { #expect(times == [String](repeating: kind.time.text, count: 6)) }
    // A listing by hand, of a file that is there and one that is not.
    ground.plant(["list": #"{"path":"a.txt"}"# + "\n" + #"{"path":"no"}"# + "\n"], in: ".")
    #expect(
      ground.fates("s4l-get --from \"$L\" bare <list", status: 1)
        == ["copy a.txt", "copy no absent"])
    #expect(ground.files(in: "bare") == ["a.txt": "one\n"])
  }

  @Test("two places are told apart by size, time and absence", arguments: Kind.allCases)
  func diff(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(["keep": "1", "longer": "2", "newer": "3", "gone": "4"])
    ground.records("s4l push src \"$L\"")
    ground.records("rm src/gone")
    ground.plant(["longer": "22", "new": ""])
    ground.plant(Path(text: "src/newer"), [51], at: Timestamp(seconds: 1_900_000_000))
    let changes = ground.records("s4l-scan src | s4l-diff --all --delete \"$L\"")
      .filter { $0.type == "change" }
    #expect(
      changes.map { "\($0["do"]) \($0.path) \($0["why"])" }
        == [
          "delete gone orphan", "keep keep -", "copy longer size", "copy new new",
          "copy newer mtime",
        ])
    #expect(changes.map { $0.part("was").number("size") } == [1, 1, 1, -1, 1])
    if kind.isBucket { #expect(changes[2].part("was")["etag"].count == 32) }
    let other = ground.records("s4l-scan src | s4l-diff --compare size \"$L\"")
    #expect(other.filter { $0.type == "change" }.map(\.path) == ["longer", "new"])
  }

  @Test("deletes that were planned pass every brake, or nothing goes", arguments: Kind.allCases)
  func clean(_ kind: Kind) throws {
    let ground = try Ground(kind)
    let tree = ["a/1": "1", "a/2": "22", "b/3": "333", "b/4": "4444"]
    ground.plant(tree)
    ground.records("s4l push src \"$L\"")
    let plan = "s4l-scan src | s4l-diff --delete \"$L\""
    func stays(
      _ script: String, _ status: Int32, _ place: SourceLocation = #_sourceLocation
    ) throws {
      let outcome = ground.shell(script)
      #expect(outcome.status == status, "\(script)\n\(outcome)", sourceLocation: place)
      #expect(try ground.contents() == tree, "\(script)", sourceLocation: place)
    }
    ground.records("rm -r src/b")
    try stays("\(plan) | s4l-clean --dry-run \"$L\"", 0)
    try stays("\(plan) | s4l-clean --max-delete 1 \"$L\"", 77)
    try stays("\(plan) | s4l-clean --max-delete 10% \"$L\"", 77)
    try stays("\(plan) | head -n -1 | s4l-clean \"$L\"", 65)
    try stays("\(plan) | tail -n +2 | s4l-clean \"$L\"", 65)
    try stays("\(plan) | sed 's/\"complete\":true/\"complete\":false/' | s4l-clean \"$L\"", 1)
    // Below what was not looked into, nothing is known.
    let shallow = "s4l-scan -d 0 src | s4l-diff --delete \"$L\""
    #expect(
      ground.records(shallow).filter { $0.type == "change" }.map(\.path) == ["b/3", "b/4"])
    // Of what was replaced since, nobody has said that it may go.
    ground.records("\(plan) >plan")
    try ground.put("b/3", "other")
    #expect(
      ground.fates("s4l-clean \"$L\" <plan", status: 1) == ["delete b/3 later", "delete b/4"])
    #expect(try ground.contents() == ["a/1": "1", "a/2": "22", "b/3": "other"])
    // A copy that failed may be the same file under a new name.
    ground.records("rm src/a/1")
    ground.plant(["c": "7"])
    ground.records("\(plan) >plan; rm src/c; mkdir src/c")
    #expect(
      ground.fates("s4l-put \"$L\" <plan | s4l-clean --max-delete 90% \"$L\"", status: 1)
        == ["copy c refused", "delete a/1 later", "delete b/3"])
    try ground.put("b/3", "other")
    ground.records("rmdir src/c; rm -r src/a")
    #expect(ground.shell("\(plan) | s4l-clean \"$L\"").status == 77)
    #expect(
      ground.fates("\(plan) | s4l-clean --allow-empty --max-delete 100% \"$L\"")
        == ["delete a/1", "delete a/2", "delete b/3"])
    #expect(try ground.contents() == [:])
  }

  @Test("push --delete mirrors, and says first what it would do", arguments: Kind.allCases)
  func mirror(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(Self.tree)
    ground.records("s4l push src \"$L\"")
    ground.records("rm src/a.txt")
    ground.plant(["a-b": "longer", "new": "n"])
    let dry = ground.shell("s4l push --delete -n src \"$L\"")
    #expect(dry.status == 0)
    #expect(
      dry.complaint.split(separator: "\n").map(String.init).sorted()
        == [
          "s4l-push: + new (new, 1 B)", "s4l-push: - a.txt (orphan)",
          "s4l-push: ~ a-b (size, 6 B)",
        ])
    #expect(try ground.contents() == Self.tree)
    #expect(ground.records("s4l push --delete src \"$L\"").summary.number("deleted_files") == 1)
    #expect(try ground.contents() == ground.files(in: "src"))
    // And back: the place as what is mirrored.
    ground.plant(["stray": "s"], in: "back")
    ground.records("s4l pull --delete --allow-empty --max-delete 100% \"$L\" back")
    #expect(ground.files(in: "back") == ground.files(in: "src"))
    let pulled = ground.shell("s4l pull -n \"$L\" other")
    #expect(pulled.status == 0 && ground.files(in: "other").isEmpty)
  }

  @Test("push --move empties the source, folders too", arguments: Kind.allCases)
  func move(_ kind: Kind) throws {
    let ground = try Ground(kind)
    ground.plant(Self.tree)
    ground.plant(["kept": "k"])
    try ground.put("kept", "k")
    ground.records("s4l push --move -n src \"$L\"")
    #expect(try ground.contents() == ["kept": "k"])
    let moved = ground.shell("s4l push --move src \"$L\"")
    #expect(moved.status == 0, "\(moved)")
    #expect(try ground.contents() == Self.tree.merging(["kept": "k"]) { $1 })
    // Where digests are not checked and nothing is fetched, nothing is proven to be there.
    let proves = kind.proves || kind.isDrive && kind != .clouddrive
    let left = ground.shell("find src -mindepth 1 | wc -l").text
    #expect(left == (proves ? "0\n" : "10\n"))
    #expect(moved.complaint.contains("were not confirmed") == !proves)
  }
}
