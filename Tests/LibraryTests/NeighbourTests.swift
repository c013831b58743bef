import Support
import Testing
import Values

/// Films that events name, and those that lie beside them.
@Suite struct NeighbourTests {
  private let stand = Stand()

  private func run(_ events: [String], _ words: [String] = []) -> Sandbox.Outcome {
    let source = "\(stand.box.folder.appending("src"))"
    return stand.strm(
      ["--mode", "path", "--root", "/m"] + words,
      stand.section(events, view: "events", root: source))
  }

  private func shell(_ script: String) { #expect(stand.box.shell(script).status == 0) }

  @Test("a second film of a name does not take the file of the first, unless it is preferred")
  func twins() {
    shell("mkdir src; echo large >src/a.mkv; echo x >src/a.mp4; echo y >src/b.mkv")
    let result = run([Stand.event("a.mp4", "create")])
    #expect(stand.library == ["a.strm": "/m/a.mkv\n"], "\(result)")
    let skipped = #""path":"a.mp4","event":"create","target":"a.strm","did":"skip""#
    #expect(result.outcomes(skipped) != [])
    shell("echo the largest of all >src/a.mp4")
    #expect(run([Stand.event("a.mp4", "write")]).status == 0)
    #expect(stand.library == ["a.strm": "/m/a.mp4\n"])
    let refused = run([Stand.event("a.mp4", "write")], ["--collisions", "error"])
    #expect(refused.status == 1 && stand.library == ["a.strm": "/m/a.mp4\n"], "\(refused)")
  }

  @Test("when a film goes, the file is that of another one of its name", arguments: [false, true])
  func succession(_ isRename: Bool) {
    shell("mkdir src; echo large >src/a.mkv; echo x >src/a.mp4; echo y >src/b.mkv")
    #expect(run([Stand.event("a.mkv", "create")]).status == 0)
    shell("mv src/a.mkv src/c.mkv")
    let rename = Stand.event("a.mkv", "rename", #","to":"c.mkv""#)
    let result = run(isRename ? [rename] : [Stand.event("a.mkv", "remove")])
    #expect(result.status == 0 && stand.library["a.strm"] == "/m/a.mp4\n", "\(result)")
    // What cleans goes by the last line of the manifest.
    #expect(stand.manifest.last { $0.contains("a.strm") }?.contains(#""path":"a.mp4""#) == true)
    shell("rm src/a.mp4")
    let last = run([Stand.event("a.mp4", "remove")])
    #expect(last.status == 0 && last.outcomes("").isEmpty, "\(last)")
  }

  @Test("one and the same run sees a film come and go again")
  func brief() {
    shell("mkdir src; echo large >src/a.mkv")
    let result = run([Stand.event("a.mp4", "create"), Stand.event("a.mp4", "remove")])
    #expect(result.status == 0 && stand.library == ["a.strm": "/m/a.mkv\n"], "\(result)")
    #expect(result.outcomes(#""path":"a.mp4","event":"create","did":"vanished","ok":true"#) != [])
  }

  @Test("a film that is not there gets no file")
  func ghosts() {
    shell("mkdir -p src/d; echo x >src/b.mkv; mkdir src/folder.mkv")
    let result = run([
      Stand.event("ghost.mkv", "create"), Stand.event("d/ghost.mkv", "write"),
      Stand.event("no/ghost.mkv", "create"), Stand.event("folder.mkv", "create"),
      Stand.event("old.mkv", "rename", #","to":"new.mkv""#),
    ])
    #expect(result.status == 0 && stand.library.isEmpty, "\(result)")
    #expect(result.outcomes(#""did":"vanished","ok":true"#).count == 5, "\(result)")
  }

  @Test("a root in which nothing is left says nothing: its events are for later")
  func lost() {
    shell("mkdir src")
    let result = run([Stand.event("a.mkv", "create"), Stand.event("d/a.mkv", "create")])
    #expect(result.status == 1 && stand.library.isEmpty, "\(result)")
    #expect(result.outcomes(#""ok":false,"kind":"later""#).count == 2, "\(result)")
  }

  @Test("what is too small for a film is passed on as it came")
  func small() {
    shell("mkdir src; echo small >src/a.mkv; head -c 100 /dev/zero >src/a.mp4")
    let event = Stand.event("a.mkv", "create")
    let result = run([event], ["--min-size", "50"])
    #expect(result.status == 0 && result.lines.contains(event), "\(result)")
    #expect(stand.library.isEmpty)
    #expect(run([Stand.event("a.mp4", "create")], ["--min-size", "50"]).status == 0)
    #expect(stand.library == ["a.strm": "/m/a.mp4\n"])
  }

  @Test("what the filters of a section leave out wants no name")
  func filtered() {
    shell("mkdir src; echo large >src/a.mkv; echo x >src/a.mp4")
    let source = "\(stand.box.folder.appending("src"))"
    let filters = #""filters":["exclude=*.mkv"]"#
    let head = #"{"type":"head","version":1,"view":"events","root":"\#(source)",\#(filters)}"#
    let tail = #"{"type":"tail","complete":true,"records":1}"#
    let lines = [head, Stand.event("a.mp4", "create"), tail]
    let result = stand.strm(
      ["--mode", "path", "--root", "/m"], Array(lines.map { $0 + "\n" }.joined().utf8))
    #expect(result.status == 0 && stand.library == ["a.strm": "/m/a.mp4\n"], "\(result)")
  }

  @Test("of a disc the largest stream has the name, whichever an event tells of")
  func discs() {
    shell(
      "mkdir -p src/F/BDMV/STREAM; cd src/F; echo film >BDMV/STREAM/2.m2ts; "
        + "echo x >BDMV/STREAM/1.m2ts; echo >F.mkv")
    let result = run([Stand.event("F/BDMV/STREAM/1.m2ts", "create")], ["--bdmv"])
    #expect(result.status == 0, "\(result)")
    #expect(stand.library == ["F/F.strm": "/m/F/BDMV/STREAM/2.m2ts\n"])
  }

  @Test("that all films fail for one reason is said once")
  func plight() {
    let words = ["--template", "{url}"]
    let films = ["a.mkv", "b.mkv", "d/c.mkv"]
    let result = stand.strm(words, films: films)
    #expect(result.status == 1, "\(result)")
    let text = "all 3 films failed: its record has no url, which the template needs\n"
    #expect(result.complaint == "s4l-strm: warning: " + text)
    let mixed = films.map { Stand.entry($0) } + [Stand.entry("e.mkv", #","url":"http://u""#)]
    #expect(stand.strm(words, stand.section(mixed)).complaint == "")
  }

  @Test("paths of this machine are tried too: dead only where their folder stands")
  func checked() {
    shell("mkdir -p src; echo x >src/a.mkv; echo x >src/b.mkv")
    let source = "\(stand.box.folder.appending("src"))"
    let films = ["a.mkv", "b.mkv", "gone/c.mkv"].map { Stand.entry($0) }
    _ = stand.strm(["--mode", "path"], stand.section(films, root: source))
    shell("rm src/b.mkv")
    let result = stand.strm(["--check", "9"], [])
    let fine = #""path":"a.mkv","target":"a.strm","did":"check","ok":true"#
    #expect(result.outcomes(fine).count == 1)
    #expect(result.outcomes(#""kind":"absent","reason":"dead: there is no such file""#).count == 1)
    #expect(result.outcomes(#""kind":"later","reason":"unknown: "#).count == 1, "\(result)")
  }

  @Test("a rule that fits nothing, or has a slash on one side only, is warned of")
  func rewriting() {
    _ = stand.strm(films: ["a.mkv", "b.mkv"])
    let one = stand.strm(["--rewrite", "http://old/=https://new"], [])
    #expect(one.complaint.contains("only one of both ends in a slash"), "\(one)")
    #expect(one.complaint.contains("0 of 2 files begin with http://old/"))
    #expect(stand.strm(["--rewrite", "https://d.example=https://e"], []).complaint == "")
  }
}
