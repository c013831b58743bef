import Support
import Testing

/// Who may be worked beside whom, and who comes first.
@Suite("Turns of tasks") struct TurnsTests {
  /// How many tasks were in hand at once at most, by what their handlers noted.
  private func crowd(_ site: Site) -> (most: Int, done: Int) {
    var (inHand, most, done) = (0, 0, 0)
    for line in House.text(site.sandbox.folder.appending("log")).split(separator: "\n") {
      if line.hasPrefix("begin ") { inHand += 1 }
      if line.hasPrefix("end ") {
        inHand -= 1
        done += 1
      }
      most = max(most, inHand)
    }
    return (most, done)
  }

  private func work(_ site: Site, _ count: Int, _ push: [String], _ words: [String]) throws {
    site.writeHandler()
    let tasks = (1...count).map { #"{"type":"task","id":"\#($0)","payload":"x"}"# }
    site.queue(
      ["push", "--queue", "q", "--type", "t", "--retention", "1h"] + push,
      stdin: tasks.joined(separator: "\n"))
    for _ in 1...2 {
      try site.start(["--queue", "q", "-c", "4"] + words + ["--", "sh", "handler"])
    }
    #expect(until { site.counts("q")?["completed"] as? Int == count })
    site.endAll()
  }

  @Test("tasks of one key are worked one at a time by all workers", arguments: Kind.allCases)
  func serial(_ kind: Kind) throws {
    let site = Site(kind)
    try work(site, 16, ["--serial", "key"], [])
    #expect(crowd(site) == (1, 16))
  }

  @Test("a limit of a queue holds for all workers together", arguments: Kind.allCases, [1, 3])
  func limit(_ kind: Kind, _ limit: Int) throws {
    let site = Site(kind)
    try work(site, 24, [], ["--limit", "q=\(limit)"])
    let (most, done) = crowd(site)
    #expect(most <= limit && done == 24, "\(most) at once")
  }

  @Test("the heavier queue is served wholly before the lighter one", arguments: Kind.allCases)
  func strict(_ kind: Kind) throws {
    let site = Site(kind)
    site.writeHandler()
    for (queue, names) in [("light", 1...8), ("heavy", 11...18)] {
      let tasks = names.map { #"{"type":"task","id":"\#($0)","payload":"x"}"# }
      site.queue(["push", "--queue", queue, "--type", "t"], stdin: tasks.joined(separator: "\n"))
    }
    site.queue([
      "work", "--queue", "light", "--queue", "heavy=2", "--strict", "-c", "1", "--until-empty",
      "--", "sh", "handler",
    ])
    let begun = House.text(site.sandbox.folder.appending("log")).split(separator: "\n")
      .filter { $0.hasPrefix("begin ") }.map { $0.dropFirst(6) }
    #expect(begun == (Array(11...18) + Array(1...8)).map { "\($0)" })
  }
}
