import Core
import Index
import Support
import System
import Testing
import Values

/// What a listing makes of the records.
@Suite struct UpdateTests {
  private func counts(_ operation: Operation?) -> [Int] {
    guard let operation else { return [] }
    return [operation.scanned, operation.added, operation.updated, operation.removed]
  }

  @Test("the first look is a startup, a later one a reconciliation", arguments: Kind.allCases)
  func kinds(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir d; echo 1 >a; echo 2 >d/b; echo 3 >c")
    let first = yard.update()
    #expect(first.status == 0, "\(first)")
    #expect(first.text.contains(#""operation_type":"startup","state":"completed""#))
    #expect(first.text.contains(#""files_scanned":3,"files_added":3,"files_updated":0"#))
    yard.shell("cd files; echo 22 >d/b; rm c; echo 4 >e")
    #expect(yard.update().status == 0)
    yard.update()
    let told = try yard.operations()
    #expect(told.map(\.kind) == [.reconciliation, .reconciliation, .startup])
    #expect(told.map(counts) == [[3, 0, 0, 0], [3, 1, 1, 1], [3, 3, 0, 0]])
    #expect(told.allSatisfy { $0.state == .completed && $0.end != nil && $0.reason == nil })
    #expect(yard.difference() == "")
    yard.shell("s4l-scan files | s4l-index update --operation startup photos")
    #expect(try yard.operations().first?.kind == .startup)
  }

  @Test("what is unchanged was seen, and is as it was", arguments: Kind.allCases)
  func unchanged(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir d; for n in a b c d/e d/f g h; do echo 1 >$n; done")
    yard.update()
    let first = try yard.record("d/e")
    yard.shell("cd files; echo 22 >c; touch -d @5 g; echo n >d/n")
    yard.update()
    let generation = try yard.repository().generation
    let page = try yard.store().page(
      of: yard.repository(), after: nil, within: [], atMost: 100)
    #expect(page.count == 8)
    for file in page {
      let name = String(decoding: file.path, as: UTF8.self)
      #expect(file.generation == generation, "\(name)")
      #expect(file.scanned >= file.updated, "\(name)")
      let isChanged = ["c", "g", "d/n"].contains(name)
      #expect((file.updated > first?.updated ?? file.updated) == isChanged, "\(name)")
      #expect(file.created == (name == "d/n" ? file.updated : first?.created), "\(name)")
    }
  }

  @Test("a digest is kept for as long as it may be that of the file", arguments: Kind.allCases)
  func digests(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; for n in a b c; do echo $n >$n; done")
    yard.update()
    let known = try yard.record("a")?.hash
    #expect(known?.count == 64)
    yard.shell("echo more >files/b; touch -d @9 files/c")
    yard.shell("s4l-scan files | s4l-index update photos")
    #expect(try yard.record("a")?.hash == known)
    #expect(try yard.record("b")?.hash == [])
    #expect(try yard.record("c")?.hash == [])
    yard.update()
    #expect(try yard.record("b")?.hash.count == 64)
    #expect(try yard.record("c")?.hash.count == 64)
    // A file that was written without a new time.
    yard.shell("cd files; echo x >a; touch -r a a2; touch -d @5 a; rm a2")
    yard.update()
    yard.shell("cd files; echo y >a; touch -d @5 a")
    let before = try yard.record("a")?.hash
    yard.shell("s4l-scan files | s4l-index update photos")
    #expect(try yard.record("a")?.hash == before)
    yard.update()
    #expect(try yard.record("a")?.hash != before)
  }

  struct Kept: Sendable, CustomTestStringConvertible {
    var script: String
    var status: Int32
    var testDescription: String { script }
  }

  /// Ways in which a record of a file that is gone may not go: nothing says for sure that it is.
  static let kept = [
    Kept(script: "s4l-scan --min-size 1 files | s4l-index update photos", status: 0),
    Kept(script: "s4l-scan files | head -2 | s4l-index update photos", status: 65),
    Kept(script: "s4l-scan files | grep entry | s4l-index update photos", status: 0),
    Kept(
      script: #"s4l-scan files | sed 's/"complete":true/"complete":false/' "#
        + "| s4l-index update photos", status: 1),
    Kept(script: "s4l-scan -E 'gone*' files | s4l-index update photos", status: 0),
    Kept(script: "s4l-scan -E 'd/' files | s4l-index update photos", status: 0),
    Kept(script: "s4l-scan -d 0 files | s4l-index update photos", status: 0),
    Kept(script: "s4l-scan files | s4l-index update --max-delete 0 photos", status: 1),
    Kept(script: "s4l-scan files | s4l-index update --max-delete 5% photos", status: 1),
    Kept(script: "rm -r files/*; s4l-scan files | s4l-index update photos", status: 1),
    Kept(
      script: "rm -r files/*; s4l-scan files | s4l-index update --max-delete 9 photos", status: 1),
    Kept(script: "rm files/k[1-4]; s4l-scan files | s4l-index update photos", status: 1),
    Kept(script: "s4l-scan files | s4l-index update --dry-run photos", status: 0),
    Kept(
      script: #"s4l-scan files | sed '1s/}$/,"dry":true}/' | s4l-index update photos"#, status: 0),
    Kept(
      script: "chmod 0 files/d; s4l-scan files | s4l-index update photos; s=$?; chmod 755 files/d; "
        + "exit $s", status: 1),
    Kept(script: "s4l-scan files >l; touch files/d/gone; s4l-index update photos <l", status: 0),
    Kept(script: "s4l-scan files >l; mv files x; s4l-index update photos <l", status: 1),
  ]

  @Test("what is doubtful is kept", arguments: Kind.allCases, kept)
  func doubts(_ kind: Kind, _ way: Kept) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir d; for n in 1 2 3 4 5; do echo 1 >k$n; done; echo 1 >d/gone")
    yard.update()
    yard.shell("rm files/d/gone")
    let outcome = yard.shell(way.script)
    #expect(outcome.status == way.status, "\(outcome)")
    #expect(try yard.record("d/gone") != nil, "\(outcome)")
    #expect(try yard.operations().allSatisfy { $0.removed == 0 }, "\(outcome)")
  }

  static let gone = [
    "s4l-scan files | s4l-index update photos",
    "s4l-scan -E d/other files | s4l-index update photos",
    "s4l-scan -E gone files | s4l-index update --delete-excluded photos",
    "rm files/k*; s4l-scan files | s4l-index update --max-delete 100% --allow-empty photos",
    "rm files/k[12345]; s4l-scan files | s4l-index update --max-delete 7 photos",
    "mkdir files/d/gone; s4l-scan files | s4l-index update photos",
    "chmod 0 files/k1; s4l-scan files | s4l-index update photos; s=$?; chmod 644 files/k1; exit $s",
    // Not in order, as who lists in another order tells.
    #"s4l-scan files | sed 's/,"order":"path"//' | s4l-index update photos"#,
  ]

  @Test("what is certain goes", arguments: Kind.allCases, gone)
  func orphans(_ kind: Kind, _ script: String) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir d; for n in 1 2 3 4 5 6; do echo 1 >k$n; done; echo 1 >d/gone")
    yard.update()
    yard.shell("rm files/d/gone")
    let outcome = yard.shell(script)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try yard.record("d/gone") == nil, "\(outcome)")
    #expect(yard.difference() == "", "\(outcome)")
  }

  @Test("a listing in any order is one", arguments: Kind.allCases)
  func unordered(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; mkdir d e; for n in a a-b d/x d/y e/z f; do echo 1 >$n; done")
    yard.update()
    yard.shell("cd files; rm e/z; echo 22 >d/x; echo 1 >g; echo 1 >a0")
    let outcome = yard.shell(
      """
      s4l-scan files | s4l-hash >l
      (head -1 l | sed 's/,"order":"path"//'; sed '1d;$d' l | sort -R; tail -1 l) |
        s4l-index update photos
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(yard.difference() == "")
    #expect(try counts(yard.operations().first) == [7, 2, 1, 1])
    // One that says it is in order, and is not, is refused.
    let wrong = yard.shell(
      "(head -1 l; sed '1d;$d' l | sort -r; tail -1 l) | s4l-index update photos")
    #expect(wrong.status == 65, "\(wrong)")
    #expect(yard.difference() == "")
    #expect(try yard.operations().first?.state == .failed)
  }

  @Test("what is wrong with one file does not stop the others", arguments: Kind.allCases)
  func flaws(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("cd files; for n in a b c d e; do echo 1 >$n; done")
    yard.update()
    yard.shell("cd files; for n in a b c d e f; do echo 22 >$n; done")
    let outcome = yard.shell(
      #"""
      s4l-scan files | sed -e '/"path":"b"/s/"path":"b"/"path":"..\/b"/' \
        -e '/"path":"c"/s/"size":[0-9]*,//' | s4l-index update photos
      """#)
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.complaint.contains("../b"), "\(outcome)")
    #expect(try yard.record("b")?.size == 2)
    for name in ["a", "c", "d", "e", "f"] { #expect(try yard.record(name)?.size == 3) }
    #expect(yard.shell("s4l-scan files | s4l-index update photos").status == 0)
    #expect(yard.difference() == "")
  }

  @Test("times that few files have are remembered", arguments: Kind.allCases)
  func times(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell(
      """
      cd files; touch -d '1901-12-14 00:00:01.5' a; touch -d '2261-01-01 00:00:00.999999999' b
      touch -d '1969-12-31 23:59:59.999999999' c; touch -d @0 e
      """)
    yard.update()
    yard.update()
    #expect(try counts(yard.operations().first) == [4, 0, 0, 0])
    #expect(yard.difference() == "")
    // Times that no index can keep are cut short, which is no change each time.
    yard.shell("touch -d 2400-01-01 files/f")
    yard.update()
    yard.update()
    #expect(try counts(yard.operations().first) == [5, 0, 0, 0])
    #expect(try yard.record("f")?.hash.count == 64)
  }

  @Test("a stream of something else is not taken", arguments: Kind.allCases)
  func strangers(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("mkdir other; echo 1 >files/a; echo 1 >other/b")
    yard.update()
    for (script, status) in [
      ("s4l-scan other | s4l-index update photos", 64),
      ("s4l-scan files | s4l-diff other | s4l-index update photos", 64),
      ("s4l-scan files | s4l-index update nobody", 66),
      ("s4l-scan files | s4l-index update", 64),
      ("echo nonsense | s4l-index update photos", 65),
    ] as [(String, Int32)] {
      let outcome = yard.shell(script)
      #expect(outcome.status == status, "\(script): \(outcome)")
    }
    #expect(yard.difference() == "")
    // The folder by another name is the folder.
    #expect(yard.shell("ln -s files link; s4l-scan link/ | s4l-index update photos").status == 0)
  }

  @Test("only one updates at a time, and only one watches", arguments: Kind.allCases)
  func turns(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("echo 1 >files/a")
    let watcher = try Yard.Watcher(yard)
    let second = yard.shell("s4l-index apply photos </dev/null")
    #expect(second.status == 75, "\(second)")
    #expect(yard.update().status == 0)
    try watcher.kill()
    #expect(yard.status.contains(#""is_watching":false"#))
    #expect(yard.apply([]).status == 0)
    let waits = yard.shell(
      """
      mkfifo pipe; s4l-index update photos <pipe >first & exec 3>pipe
      s4l-scan files >l; head -1 l >&3
      n=0; until s4l-index history -n 1 photos | grep -q running || [ $((n += 1)) = 999 ]
      do :; done
      s4l-index update photos <l; echo "status $?"
      (s4l-index update --wait 1m photos <l; echo "status $?") 3>&- & sed 1d l >&3; exec 3>&-; wait
      """)
    #expect(waits.text.contains("status 75\n"), "\(waits)")
    #expect(waits.text.contains("status 0\n"), "\(waits)")
  }
}
