import Doubles
import Glibc
import Support
import System
import Testing
import Values

/// Runs that follow one another, are cut short, or meet what they should not touch.
@Suite struct RunTests {
  private let many = (0..<40).flatMap { folder in
    (0..<10).map { "f\(folder)/film \($0).mkv" }
  }

  /// Inodes, times and sizes of all that lies below the library.
  private func picture(_ stand: Stand) -> String {
    stand.box.shell("find out -printf '%p %i %T@ %C@ %s %m\\n' | sort").text
  }

  @Test("a second run with nothing changed opens nothing for writing and changes nothing")
  func again() {
    let stand = Stand()
    let input = stand.section(many.map { Stand.entry($0) })
    #expect(stand.strm(input).outcomes("\"did\":\"write\",\"ok\":true").count == 400)
    let before = picture(stand)
    House.write(input, to: stand.box.folder.appending("in"))
    let result = stand.box.shell(
      """
      strace -f -qq -o trace -e trace=openat,openat2,open,creat,write,pwrite64,renameat,renameat2,\
      rename,unlinkat,unlink,mkdirat,mkdir,fchmod,utimensat,ftruncate \
      s4l-strm --template openlist --base https://d.example out <in >told
      """, asRoot: true)
    #expect(result.status == 0, "\(result)")
    let told = House.text(stand.box.folder.appending("told"))
    #expect(
      told.split(separator: "\n").count { $0.contains("\"did\":\"keep\",\"ok\":true") } == 400)
    let trace = House.text(stand.box.folder.appending("trace")).split(separator: "\n")
    #expect(trace.count > 400)
    for line in trace {
      let changes = ["O_TRUNC", "O_WRONLY", "rename", "unlink", "mkdir", "fchmod", "utimens"]
      #expect(!changes.contains { line.contains($0) }, "\(line)")
      if line.contains("write") { #expect(line.contains("write(1,"), "\(line)") }
    }
    #expect(picture(stand) == before)
    #expect(stand.manifest.count == 400)
  }

  @Test("what differs is replaced, what is equal is not touched, and what was there is adopted")
  func changes() {
    let stand = Stand()
    let place = "\(stand.out)"
    _ = stand.box.shell(
      """
      mkdir out; printf 'https://d.example/d/srv/a.mkv\\n' >out/a.strm
      printf 'https://d.example/d/srv/b.mkv' >out/b.strm; touch -d 2020-01-01 out/*.strm
      echo mine >out/c.nfo
      """)
    let result = stand.strm(films: ["a.mkv", "b.mkv"])
    #expect(result.outcomes("\"did\":\"keep\"").count == 1, "\(result) \(place)")
    #expect(stand.library["b.strm"] == "https://d.example/d/srv/b.mkv\n")
    #expect(stand.library["c.nfo"] == "mine\n")
    #expect(stand.manifest.count == 2)
    #expect(stand.box.shell("date -u -r out/a.strm +%Y").text == "2020\n")
    #expect(stand.strm(films: ["a.mkv", "b.mkv"]).outcomes("\"did\":\"keep\"").count == 2)
    #expect(stand.manifest.count == 2)
  }

  @Test("--skip-existing leaves alone what is there, whatever it holds")
  func existing() {
    let stand = Stand()
    _ = stand.box.shell("mkdir out; echo other >out/a.strm")
    let words = ["--template", "openlist", "--skip-existing"]
    let result = stand.strm(words, films: ["a.mkv", "b.mkv"])
    #expect(result.outcomes("\"did\":\"skip\",\"ok\":true").count == 1)
    #expect(stand.library["a.strm"] == "other\n" && stand.library.count == 2)
    #expect(stand.manifest.count == 1)
  }

  @Test("a template without a variable, or one that does not exist, writes nothing")
  func misspelt() {
    let stand = Stand()
    _ = stand.strm(films: ["a.mkv"])
    for wrong in ["opnlist", "{nope}", "http://x/"] {
      let result = stand.strm(["--template", wrong], films: ["a.mkv"])
      #expect(result.status == 64, "\(result)")
    }
    #expect(stand.library == ["a.strm": "https://d.example/d/srv/a.mkv\n"])
  }

  @Test("who takes a file over that was made from another source says so, each time")
  func takenOver() {
    let stand = Stand()
    let films = [Stand.entry("a.mkv"), Stand.entry("b.mkv")]
    func run(_ films: [String], _ root: String) -> String {
      let result = stand.strm(Stand.usual, stand.section(films, root: root))
      #expect(result.status == 0, "\(result)")
      return String(decoding: result.errors, as: UTF8.self)
    }
    #expect(run(films, "/srv") == "")
    #expect(run(films, "/srv/") == "")
    let others = [films[1], Stand.entry("c.mkv")]
    #expect(run(others, "/other").contains("1 files that were made from /srv are another"))
    #expect(run(films, "/srv").contains("1 files that were made from /other are another"))
    #expect(run(films, "/srv") == "")
  }

  @Test("a dry run tells the same and changes nothing, not even OUT")
  func dry() {
    let stand = Stand()
    let words = ["--template", "openlist", "-n"]
    let result = stand.strm(words, films: ["a.mkv", "d/b.mkv"])
    #expect(result.outcomes("\"did\":\"write\",\"ok\":true").count == 2)
    #expect(result.text.contains("\"dry\":true") && !House.isFolder(stand.out))
    _ = stand.strm(films: ["a.mkv"])
    let before = picture(stand)
    let other = stand.strm(words, films: ["a.mkv", "d/b.mkv"])
    #expect(other.outcomes("\"did\":\"keep\"").count == 1)
    #expect(other.outcomes("\"did\":\"write\"").count == 1)
    #expect(picture(stand) == before)
  }

  @Test("links, folders and pipes that stand in the way fail their film, and nothing else")
  func inTheWay() {
    let stand = Stand()
    _ = stand.box.shell(
      """
      mkdir -p out outside out/folder.strm
      ln -s ../outside out/linked; ln -s ../outside/x out/l.strm
      mkfifo out/pipe.strm; echo file >out/file; echo x >outside/x
      """)
    let result = stand.strm(films: [
      "linked/a.mkv", "l.mkv", "folder.mkv", "pipe.mkv", "file/b.mkv", "good.mkv",
    ])
    #expect(result.status == 1 && result.outcomes("\"ok\":false").count == 5, "\(result)")
    #expect(result.outcomes("\"kind\":\"refused\"").count >= 3)
    // The pipe would keep whoever reads it waiting.
    #expect(stand.box.shell("rm out/pipe.strm; cat out/good.strm").text.hasSuffix("good.mkv\n"))
    #expect(stand.box.shell("ls outside; cat outside/x").text == "x\nx\n")
  }

  @Test(
    "killed at any call and run again, the library is whole and nothing half written has a name")
  func kill() {
    let calls = [
      "openat,openat2", "write", "renameat,rename", "close", "flock", "mkdirat", "statx",
    ]
    let input = many.map { Stand.entry($0) }
    let seed = UInt64.random(in: 0..<1_000_000)
    var dice = Dice(seed)
    for round in 0..<8 {
      let stand = Stand()
      let section = stand.section(input)
      House.write(section, to: stand.box.folder.appending("in"))
      for _ in 0..<2 {
        let call = dice.pick(calls)
        let number = 1 + dice.below(dice.pick([5, 60, 500]))
        _ = stand.box.shell(
          """
          strace -f -qq -o /dev/null -e trace=\(call) -e inject=\(call):signal=KILL:when=\(number) \
          s4l-strm --template openlist --base https://d.example out <in >/dev/null 2>&1; true
          """, asRoot: true)
        for (name, text) in stand.library where name.hasSuffix(".strm") {
          #expect(text.hasSuffix(".mkv\n"), "seed \(seed), \(round): \(name) \(text)")
        }
      }
      let result = stand.strm(["--template", "openlist"], section, root: true)
      #expect(result.status == 0, "\(result)")
      let library = stand.library
      #expect(library.count == 400 && library.keys.allSatisfy { $0.hasSuffix(".strm") })
      let named = Set(
        stand.manifest.compactMap { line in
          line.split(separator: "\"target\":\"").dropFirst().first?.split(separator: "\"").first
        })
      #expect(library.keys.allSatisfy { named.contains($0[...]) })
    }
  }

  @Test("a full disk fails the films that it has no room for, and leaves no drafts")
  func full() {
    let stand = Stand()
    House.write(
      stand.section(many.map { Stand.entry($0) }), to: stand.box.folder.appending("in"))
    let result = stand.box.shell(
      """
      mkdir out && mount -t tmpfs -o size=256k,nr_inodes=200 none out || exit 9
      s4l-strm --template openlist --base https://d.example out <in >told; echo $?
      find out -name '.s4l-*' | wc -l; find out -name '*.strm' -size 0 | wc -l
      grep -c '"ok":false,"kind":"io"' told
      umount out
      """, asRoot: true)
    let lines = result.lines
    #expect(lines.count == 4 && lines[0] == "1" && lines[1] == "0" && lines[2] == "0", "\(result)")
    #expect((lines.last.flatMap { Int($0) } ?? 0) > 0)
  }

  @Test("a disk that is full for the manifest gives no file a name")
  func fullManifest() {
    let stand = Stand()
    House.write(stand.section([Stand.entry("a.mkv")]), to: stand.box.folder.appending("in"))
    let result = stand.box.shell(
      """
      mkdir -p out/.s4l; : >out/.s4l/manifest
      strace -f -qq -o /dev/null -P out/.s4l/manifest -e trace=write \
      -e inject=write:error=ENOSPC s4l-strm --template openlist --base https://d.example out <in
      """, asRoot: true)
    #expect(result.status == 1 && result.outcomes("\"kind\":\"io\"").count == 1, "\(result)")
    #expect(stand.library.isEmpty)
  }

  @Test("side-cars, junk, themes, small films, holes and strange records are passed on as they are")
  func others() {
    let stand = Stand()
    let others = [
      Stand.entry("a.nfo"), Stand.entry("@eaDir/b.mkv"), Stand.entry("d/._c.mkv"),
      Stand.entry("theme.mp3"), Stand.entry("x/#recycle/y.mkv"), Stand.entry("small.mkv", size: 3),
      Stand.entry("f.mkv/", size: 0), Stand.entry("l.mkv", size: 1, #","link":"a""#),
      #"{"type":"hole","path":"h/","kind":"chosen","reason":"x"}"#,
      #"{"type":"new","path":"n.mkv"}"#, Stand.event("r.mkv", "remove"),
      Stand.event("s.srt", "create"),
    ]
    let words = ["--template", "openlist", "--media", "+mp3", "--min-size", "5"]
    let result = stand.strm(
      words, stand.section(others + [Stand.entry("big.mkv"), Stand.entry("s.mp3")]))
    for line in others { #expect(result.lines.contains(line), "\(line)") }
    #expect(stand.library.keys.sorted() == ["big.strm", "s.strm"])
    #expect(result.text.contains("\"complete\":true,\"records\":14"))
  }

  @Test("new files get the permissions that are asked for, whatever the mask")
  func permissions() {
    let stand = Stand()
    _ = stand.strm(["--template", "openlist", "--permissions", "664"], films: ["a.mkv"])
    #expect(stand.box.shell("stat -c %a out/a.strm").text == "664\n")
  }

  @Test("a listing that is cut off is worked on as far as it came, and the status says so")
  func cut() {
    let stand = Stand()
    let whole = stand.section([Stand.entry("a.mkv"), Stand.entry("b.mkv")])
    let result = stand.strm(["--template", "openlist"], Array(whole.prefix(130)))
    #expect(result.status == 65, "\(result)")
    #expect(stand.library.count <= 1)
  }

  @Test("a large folder is settled in parts, and every film has its file")
  func large() {
    let stand = Stand()
    let result = stand.strm(films: (0..<40_000).map { "d/\($0).mkv" } + ["d/39999.mp4", "d/7.mp4"])
    #expect(result.status == 0)
    #expect(stand.library.count == 40_000)
    #expect(result.outcomes("\"did\":\"skip\"").count == 2)
    #expect(stand.library["d/7.strm"] == "https://d.example/d/srv/d/7.mkv\n")
  }
}
