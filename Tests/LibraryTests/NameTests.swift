import Support
import Testing
import Values

/// What files hold and how they are called, for names that are hard.
@Suite struct NameTests {
  static let hard = [
    "A+B & C, (100%) #1?;!'*[x].mkv", "霸王别姬 #1.mkv", "🎬 film.mp4", ".hidden.mkv", "a .mkv",
    "a..mkv", "caf\u{E9}.mkv", "it's \"it\".mkv", "back\\slash.mkv",
    "100%25.mkv", "d d/e#e/f?f.mkv", "-dash.mkv", "x=y:z@w$.mkv", "tab\there.mkv",
  ]

  /// An URL read as a server would: without its query, escapes undone once.
  private func decoded(_ url: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(url.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let high = rest.popFirst(), let low = rest.popFirst(),
        let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("every reader finds the one link, and the server the very name, however hard it is")
  func readers() {
    let stand = Stand()
    let result = stand.strm(films: NameTests.hard)
    #expect(result.status == 0, "\(result)")
    let library = stand.library
    #expect(library.count == NameTests.hard.count, "\(library.keys)")
    for name in NameTests.hard {
      let target =
        name.split(separator: ".", omittingEmptySubsequences: false).dropLast()
        .joined(separator: ".") + ".strm"
      guard let text = library[target] else {
        Issue.record("no \(target)")
        continue
      }
      let bytes = Array(text.utf8)
      let link = Readers.first(bytes)
      #expect(Readers.playlist(bytes) == [link])
      #expect(Readers.remote(bytes) == link)
      #expect(bytes.last == 10 && bytes.count { $0 == 10 } == 1 && bytes.allSatisfy { $0 < 0x80 })
      #expect(!link.contains("+") && !link.contains("?") && link.hasPrefix(stand.base + "/d/"))
      #expect(decoded(link.dropFirst(stand.base.count)).utf8.elementsEqual("/d/srv/\(name)".utf8))
    }
  }

  @Test("names that are no names, and paths that lead out, fail and write nothing")
  func hostile() {
    let stand = Stand()
    let hostile = [
      "../a.mkv", "a/../../b.mkv", "/etc/c.mkv", "d\u{0}.mkv", ".s4l/e.mkv", "x/.s4l-1.tmp/f.mkv",
      "g//h.mkv", "./i.mkv", "line\nbreak.mkv",
    ]
    let result = stand.strm(["--template", "{base}{path}"], films: hostile)
    #expect(result.status == 1, "\(result)")
    #expect(result.outcomes("\"ok\":false").count == hostile.count, "\(result)")
    #expect(stand.library.isEmpty)
  }

  @Test("a name that is not UTF-8 is kept byte for byte")
  func bytes() {
    let stand = Stand()
    let name = Base64.encode(Array("f".utf8) + [0xFF] + Array(".mkv".utf8))
    let record = #"{"type":"entry","path_bytes":"\#(String(decoding: name, as: UTF8.self))"}"#
    let result = stand.strm(stand.section([record]))
    #expect(result.status == 0 && result.text.contains("target_bytes"), "\(result)")
    #expect(
      House.read(stand.out.appending(Path(Array("f".utf8) + [0xFF] + Array(".strm".utf8))))
        == Array("https://d.example/d/srv/f%FF.mkv\n".utf8))
  }

  @Test("a name that is too long is cut between letters and marked, and differs for each film")
  func long() {
    let stand = Stand()
    let stem = String(repeating: "霸", count: 83)
    let names = [stem + "ab.mkv", stem + "ac.mkv", String(repeating: "x", count: 251) + ".mkv"]
    #expect(stand.strm(films: names).status == 0)
    let library = stand.library
    #expect(library.count == 3)
    for (name, text) in library {
      #expect(name.utf8.count <= 255 && name.hasSuffix(".strm"))
      #expect(!name.unicodeScalars.contains("\u{FFFD}"))
      #expect(text.contains(".mkv\n"))
    }
  }

  @Test("an URL that players cut is warned of once")
  func warning() {
    let stand = Stand()
    let deep = (0..<5).map { _ in String(repeating: "霸", count: 30) }.joined(separator: "/")
    let result = stand.strm(films: [deep + "/a.mkv", deep + "/b.mkv"])
    #expect(result.complaint.split(separator: "\n").count == 1, "\(result)")
    #expect(result.status == 0 && stand.library.count == 2)
  }

  @Test("a sign is put into the query, and one that expires is warned of once")
  func signs() {
    let stand = Stand()
    let records = [
      Stand.entry("a.mkv", size: 1, #","sign":"x_-=:0""#), Stand.entry("b.mkv"),
    ]
    let result = stand.strm(stand.section(records))
    #expect(result.complaint.isEmpty)
    #expect(stand.library["a.strm"] == "https://d.example/d/srv/a.mkv?sign=x_-%3D%3A0\n")
    #expect(stand.library["b.strm"] == "https://d.example/d/srv/b.mkv\n")
    let fleeting = ["c.mkv", "d.mkv"].map { Stand.entry($0, size: 1, #","sign":"x=:1893456000""#) }
    let other = stand.strm(stand.section(fleeting))
    #expect(other.complaint.split(separator: "\n").count == 1, "\(other)")
  }

  @Test(
    "of a remote the configuration tells what links its server takes, and where its paths begin",
    arguments: [
      ("webdav", "https://nas/dav/", "https://nas/dav/films/m/a%20b.mkv"),
      ("openlist", "http://nas:5244", "http://nas:5244/d/films/m/a%20b.mkv"),
      (
        "clouddrive", "http://nas:19798",
        "http://nas:19798/static/http/nas:19798/False/%2Ffilms%2Fm%2Fa%20b.mkv"
      ),
    ])
  func remotes(_ type: String, _ endpoint: String, _ text: String) {
    let stand = Stand()
    _ = stand.box.shell("mkdir -p \"$HOME/config/s4l\"")
    House.write(
      Array(
        "[remote.wd]\ntype = '\(type)'\nendpoint = '\(endpoint)'\npath = '/films'\n".utf8),
      to: stand.box.home.appending("config/s4l/s4l.toml"))
    for root in ["wd:m", "wd:/m/"] {
      let section = stand.section([Stand.entry("a b.mkv")], root: root)
      let result = stand.box.run(["s4l-strm", "out"], stdin: section)
      #expect(stand.library["a b.strm"] == text + "\n", "\(root): \(result)")
    }
    // A remote of another machine tells nothing, so what is said on the command line counts.
    let other = stand.section([Stand.entry("a b.mkv")], root: "elsewhere:m")
    #expect(stand.box.run(["s4l-strm", "out"], stdin: other).status == 64)
    #expect(stand.strm(other).status == 0)
    #expect(stand.library["a b.strm"] == "https://d.example/d/m/a%20b.mkv\n")
  }

  @Test(
    "what a file holds is what its template says",
    arguments: [
      (
        ["--template", "cd2"], "/srv/电影/a b.mkv",
        "https://d.example/static/https/d.example/False/%2Fsrv%2F%E7%94%B5%E5%BD%B1%2Fa%20b.mkv"
      ),
      (["--template", "webdav"], "", "https://d.example/dav/srv/%E7%94%B5%E5%BD%B1/a%20b.mkv"),
      (
        ["--template", "openlist-proxy"], "",
        "https://d.example/p/srv/%E7%94%B5%E5%BD%B1/a%20b.mkv?sign=s%3A0"
      ),
      (["--mode", "path"], "", "/srv/电影/a b.mkv"),
      (["--mode", "path", "--map", "/srv=/m/", "--map", "/=/n"], "", "/m/电影/a b.mkv"),
      (["--mode", "path", "--map", "/sr=/no", "--map", "/=smb://"], "", "smb://srv/电影/a b.mkv"),
      (["--mode", "path", "--root", "/"], "", "/电影/a b.mkv"),
      (
        ["--template", "{path_enc}", "--map", "/srv/电影=http://h/x y"], "", "http://h/x y/a%20b.mkv"
      ),
      (["--template", "{base}/{name_enc}|{name}"], "", "https://d.example/a%20b.mkv|a b.mkv"),
      (
        ["--template", "{base}{path_enc}", "--encode", "none"], "",
        "https://d.example/srv/电影/a b.mkv"
      ),
      (["--template", "{url}"], "", "u://1"), (["--template", "{id}:{sign}"], "", "7:s%3A0"),
    ])
  func templates(_ words: [String], _ unused: String, _ text: String) {
    let stand = Stand()
    let record = Stand.entry("电影/a b.mkv", size: 1, #","url":"u://1","id":"7","sign":"s:0""#)
    let result = stand.strm(words, stand.section([record]))
    #expect(stand.library["电影/a b.strm"] == text + "\n", "\(result)")
  }

  @Test("--encode server leaves what OpenList leaves")
  func server() {
    let stand = Stand()
    _ = stand.strm(
      ["--template", "openlist", "--encode", "server"], films: ["A+B & C, (1%)=:@$~.mkv"])
    #expect(
      stand.library.values.first
        == "https://d.example/d/srv/A+B%20&%20C%2C%20%281%25%29=:@$~.mkv\n")
  }

  @Test("the root of a listing tells form and place of the links")
  func origins() {
    for (root, link) in [
      ("openlist://h:5244/m", "http://h:5244/d/m/a.mkv"),
      ("openlists://h/", "https://h/d/a.mkv"),
      ("clouddrive://h:1/m", "http://h:1/static/http/h:1/False/%2Fm%2Fa.mkv"),
      ("davs://u:p@h/dav/m", "https://h/dav/m/a.mkv"),
    ] {
      let stand = Stand()
      let input = stand.section([Stand.entry("a.mkv")], root: root)
      let result = stand.box.run(["s4l-strm", "out"], stdin: input)
      #expect(stand.library["a.strm"] == link + "\n", "\(result)")
    }
  }

  @Test(
    "what makes no sense is a mistake of usage",
    arguments: [
      ["--template", "{nope}"], ["--template", "{base"], ["--template", "a\nb"],
      ["--base", "https://u:p@h"], ["--base", "drive"], ["--map", "x"], ["--map", "a=b"],
      ["--name-template", "x.strm"], ["--name-template", "{stem}.txt"], ["--tag", "a/b"],
      ["--media", "*.mkv"], ["--mode", "path", "--template", "cd2"], ["--permissions", "9"], [],
    ])
  func usage(_ words: [String]) {
    let stand = Stand()
    let result = stand.box.run(
      ["s4l-strm"] + words + ["out"], stdin: stand.section([Stand.entry("a.mkv")]))
    #expect(result.status == 64, "\(words) \(result)")
    #expect(stand.library.isEmpty)
  }
}
