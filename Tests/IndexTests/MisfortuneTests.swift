import Core
import Doubles
import Index
import Support
import System
import Testing
import Values

/// Whoever writes is killed, or cannot write: what is there is whole, and the next one completes
/// it.
@Suite struct MisfortuneTests {
  /// What changes something, and what brings the news of it.
  private static let calls = [
    "pwrite64,sendto", "read", "openat", "fcntl", "pread64,recvfrom", "fdatasync,fsync", "write",
    "lseek,poll", "close", "mmap",
  ]

  /// The words by which a program dies at a system call.
  private static func grief(_ dice: inout Dice) -> String {
    let calls = dice.pick(calls)
    let number = 1 + dice.below(dice.pick([3, 12, 40, 150]))
    return "strace -f -qq -o /dev/null -e trace=\(calls) "
      + "-e inject=\(calls):signal=KILL:when=\(number) "
  }

  @Test("an update that is killed leaves what the next completes", arguments: Kind.allCases)
  func update(_ kind: Kind) throws {
    let seed = Seed.chosen
    let yard = try Yard(kind)
    var happening = Happening(yard.root, seed: seed)
    happening.go(40)
    for round in 0..<12 {
      happening.go(15)
      let script =
        MisfortuneTests.grief(&happening.dice)
        + "s4l-index update --batch 3 --allow-empty --max-delete 100% photos"
      let killed = yard.shell("s4l-scan files | s4l-hash | " + script)
      let place: Comment = "S4L_SEED=\(seed), round \(round): \(script)\n\(killed)"
      #expect(killed.status == 0 || killed.status == 137, place)
      let before = try yard.operations()
      #expect(before.count { $0.state == .running } <= 1, place)
      let outcome = yard.update()
      #expect(outcome.status == 0, place)
      #expect(yard.difference() == "", place)
      let after = try yard.operations()
      #expect(after.allSatisfy { $0.state != .running }, place)
      for (place, operation) in before.enumerated() where operation.state == .running {
        let now = after[place + 1]
        #expect(now.number == operation.number && now.state == .failed && now.reason != nil)
      }
      if outcome.status != 0 { return }
    }
    try check(yard)
  }

  @Test("events whose taker was killed are taken again, from the first", arguments: Kind.allCases)
  func apply(_ kind: Kind) throws {
    let seed = Seed.chosen
    let yard = try Yard(kind)
    var happening = Happening(yard.root, seed: seed)
    happening.go(30)
    yard.update()
    _ = happening.taken()
    for round in 0..<12 {
      happening.go(12)
      let events = happening.taken()
      let script =
        MisfortuneTests.grief(&happening.dice) + "s4l-index apply --batch 2 photos"
      let killed = yard.shell(script, yard.section(events))
      let place: Comment = "S4L_SEED=\(seed), round \(round): \(script)\n\(killed)"
      let outcome = yard.apply(events)
      #expect(outcome.status == 0, "\(place)\n\(outcome)")
      #expect(yard.difference() == "", place)
      #expect(try yard.operations().allSatisfy { $0.state != .running }, place)
      if outcome.status != 0 { return }
    }
    try check(yard)
  }

  @Test("a listing whose taker was killed among events is told as failed", arguments: Kind.allCases)
  func listing(_ kind: Kind) throws {
    let yard = try Yard(kind)
    yard.shell("seq -f files/%.0f 300 | xargs touch; s4l-scan files >listing")
    yard.shell("head -200 listing >cut")
    // It waits for the rest when it is killed.
    let killed = yard.shell(
      """
      mkfifo pipe; s4l-index apply photos <pipe & exec 3>pipe; cat cut >&3
      n=0
      until s4l-index status photos | grep -q '"total_files":199' || [ $((n += 1)) = 999 ]
      do :; done
      kill -9 $!; wait
      """)
    #expect(killed.complaint.isEmpty, "\(killed)")
    #expect(try yard.operations().map(\.state) == [.running])
    let outcome = yard.shell("s4l-index apply photos <listing")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try yard.operations().map(\.state) == [.completed, .failed])
    #expect(yard.difference() == "")
  }

  @Test("a disk that is full is told, and what is there is whole")
  func full() throws {
    let yard = try Yard(.file)
    yard.shell("seq -f files/%.0f 300 | xargs touch")
    yard.update()
    yard.shell("rm files/1*; seq -f files/n%.0f 2000 | xargs touch; s4l-scan files >listing")
    for first in [1, 2, 5, 20, 60] {
      let outcome = yard.shell(
        """
        strace -f -qq -o /dev/null -e inject=pwrite64:error=ENOSPC:when=\(first)+ \
          s4l-index update photos <listing
        """)
      #expect(outcome.status == 74, "\(first): \(outcome)")
      let words = ["No space left", "disk is full"]
      #expect(words.contains { outcome.complaint.contains($0) }, "\(first): \(outcome)")
      #expect(yard.shell("s4l-index export photos | tail -1").text.contains(#""complete":true"#))
    }
    // And where the room is bounded by the system itself.
    let outcome = yard.shell(
      #"trap "" XFSZ; ulimit -f 120; s4l-index update photos <listing"#)
    #expect(outcome.status == 74, "\(outcome)")
    try check(yard)
    #expect(yard.update().status == 0)
    #expect(yard.difference() == "")
    #expect(try yard.operations().allSatisfy { $0.state != .running })
    try check(yard)
  }

  private func check(_ yard: Yard) throws {
    guard let site = yard.site as? FileSite else { return }
    #expect(try site.verdict() == "ok")
  }
}
