import Support
import Testing
import Values

/// What is done with links that are there already.
@Suite struct LinkTests {
  @Test("--check calls dead only what the server calls so")
  func check() {
    let server = Server(Path(text: "/usr/bin/python3"), ["\(Server.folder.appending("links.py"))"])
    let stand = Stand()
    let kinds = [
      "200", "302", "nohead", "whole", "404", "410", "lost", "page", "401", "403", "500", "503",
      "login",
    ]
    _ = stand.box.run(
      [
        "s4l-strm", "--base", server.endpoint, "--template", "{base}{path_enc}", "--root", "/",
        "out",
      ],
      stdin: stand.section(kinds.map { Stand.entry("\($0)/a.mkv") }))
    _ = stand.strm(["--mode", "path"], films: ["local.mkv"])
    let before = stand.box.shell("find out -printf '%p %T@\\n' | sort").text
    let result = stand.box.run(["s4l-strm", "--check", "100", "-j", "2", "out"])
    #expect(result.status == 1)
    func told(_ kind: String) -> String {
      result.outcomes("\"path\":\"\(kind)/a.mkv\"").first ?? ""
    }
    for kind in kinds.prefix(4) {
      #expect(told(kind).contains("\"did\":\"check\",\"ok\":true"), "\(result)")
    }
    for kind in kinds[4...7] {
      #expect(told(kind).contains("\"kind\":\"absent\""), "\(told(kind))")
    }
    for kind in kinds.dropFirst(8) {
      #expect(
        told(kind).contains("\"ok\":false") && !told(kind).contains("absent"), "\(told(kind))")
    }
    #expect(result.outcomes("local.mkv").first?.contains("\"ok\":false") ?? false)
    #expect(stand.box.run(["s4l-strm", "--check", "3", "out"]).outcomes("check").count == 3)
    #expect(stand.box.shell("find out -printf '%p %T@\\n' | sort").text == before)
  }

  @Test("a server that is not there makes no link dead")
  func down() {
    let stand = Stand()
    _ = stand.box.run(
      ["s4l-strm", "--base", "http://127.0.0.1:1", "--template", "openlist", "out"],
      stdin: stand.section([Stand.entry("a.mkv")]))
    let result = stand.box.run(["s4l-strm", "--check", "1", "out"])
    #expect(result.status == 1 && result.outcomes("\"kind\":\"later\"").count == 1, "\(result)")
  }

  @Test("--rewrite changes the beginning of what is ours and unchanged, and nothing else")
  func rewrite() {
    let stand = Stand()
    _ = stand.strm(films: ["a.mkv", "d/b.mkv", "edited.mkv"])
    _ = stand.strm(["--mode", "path"], films: ["p.mkv"])
    _ = stand.box.shell(
      "printf 'https://d.example/d/x\\n' >out/edited.strm; cp out/a.strm out/foreign.strm; "
        + "touch -d 2020-01-01 out/p.strm"
    )
    let rule = "https://d.example/d=http://new:5244/p"
    let dry = stand.box.run(["s4l-strm", "-n", "--rewrite", rule, "out"])
    #expect(dry.outcomes("\"did\":\"write\",\"ok\":true").count == 2, "\(dry)")
    #expect(stand.library["a.strm"] == "https://d.example/d/srv/a.mkv\n")
    let result = stand.box.run(["s4l-strm", "--rewrite", rule, "out"])
    #expect(result.status == 1 && result.outcomes("\"did\":\"write\",\"ok\":true").count == 2)
    #expect(result.outcomes("\"kind\":\"later\"").count == 1)
    #expect(stand.library["a.strm"] == "http://new:5244/p/srv/a.mkv\n")
    #expect(stand.library["d/b.strm"] == "http://new:5244/p/srv/d/b.mkv\n")
    #expect(stand.library["edited.strm"] == "https://d.example/d/x\n")
    #expect(stand.library["foreign.strm"] == "https://d.example/d/srv/a.mkv\n")
    #expect(stand.box.shell("date -u -r out/p.strm +%Y").text == "2020\n")
    let again = stand.box.run(["s4l-strm", "--rewrite", rule, "out"])
    #expect(again.outcomes("\"did\":\"write\",\"ok\":true").isEmpty)
    // The manifest knows the files as they are now.
    let input = stand.section([Stand.entry("a.mkv")])
    let kept = stand.box.run(
      ["s4l-strm", "--base", "http://new:5244", "--template", "openlist-proxy", "out"], stdin: input
    )
    #expect(kept.outcomes("\"did\":\"keep\"").count == 1, "\(kept)")
  }

  @Test("without a manifest nothing is known to be ours")
  func unknown() {
    let stand = Stand()
    _ = stand.box.shell("mkdir out; echo x >out/a.strm")
    #expect(stand.box.run(["s4l-strm", "--rewrite", "x=y", "out"]).status == 66)
    #expect(stand.box.run(["s4l-strm", "--check", "1", "out"]).status == 66)
    #expect(stand.box.run(["s4l-strm", "--rewrite", "x", "out"]).status == 64)
  }
}
