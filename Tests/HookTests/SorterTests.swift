import Core
import Settings
import Testing
import Values

@testable import s4l_hook

@Suite struct SorterTests {
  private static let document = """
    [remote.drive]
    type = "clouddrive"
    endpoint = "http://localhost:19798"
    [remote.local]
    type = "path"
    path = "/srv"
    [[strm_jobs]]
    id = "films"
    source = "drive:/115"
    scan_root = "/电影"
    output_path = "/o/1"
    [[strm_jobs]]
    id = "all"
    source = "drive:/115/"
    output_path = "/o/2"
    [[strm_jobs]]
    id = "again"
    source_path = "clouddrive://nas:19798/115/电影"
    output_path = "/o/3"
    [[strm_jobs]]
    id = "off"
    source = "drive:/quark"
    output_path = "/o/4"
    enabled = false
    [[strm_jobs]]
    id = "disk"
    source = "local:media"
    output_path = "/o/5"
    [[strm_jobs]]
    id = "shows"
    source = "drive:"
    scan_root = "剧集/"
    output_path = "/o/6"
    """

  private static func feeds() throws -> [Feed] {
    let configuration = Resolution(
      Array(document.utf8), file: "f.toml", environment: Environment([:]), isShared: false
    ).configuration
    var feeds: [Feed] = []
    for group in configuration.groups(of: "strm_jobs") {
      if let feed = try Feed(group, configuration) { feeds.append(feed) }
    }
    return feeds
  }

  /// The lines of each job, after what is common to all of them.
  private func sort(
    _ body: String, for job: String? = nil
  ) throws -> (lines: [String: [String]], tally: Sorter.Tally) {
    let feeds = try Self.feeds()
    let lines = feeds.map { _ in Buffer() }
    let tally = try Sorter(feeds: feeds).sort(Message(Array(body.utf8)), for: job) { lines[$0] }
    var found: [String: [String]] = [:]
    for (place, feed) in feeds.enumerated() where lines[place].count > 0 {
      let start = #"{"type":"event","root":"\#(feed.root)","#
      found[feed.job] = String(decoding: lines[place].bytes, as: UTF8.self).split(separator: "\n")
        .map { $0.hasPrefix(start) ? String($0.dropFirst(start.count).dropLast()) : "\($0)" }
    }
    return (found, tally)
  }

  private func event(_ event: String, _ path: String, _ more: String = "") -> String {
    #"{"event":"\#(event)","path":"\#(path)"\#(more)}"#
  }

  @Test("a job follows the place that its scans begin at")
  func feeds() throws {
    let feeds = try Self.feeds()
    #expect(feeds.map(\.job) == ["films", "all", "again", "disk", "shows"])
    #expect(
      feeds.map(\.root.description) == [
        "drive:/115/电影", "drive:/115", "clouddrive://nas:19798/115/电影", "/srv/media",
        "drive:/剧集",
      ])
    #expect(
      feeds.map(\.prefix.description) == [
        "/115/电影", "/115", "/115/电影", "/srv/media", "/剧集",
      ])
  }

  @Test("an event goes to whoever has the longest prefix, in whole names")
  func longest() throws {
    #expect(
      try sort(event("create", "/115/电影/a.mkv")).lines == [
        "films": [#""path":"a.mkv","event":"create""#],
        "again": [#""path":"a.mkv","event":"create""#],
      ])
    #expect(
      try sort(event("remove", "/115/电影2/a", #","dir":true"#)).lines == [
        "all": [#""path":"电影2/a/","event":"remove""#]
      ])
    #expect(
      try sort(event("write", "/srv/media/x/")).lines == [
        "disk": [#""path":"x/","event":"write""#]
      ])
    let nobody = try sort(event("create", "/quark/a"))
    #expect(nobody.lines.isEmpty && nobody.tally.ignored == 1 && nobody.tally.flaws.isEmpty)
  }

  @Test("what concerns all of a job is told, and changes nothing")
  func above() throws {
    for path in ["/115", "/", "/115/", "//"] {
      let seen = try sort(event("remove", path, #","dir":true"#))
      #expect(seen.lines.isEmpty && seen.tally.ignored == 1)
      #expect(seen.tally.above.contains("films"))
    }
    #expect(try sort(event("remove", "/11")).tally.above.isEmpty)
  }

  @Test("a rename over a border is what it is on each side")
  func borders() throws {
    let inside = try sort(event("rename", "/115/电影/a", #","to":"/115/电影/b/a""#)).lines["films"]
    #expect(inside == [#""path":"a","event":"rename","to":"b/a""#])
    let away = try sort(event("rename", "/剧集/S", #","to":"/quark/S","is_dir":"true""#))
    #expect(away.lines == ["shows": [#""path":"S/","event":"remove""#]])
    let into = try sort(event("rename", "/quark/S", #","to":"/剧集/S","is_dir":"true""#))
    #expect(into.lines == ["shows": [#""path":"S/","event":"create""#]])
    let across = try sort(event("rename", "/剧集/a", #","to":"/115/电影/a""#))
    #expect(
      across.lines == [
        "shows": [#""path":"a","event":"remove""#], "films": [#""path":"a","event":"create""#],
        "again": [#""path":"a","event":"create""#],
      ])
    #expect(try sort(event("rename", "/quark/a", #","to":"/quark/b""#)).tally.ignored == 1)
  }

  @Test("what has a name of ours is not there")
  func reserved() throws {
    let arrived = try sort(event("rename", "/剧集/.s4l-00.tmp", #","to":"/剧集/a""#))
    #expect(arrived.lines == ["shows": [#""path":"a","event":"create""#]])
    #expect(try sort(event("create", "/剧集/.s4l/trash/a")).tally.ignored == 1)
    #expect(try sort(event("create", "/剧集/a.s4l")).lines["shows"]?.count == 1)
  }

  @Test("a job that is named gets what is its own, and nobody else does")
  func named() throws {
    #expect(try sort(event("create", "/115/电影/a"), for: "all").lines.keys.sorted() == ["all"])
    #expect(
      try sort(event("create", "电影/a"), for: "all").lines == [
        "all": [#""path":"电影/a","event":"create""#]
      ])
    #expect(try sort(event("create", "/quark/a"), for: "all").tally.ignored == 1)
    let body = #"{"job":"films","events":[\#(event("create", "/115/电影/a"))]}"#
    #expect(try sort(body).lines.keys.sorted() == ["films"])
    #expect(try sort(body, for: "again").lines.keys.sorted() == ["again"])
    for job in ["off", "none", "../all"] {
      #expect(throws: Failure.self) { try sort(event("create", "/115/a"), for: job) }
    }
  }

  @Test(
    "names that lead elsewhere are refused",
    arguments: [
      "a", "115/a", "/115/../a", "/115/a/..", "/115/./a", "/115/.", "/..", #"/115/a\u0000b"#,
      "/115/" + String(repeating: "x", count: 9_000),
    ])
  func hostile(_ path: String) throws {
    for body in [event("create", path), event("rename", "/115/x", #","to":"\#(path)""#)] {
      let seen = try sort(body)
      #expect(seen.lines.isEmpty && seen.tally.flaws.count == 1, "\(body)")
    }
  }

  @Test(
    "names that only look odd are kept as they are",
    arguments: [
      ("/115/..a", "..a"), ("/115/a..", "a.."), ("/115/...", "..."), ("//115//a//b", "a/b"),
      ("/115/ a ", " a "), (#"/115/a\nb"#, #"a\nb"#), (#"/115/a\"b\\c"#, #"a\"b\\c"#),
      ("/115/%2e%2e", "%2e%2e"), ("/115/.hidden", ".hidden"),
    ])
  func odd(_ path: String, _ name: String) throws {
    #expect(
      try sort(event("create", path)).lines == ["all": [#""path":"\#(name)","event":"create""#]])
  }
}
