import Support
import Testing
import Values

/// Events of a drive, as a webhook or a watcher tells them.
@Suite struct EventTests {
  private func run(_ stand: Stand, _ events: [String]) -> Sandbox.Outcome {
    let source = "\(stand.box.folder.appending("src"))"
    return stand.strm(
      ["--mode", "path", "--root", "/m"], stand.section(events, view: "events", root: source))
  }

  @Test("created, written and renamed films get their file; what went is passed on in its place")
  func films() {
    let stand = Stand()
    let remove = Stand.event("a.mkv", "remove")
    let result = run(
      stand,
      [
        Stand.event("a.mkv", "create"), Stand.event("a.mkv", "write"), remove,
        Stand.event("old.mkv", "rename", #","to":"new.mkv""#), Stand.event("n.nfo", "create"),
        Stand.event("x.mkv", "rename", #","to":"x.bak""#),
      ])
    #expect(result.status == 0, "\(result)")
    #expect(stand.library == ["a.strm": "/m/a.mkv\n", "new.strm": "/m/new.mkv\n"])
    let lines = result.lines
    let places = ["\"event\":\"create\",\"target\"", "\"event\":\"write\",\"target\""].map { text in
      lines.firstIndex { $0.contains(text) } ?? 99
    }
    let gone = lines.firstIndex(of: remove) ?? -1
    #expect(places.allSatisfy { $0 < gone }, "\(result)")
    #expect(
      result.outcomes(
        #""path":"old.mkv","event":"rename","to":"new.mkv","target":"new.strm","did":"write""#
      ).count == 1)
    #expect(lines.contains(Stand.event("x.mkv", "rename", #","to":"x.bak""#)))
  }

  @Test("a folder that came is listed: films get their files, the rest is told as entries")
  func folders() {
    let stand = Stand()
    _ = stand.box.shell(
      "mkdir -p src/new/deep src/old; cd src; "
        + "for f in new/a.mkv new/a.srt new/deep/b.mp4 old/c.mkv; do echo x >$f; done"
    )
    let result = run(
      stand,
      [
        Stand.event("new/", "create"), Stand.event("was/", "rename", #","to":"old/""#),
        Stand.event("nowhere/", "create"),
      ])
    #expect(result.status == 0, "\(result)")
    #expect(stand.library.keys.sorted() == ["new/a.strm", "new/deep/b.strm", "old/c.strm"])
    #expect(stand.library["new/deep/b.strm"] == "/m/new/deep/b.mp4\n")
    #expect(result.lines.contains { $0.hasPrefix(#"{"type":"entry","path":"new/a.srt","size":2"#) })
    #expect(result.outcomes(#""path":"new/","event":"create","did":"write","ok":true"#).count == 1)
    #expect(
      result.outcomes(#""path":"was/","event":"rename","to":"old/","did":"write","ok":true"#).count
        == 1)
    // What is gone by now is done with, and hides nothing.
    #expect(
      result.outcomes(#""path":"nowhere/","event":"create","did":"vanished","ok":true"#).count == 1)
    #expect(!result.text.contains("\"hole\""))
  }

  @Test("events that lead out of the root, or are of another, write nothing")
  func hostile() {
    let stand = Stand()
    _ = stand.box.shell("mkdir -p src outside; echo x >outside/a.mkv; ln -s ../outside src/l")
    let result = run(
      stand,
      [
        Stand.event("../outside/", "create"), Stand.event("l/", "create"),
        Stand.event("a.mkv", "create", #","root":"/other""#), Stand.event("../b.mkv", "create"),
      ])
    #expect(result.status == 1 && result.outcomes("\"ok\":false").count == 4, "\(result)")
    #expect(stand.library.isEmpty)
  }

  @Test("what an event lacks is looked up where it is needed")
  func sizes() {
    let stand = Stand()
    _ = stand.box.shell("mkdir src; echo x >src/small.mkv; head -c 100 /dev/zero >src/big.mkv")
    let events = ["small.mkv", "big.mkv", "unknown.mkv"].map { Stand.event($0, "create") }
    let source = "\(stand.box.folder.appending("src"))"
    let result = stand.strm(
      ["--mode", "path", "--min-size", "50"], stand.section(events, view: "events", root: source))
    #expect(stand.library.keys.sorted() == ["big.strm"], "\(result)")
  }
}
