import Support
import Testing
import Values

/// Every system call that could fail is made to fail once, one after the other. Whatever comes of
/// it, no file is lost or spoiled; only a run that did all of its work says so; and the next run
/// completes it.
@Suite struct FaultTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    var stage: Int
    var calls: String
    var effect: String
    /// Whether a run has to come through it unharmed.
    var isHarmless = false
    var options = ""
    var testDescription: String { "\(effect) on \(calls) in \(FaultTests.stages("", at: stage))" }
  }

  static let faults = [
    Fault(stage: 0, calls: "getdents64", effect: "error=EIO"),
    Fault(stage: 0, calls: "statx,openat", effect: "error=EIO"),
    Fault(stage: 0, calls: "statx,openat", effect: "error=ENOENT"),
    Fault(stage: 0, calls: "write", effect: "error=ENOSPC"),
    Fault(stage: 0, calls: "write,getdents64", effect: "error=EINTR", isHarmless: true),
    Fault(stage: 1, calls: "read,write", effect: "error=EIO"),
    Fault(stage: 1, calls: "read,write", effect: "error=EINTR", isHarmless: true),
    Fault(stage: 1, calls: "getdents64,statx,openat,wait4,pipe2", effect: "error=EIO"),
    Fault(stage: 1, calls: "clone,clone3,vfork,execve", effect: "error=EAGAIN"),
    Fault(stage: 2, calls: "openat,openat2,read,pread64", effect: "error=EIO"),
    Fault(stage: 2, calls: "write,copy_file_range,pwrite64,mkdirat", effect: "error=ENOSPC"),
    Fault(stage: 2, calls: "renameat2,renameat,fchmod,utimensat,statx", effect: "error=EIO"),
    Fault(
      stage: 2, calls: "read,write,pread64,pwrite64,copy_file_range", effect: "error=EINTR",
      isHarmless: true),
    Fault(stage: 2, calls: "fsync,fdatasync,pread64", effect: "error=EIO", options: "--durable"),
    Fault(
      stage: 2, calls: "openat2,write,copy_file_range,fchmod,utimensat,mkdirat,renameat2",
      effect: "signal=KILL"),
    Fault(
      stage: 2, calls: "write,renameat2,fsync", effect: "signal=KILL", options: "--confirm -j2"),
    Fault(stage: 3, calls: "unlinkat,statx,openat2,getdents64", effect: "error=EIO"),
    Fault(stage: 3, calls: "read,write", effect: "error=EINTR", isHarmless: true),
    Fault(stage: 3, calls: "unlinkat,write,statx", effect: "signal=KILL"),
  ]

  static func stages(_ tracer: String, at place: Int, options: String = "") -> String {
    var stages = [
      "s4l-scan src", "s4l-diff --delete dst", "s4l-put \(options) dst", "s4l-clean dst",
    ]
    stages[place] = tracer + stages[place]
    return stages.joined(separator: " | ")
  }

  private static let scene = """
    mkdir -p src/d/e dst/d dst/y
    printf new > src/a; seq 30000 > src/d/b; : > src/d/c; echo f > src/d/e/f; echo s > src/same
    touch -d 2020-01-01 src/same; cp -p src/same dst/same; cp -p src/d/c dst/d/c
    echo older > dst/a; echo orphan > dst/x; echo orphan > dst/y/z
    """

  @Test(
    "a call that fails loses nothing, and no run that fell short says it did not", arguments: faults
  )
  func sweep(_ fault: Fault) {
    var strikes = 0
    for call in fault.calls.split(separator: ",").map(String.init) {
      var number = FaultTests.callsOfStart(call, fault) + 1
      let last = number + 24
      while number < last, let isStruck = strike(call, number, fault) {
        guard isStruck else { break }
        strikes += 1
        number += number < last - 18 ? 1 : 4
      }
    }
    #expect(strikes > 0)
  }

  /// Lets one call fail; whether there was such a call, or nil where something was found amiss.
  private func strike(_ call: String, _ number: Int, _ fault: Fault) -> Bool? {
    let sandbox = Sandbox()
    _ = sandbox.shell(FaultTests.scene, asRoot: true)
    let source = sandbox.folder.appending("src")
    let target = sandbox.folder.appending("dst")
    let law = Law(source: Picture(source), target: Picture(target), deletes: true)
    let tracer =
      "strace -f -qq -o $HOME/trace -e trace=\(call) "
      + "-e inject=\(call):\(fault.effect):when=\(number) "
    let script = FaultTests.stages(tracer, at: fault.stage, options: fault.options)
    let outcome = sandbox.run(
      ["bash", "-c", "set -o pipefail; \(script)"], asRoot: true, within: 30)
    let trace = House.text(sandbox.home.appending("trace"))
    let isStruck = trace.contains("INJECTED") || trace.contains("killed by SIGKILL")
    let now = Picture(target)
    var wrong = law.breaches(source: Picture(source), target: now)
    if outcome.status == 0 { wrong += difference(law.outcome, now.files) }
    if fault.isHarmless || !isStruck, outcome.status != 0 {
      wrong.append("status \(outcome.status)")
    }
    if outcome.status < 0 { wrong.append("it hangs") }
    #expect(wrong.isEmpty, "call \(number): \(script)\n\(outcome)")

    let again = sandbox.shell(FaultTests.stages("", at: 0), asRoot: true)
    let end = Picture(target)
    let missing = difference(law.outcome, end.files) + end.reserved.keys.map { "left: \($0)" }
    #expect(missing.isEmpty, "after call \(number): \(script)\n\(outcome)\n\(again)")
    return wrong.isEmpty && missing.isEmpty ? isStruck : nil
  }

  /// How many of the calls a program makes before it does anything: they load it, and read what it
  /// is told.
  private static func callsOfStart(_ call: String, _ fault: Fault) -> Int {
    let tool = stages("", at: 0).split(separator: "|")[fault.stage].split(separator: " ")[0]
    let trace = Sandbox().shell(
      "strace -f -qq -o $HOME/trace -e trace=\(call) \(tool) --version >/dev/null; cat $HOME/trace",
      asRoot: true)
    return trace.text.split(separator: "\n").filter { !$0.contains("write(1,") }.count
  }
}
