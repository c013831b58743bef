import Core
import Glibc
import Support
import System
import Testing
import Values

@Suite struct KillTests {
  private let sandbox = Sandbox()

  @Test("whoever is killed at whatever moment, what was acknowledged is taken, in order")
  func killed() throws {
    var random = SystemRandomNumberGenerator()
    let program = House.products.appending("probe-inbox")
    let inbox = "\(sandbox.folder)/inbox"
    let taken = "\(sandbox.folder)/taken"
    let kept = sandbox.folder.appending("kept")
    let file = kept.withCString { open($0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644) }
    defer { close(file) }
    func start(_ words: [String]) throws -> System.Process {
      try .start(program: program, arguments: words.map { Array($0.utf8) }, stdout: file)
    }
    for round in 0..<20 {
      let running = try (0..<4).map { number in
        let fuse = "\(Int.random(in: 1_000...40_000, using: &random))"
        return try start(
          number < 2
            ? ["append", inbox, fuse, "\(round)-\(number)"] : ["take", inbox, fuse, taken])
      }
      for process in running { _ = try process.wait() }
    }
    let last = try start(["take", inbox, "0", taken])
    #expect(try last.wait() == .exited(0))
    let acknowledged = House.text(kept).split(separator: "\n").map(String.init)
    #expect(acknowledged.count > 100)
    let paths = House.text(Path(text: taken)).split(separator: "\n")
      .filter { $0.hasPrefix(#"{"type":"event""#) }
      .map { String($0.split(separator: "\"")[11]) }
    let all = Set(paths)
    let lost = acknowledged.filter { !all.contains($0) }
    #expect(lost.isEmpty, "\(lost.count) of \(acknowledged.count) are lost: \(lost.prefix(3))")
    // Whatever came twice, it came first in the order in which it was told.
    var seen: [String: Int] = [:]
    var known: Set<String> = []
    for path in paths where known.insert(path).inserted {
      let parts = path.split(separator: "/")
      let number = (Int(parts[1]) ?? 0) * 3 + (Int(parts[2]) ?? 0)
      #expect(number > seen[String(parts[0])] ?? -1, "\(path)")
      seen[String(parts[0])] = number
    }
  }
}
