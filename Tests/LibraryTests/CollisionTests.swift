import Support
import Testing

/// Films of a folder that want the same name.
@Suite struct CollisionTests {
  private func run(
    _ words: [String], _ records: [String]
  ) -> (library: [String: String], result: Sandbox.Outcome) {
    let stand = Stand()
    let result = stand.strm(["--mode", "path"] + words, stand.section(records))
    return (
      stand.library.mapValues { String($0.dropLast().split(separator: "/").last ?? "") }, result
    )
  }

  private let twins = [
    Stand.entry("a.avi", size: 5), Stand.entry("a.mkv", size: 7), Stand.entry("a.mp4", size: 7),
    Stand.entry("b.mkv", size: 1),
  ]

  @Test("the largest is preferred, then the newest, then the extension that is named first")
  func prefer() {
    let (library, result) = run([], twins)
    #expect(library == ["a.strm": "a.mkv", "b.strm": "b.mkv"], "\(result)")
    #expect(result.outcomes("\"did\":\"skip\",\"ok\":true,\"reason\"").count == 2)
    #expect(run([], twins.reversed()).library == library)
    let newer = [
      Stand.entry("a.mkv", size: 7, #","mtime":"2026-01-01T00:00:00Z""#),
      Stand.entry("a.mp4", size: 7, #","mtime":"2026-01-02T00:00:00Z""#),
    ]
    #expect(run([], newer).library == ["a.strm": "a.mp4"])
    #expect(run(["--media", "mp4,mkv"], Array(twins[1...2])).library == ["a.strm": "a.mp4"])
  }

  @Test("names that differ in case only collide, those that differ in form do not")
  func cases() {
    let names = ["Ünder.mkv", "ünder.mp4", "X.mkv", "x.mp4", "e\u{301}.mkv", "\u{E9}.mkv"]
    let stand = Stand()
    _ = stand.strm(films: names)
    // Texts would be compared by their form.
    #expect(stand.box.shell("find out -name '*.strm' | wc -l").text == "4\n")
  }

  @Test("keep-ext names each with its extension")
  func keep() {
    let (library, result) = run(["--collisions", "keep-ext"], twins)
    #expect(library.keys.sorted() == ["a.avi.strm", "a.mkv.strm", "a.mp4.strm", "b.mkv.strm"])
    #expect(result.status == 0)
  }

  @Test("error refuses both, and nothing else")
  func error() {
    let (library, result) = run(["--collisions", "error"], twins)
    #expect(library == ["b.strm": "b.mkv"])
    #expect(result.status == 1 && result.outcomes("\"kind\":\"data\"").count == 3)
  }

  @Test("a listing in order settles a folder that subfolders part")
  func parted() {
    let records = ["d/a.avi", "d/a.d/x.mkv", "d/a.mkv"].map {
      Stand.entry($0, size: $0.hasSuffix("mkv") ? 9 : 1)
    }
    let (library, _) = run([], records)
    #expect(library == ["d/a.strm": "a.mkv", "d/a.d/x.strm": "x.mkv"])
  }

  @Test("the same film twice is one")
  func same() {
    let (library, result) = run([], [Stand.entry("a.mkv"), Stand.entry("a.mkv")])
    #expect(library == ["a.strm": "a.mkv"])
    #expect(result.status == 0 && result.outcomes("\"ok\":true").count == 2, "\(result)")
  }

  @Test("of a disc the largest stream is the film, and is called like its title")
  func discs() {
    let streams = [
      "T (1999)/BDMV/STREAM/1.m2ts", "T (1999)/BDMV/STREAM/2.m2ts", "BDMV/STREAM/3.m2ts",
    ]
    let films = zip(streams, [5, 9, 1]).map { Stand.entry($0, size: $1) }
    let (library, result) = run(["--bdmv"], films)
    #expect(library == ["T (1999)/T (1999).strm": "2.m2ts", "BDMV/STREAM/3.strm": "3.m2ts"])
    #expect(result.outcomes("\"did\":\"skip\"").count == 1)
    #expect(run([], films).library.count == 3)
  }

  @Test("a disc and a file beside it that want one name are settled alike, whichever comes first")
  func discAndFile() {
    let cases = [
      ("A", "A.mkv", 5, "1.m2ts"), ("A", "A.mkv", 20, "A.mkv"), ("Heat", "Heat.mkv", 5, "1.m2ts"),
      ("Heat", "Heat.mkv", 20, "Heat.mkv"), ("Heat", "x.mkv", 20, "1.m2ts"),
    ]
    for (title, file, size, owner) in cases {
      let stand = Stand()
      let disc = [("1.m2ts", 9), ("2.m2ts", 3)].map {
        Stand.entry("\(title)/BDMV/STREAM/\($0)", size: $1)
      }
      let film = Stand.entry("\(title)/\(file)", size: size)
      let films = file < "BDMV" ? [film] + disc : disc + [film]
      let records = stand.section(films + [Stand.entry("\(title)-2/a.mkv")])
      let words = ["--mode", "path", "--bdmv"]
      #expect(stand.strm(words, records).status == 0)
      let text = stand.library["\(title)/\(title).strm"] ?? ""
      #expect(text.hasSuffix("/\(owner)\n"), "\(title) \(file) \(size): \(stand.library)")
      #expect(stand.library.count == (file == "x.mkv" ? 3 : 2))
      let again = stand.strm(words, records)
      #expect(again.outcomes("\"did\":\"write\"").isEmpty, "\(again)")
      #expect(again.outcomes("\"ok\":true").count == 4)
      let error = stand.strm(words + ["--collisions", "error"], records)
      #expect(error.status == (file == "x.mkv" ? 0 : 1), "\(error)")
    }
  }

  @Test("discs keep .iso, tags stand before the ending, Windows gets names that it takes")
  func forms() {
    let films = ["x.iso", "a:b?.mkv", "d. /c.mkv"].map { Stand.entry($0) }
    let (library, _) = run(["--names", "windows", "--tag", ".115"], films)
    #expect(library.keys.sorted() == ["a：b？.115.strm", "d.␠/c.115.strm", "x.iso.115.strm"])
    let named = run(["--name-template", "{stem} [{ext}]{tag}.strm", "--tag", "!"], films)
    #expect(
      named.library.keys.sorted() == ["a:b? [mkv]!.strm", "d. /c [mkv]!.strm", "x [iso]!.strm"])
  }

  @Test("what Windows calls its devices by, or cuts off, becomes a name of its own")
  func devices() {
    let taken = [
      "CON", "con.x", "Prn", "AUX ", "nul", "COM1", "lpt9", "COM\u{B9}", "CONIN$", "aux/a", "end.",
      "end", "a\u{1}", "a\u{2}",
    ]
    let free = ["CONS", "COM0", "COM10", "LPT", "COM\u{2074}", "console.x", "x.con"]
    let films = (taken + free).map { Stand.entry("\($0)/\($0.split(separator: "/")[0]).mkv") }
    let (library, _) = run(["--names", "windows"], films.sorted())
    #expect(library.count == films.count)
    let parts = library.keys.flatMap { $0.split(separator: "/") }
    for part in parts {
      let stem = part.prefix { $0 != "." }
      let isDevice = taken.prefix(9).contains { $0.prefix { $0 != "." } == stem }
      #expect(!isDevice && part.last != "." && part.last != " ", "\(part)")
    }
    for name in free { #expect(library["\(name)/\(name).strm"] != nil, "\(name)") }
    #expect(library["ＣON/ＣON.strm"] != nil && library["end．/end..strm"] != nil)
    #expect(library["ａux/a/ａux.strm"] != nil && library["ＣOM\u{B9}/ＣOM\u{B9}.strm"] != nil)
  }
}
