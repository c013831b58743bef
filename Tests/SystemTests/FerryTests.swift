import Core
import Glibc
import Support
import System
import Testing
import Values

/// Reading from folders that may hang.
@Suite struct FerryTests {
  private let sandbox = Sandbox()
  private let loop: Loop

  init() throws { loop = try Loop() }

  private func ferry(stall: Int64 = 30_000_000_000, _ warn: @escaping (String) -> Void = { _ in })
    -> Ferry
  {
    Ferry(sandbox.folder.appending("m"), stall: stall, loop, warn: warn)
  }

  /// Fetches many at once; what came of each, in the order of the names.
  private func fetch(_ ferry: Ferry, _ names: [String]) throws -> [String] {
    var answers: [String: String] = [:]
    for name in names {
      let scratch = try Scratch()
      ferry.copy(Path(text: name), into: scratch.descriptor) { answer in
        switch answer {
        case .success(let sight):
          try? scratch.rewind()
          var bytes = [UInt8](repeating: 0, count: sight.size + 1)
          let count = read(scratch.descriptor, &bytes, bytes.count)
          answers[name] = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        case .failure(let failure): answers[name] = "\(failure.kind)"
        }
      }
    }
    try loop.run { answers.count == names.count }
    return names.map { answers[$0] ?? "" }
  }

  @Test("many go at once, and each gets what it asked for")
  func many() throws {
    _ = sandbox.shell("mkdir -p m/d; for n in $(seq 100); do echo $n >m/d/$n; done", asRoot: true)
    let names = (1...100).map { "d/\($0)" }
    #expect(try fetch(ferry(), names) == (1...100).map { "\($0)\n" })
  }

  @Test("a look tells size and time, and nothing but files is looked at")
  func look() throws {
    _ = sandbox.shell("mkdir -p m/d; echo 12 >m/f; touch -d @5 m/f", asRoot: true)
    let ferry = ferry()
    var sight: Result<Ferry.Sight, Failure>?
    ferry.look(Path(text: "f")) { sight = $0 }
    try loop.run { sight != nil }
    let seen = try #require(try sight?.get())
    #expect(seen.size == 3 && seen.mtime == Timestamp(seconds: 5))
    #expect(try fetch(ferry, ["d", "none", "f/x"]) == ["io", "absent", "absent"])
  }

  @Test("one that hangs is given up, and the others go on; after four so is the folder")
  func hangs() throws {
    _ = sandbox.shell(
      "mkdir -p m; echo 1 >m/f; for n in 1 2 3 4 5; do mkfifo m/$n; done", asRoot: true)
    var warnings: [String] = []
    let ferry = ferry(stall: 300_000_000) { warnings.append($0) }
    #expect(try fetch(ferry, ["1", "f"]) == ["io", "1\n"])
    #expect(!ferry.isGivenUp && warnings.isEmpty)
    #expect(try fetch(ferry, ["2", "3", "4", "5"]) == ["io", "io", "io", "io"])
    #expect(ferry.isGivenUp && warnings.count == 1)
    #expect(try fetch(ferry, ["f"]) == ["io"])
  }

  @Test("a root that was put in another's place says nothing of what is missing")
  func replaced() throws {
    _ = sandbox.shell("mkdir m; echo 1 >m/f", asRoot: true)
    let ferry = ferry()
    #expect(try fetch(ferry, ["none"]) == ["absent"])
    _ = sandbox.shell("mv m old; mkdir m", asRoot: true)
    #expect(try fetch(ferry, ["none"]) == ["later"])
  }

  @Test("a reader that is killed is replaced")
  func killed() throws {
    _ = sandbox.shell("mkdir m; mkfifo m/h; echo 1 >m/f", asRoot: true)
    let ferry = ferry()
    var answer: Result<Ferry.Sight, Failure>?
    ferry.look(Path(text: "h")) { answer = $0 }
    for process in ferry.readers { kill(process, SIGKILL) }
    try loop.run { answer != nil }
    #expect(throws: Failure.self) { try answer?.get() }
    #expect(try fetch(ferry, ["f"]) == ["1\n"])
  }
}
