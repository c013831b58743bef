import Core
import Glibc
import System
import Testing
import Values

@Suite struct ChildTests {
  private let second: Int64 = 1_000_000_000

  private func plan(_ script: String) -> Child.Plan {
    Child.Plan(Path(text: "/bin/sh"), [Array("-c".utf8), Array(script.utf8)])
  }

  private func run(
    _ plan: Child.Plan, _ begun: (Child, Loop) -> Void = { _, _ in }
  ) throws -> Child.Report {
    let loop = try Loop()
    var result: Result<Child.Report, Failure>?
    begun(try Child.start(plan, on: loop) { result = $0 }, loop)
    try loop.run { result != nil }
    let report = try #require(try result?.get())
    return report
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("a child's input arrives whole, and what it says is kept apart from its errors")
  func echo() throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var plan = plan("cat; echo trouble >&2; exit 3")
    plan.input = .bytes(bytes)
    plan.output = .first(2_000_000)
    plan.errors = .last(100)
    let report = try run(plan)
    #expect(report.output == bytes)
    #expect(text(report.errors) == "trouble\n")
    #expect(report.ended == .exited(3))
    #expect(!report.isOutputCut && !report.isOverdue)
  }

  @Test("of the output the first bytes are kept, of the errors the last, and all is read")
  func limits() throws {
    var plan = plan("i=0; while [ $i -lt 9999 ]; do echo $i; echo $i >&2; i=$((i+1)); done")
    var heard = 0
    plan.output = .first(10)
    plan.errors = .last(10)
    plan.heard = { heard += $0.count }
    let report = try run(plan)
    #expect(text(report.output) == "0\n1\n2\n3\n4\n")
    #expect(text(report.errors) == "9997\n9998\n")
    #expect(report.isOutputCut)
    #expect(heard == 48_885)
    #expect(report.ended == .exited(0))
  }

  @Test("a child that reads nothing of a large input can still end")
  func deaf() throws {
    var plan = plan("exec <&-; exit 5")
    plan.input = .bytes([UInt8](repeating: 7, count: 1 << 20))
    #expect(try run(plan).ended == .exited(5))
  }

  @Test("a child without input reads an end, and its output can go where its errors go")
  func joined() throws {
    var plan = plan("cat; echo out; echo err >&2")
    plan.output = .joined
    plan.errors = .last(1_000)
    let report = try run(plan)
    #expect(text(report.errors) == "out\nerr\n")
    #expect(report.output == [])
  }

  @Test("when the time is up the whole group is asked to end, and told so")
  func overdue() throws {
    var plan = plan("trap 'echo asked; exit 9' TERM; sleep 1000 & wait")
    plan.output = .first(100)
    plan.timeout = second / 20
    let report = try run(plan)
    #expect(report.isOverdue)
    #expect(report.ended == .exited(9))
    #expect(text(report.output) == "asked\n")
  }

  @Test("what does not end when asked is killed after the grace, children and all")
  func stubborn() throws {
    var plan = plan("trap '' TERM; echo ready; while :; do sleep 1000; done")
    plan.errors = .last(100)
    plan.output = .joined
    plan.grace = second / 20
    let loop = try Loop()
    var result: Result<Child.Report, Failure>?
    var child: Child?
    plan.heard = { _ in child?.stop() }
    child = try Child.start(plan, on: loop) { result = $0 }
    let group = try #require(child).process.identifier
    try loop.run { result != nil }
    let report = try #require(try result?.get())
    #expect(report.ended == .signalled(SIGKILL))
    #expect(!report.isOverdue)
    #expect(isGone(group))
  }

  @Test("a group whose leader ends first may use the grace to end in good order")
  func inheritance() throws {
    // The leader dies of the signal at once, the other one says something first.
    var plan = plan(
      "sh -c 'trap \"echo late; exit\" TERM; echo ready; while :; do sleep 0.01; done' & wait")
    plan.output = .joined
    plan.errors = .last(100)
    var child: Child?
    plan.heard = { piece in if piece.elementsEqual("ready\n".utf8) { child?.stop() } }
    let loop = try Loop()
    var result: Result<Child.Report, Failure>?
    child = try Child.start(plan, on: loop) { result = $0 }
    try loop.run { result != nil }
    let report = try #require(try result?.get())
    #expect(report.ended == .signalled(SIGTERM))
    #expect(text(report.errors).hasSuffix("late\n"))
  }

  @Test("a grandchild that keeps the pipe open holds nothing up, and is ended with its group")
  func lingering() throws {
    var plan = plan("echo done; sleep 1000 &")
    plan.output = .first(100)
    var group: Int32 = 0
    let report = try run(plan) { child, _ in group = child.process.identifier }
    #expect(report.ended == .exited(0))
    #expect(text(report.output) == "done\n")
    #expect(isGone(group))
  }

  @Test("one that left the group and keeps the pipe open holds nothing up either")
  func escaped() throws {
    var plan = plan("setsid sh -c 'echo $$; exec sleep 1000' & exit 4")
    plan.output = .first(100)
    let report = try run(plan)
    #expect(report.ended == .exited(4))
    let escaped = try #require(Int32(text(report.output).dropLast()))
    kill(escaped, SIGKILL)
  }

  @Test("a child leads a group of its own, gets three descriptors and ordinary signals")
  func manners() throws {
    var plan = plan("ls -l /proc/self/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status; ps -o pgid= $$")
    plan.output = .first(10_000)
    plan.input = .bytes([])
    let kept = try Pipe()
    var group: Int32 = 0
    let report = try run(plan) { child, _ in group = child.process.identifier }
    let lines = text(report.output).split(separator: "\n").map { $0.filter { $0 != " " } }
    #expect(lines.contains("SigBlk:\t0000000000000000"))
    // The C library keeps two beyond the first 31 for itself.
    #expect(lines.contains { $0.hasPrefix("SigIgn:") && $0.hasSuffix("0000000") })
    #expect(lines.last == "\(group)")
    let inode = try Inode.of(kept.reader.number, "pipe").inode
    #expect(inode > 0 && !text(report.output).contains("pipe:[\(inode)]"))
  }

  @Test("a program that is not there is a failure that names it")
  func missing() throws {
    let loop = try Loop()
    let expected = Failure(.absent, "/nowhere/tool", "No such file or directory")
    #expect(throws: expected) {
      try Child.start(Child.Plan(Path(text: "/nowhere/tool")), on: loop) { _ in }
    }
  }

  @Test("no zombie is left, and no descriptor")
  func nothingLeft() throws {
    let loop = try Loop()
    var ended = 0
    var plan = plan("cat")
    plan.input = .bytes(Array("x".utf8))
    plan.output = .first(10)
    plan.errors = .last(10)
    var groups: [Int32] = []
    for _ in 0..<20 {
      groups.append(try Child.start(plan, on: loop) { _ in ended += 1 }.process.identifier)
    }
    try loop.run { ended == 20 }
    for group in groups { #expect(isGone(group)) }
  }

  /// Whether nobody is left in a process group, not even one that nobody waited for. Who was killed
  /// may be another's to wait for.
  private func isGone(_ group: Int32) -> Bool {
    for _ in 0..<1_000 {
      if kill(-group, 0) != 0 { return true }
      usleep(10_000)
    }
    return false
  }
}
