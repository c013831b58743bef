import Core
import Glibc
import Support
import System
import Testing
import Values

/// Workers and the server are killed at random, again and again: every task is done all the same.
@Suite("Killed workers", .serialized) struct KillTests {
  private static let count = 200

  @Test(
    "each of 200 tasks is handled, none is lost or stuck, and twice only where a lease ran out",
    arguments: Kind.allCases)
  func kill(_ kind: Kind) throws {
    let site = Site(kind)
    site.writeHandler()
    let tasks = (1...Self.count).map { #"{"type":"task","id":"\#($0)","payload":"x"}"# }
    site.queue(
      "push", "--queue", "q", "--type", "t", "--retention", "1h", "--max-retry", "100",
      stdin: tasks.joined(separator: "\n"))
    func start() throws {
      try site.start(
        "--queue", "q", "-c", "4", "--lease", "1s", "--backoff", "1s", "--", "sh", "handler")
    }
    for _ in 0..<3 { try start() }
    var dice = SystemRandomNumberGenerator()
    var kills = 0
    // A bound for a queue that is stuck; it takes a tenth of it.
    let deadline = Clock.elapsed() + 180_000_000_000
    while Clock.elapsed() < deadline {
      if let counts = site.counts("q"), counts["completed"] as? Int == Self.count { break }
      if kills < 25 {
        kills += 1
        if let server = site.server, kills % 8 == 0 {
          server.kill()
          server.restart()
        } else {
          site.kill(Int.random(in: 0..<3, using: &dice))
          try start()
        }
      }
      usleep(UInt32.random(in: 20_000...200_000, using: &dice))
    }
    site.endAll()
    let kept = site.queue("ls", "--queue", "q")
    #expect(kept.count == Self.count)
    #expect(kept.allSatisfy { $0["state"] as? String == "completed" })
    let (begun, ended) = site.log()
    for record in kept {
      let id = try #require(record["id"] as? String)
      let recovered = record["retried"] as? Int ?? 0
      #expect(ended[id] ?? 0 >= 1, "\(id) was never handled to its end")
      #expect(begun[id] ?? 0 <= recovered + 1, "\(id) was begun \(begun[id] ?? 0) times")
    }
    #expect(kills == 25)
  }
}
