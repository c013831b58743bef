import Foundation
import Support
import Testing
import Values

/// A drive behind OpenList, from the outside.
@Suite("A drive of OpenList") struct OpenListPlaceTests {
  let sandbox = Sandbox()
  let server: OpenListServer

  init() {
    server = OpenListServer(below: sandbox.folder.appending("drive"))
    plant(["films/a.mkv", "films/sub/b.mkv", "films/sub/deep/c.mkv", "films/z/d.mkv", "other/e"])
  }

  private func plant(_ names: [String]) {
    for name in names {
      let path = sandbox.folder.appending("drive").appending(Path(text: name))
      _ = sandbox.run(["mkdir", "-p", "\(path.parent)"], asRoot: true)
      House.write(Array(name.utf8), to: path)
    }
  }

  private func configure(_ text: String) {
    _ = sandbox.shell("mkdir -p \"$HOME/config/s4l\"")
    House.write(Array(text.utf8), to: sandbox.home.appending("config/s4l/s4l.toml"))
  }

  private func run(
    _ script: String, _ environment: [String]? = nil
  ) -> Sandbox.Outcome {
    sandbox.shell(
      script, environment: (environment ?? server.variables) + ["L=\(server.location("films"))"],
      asRoot: true)
  }

  @Test("is a remote with a user, a password in a file, and a folder where paths begin")
  func remote() throws {
    try server.set(["guest": false, "site": "/list"])
    House.write(Array("s3cret\n".utf8), to: sandbox.home.appending("password"))
    configure(
      """
      [remote.drive]
      type = "openlist"
      endpoint = "\(server.endpoint)/list"
      path = "/films"
      user = "user"
      password_file = "\(sandbox.home)/password"

      [remote.bare]
      type = "openlist"
      endpoint = "\(server.endpoint)/list/"
      token = "\(OpenListServer.token)"

      [remote.half]
      type = "openlist"
      endpoint = "\(server.endpoint)"
      user = "user"
      """)
    #expect(run("s4l-conf validate", []).status == 0)
    let listed = run("s4l-ls drive:sub/", [])
    #expect(listed.lines.entries.map(\.path) == ["b.mkv", "deep/c.mkv"], "\(listed)")
    #expect(listed.text.contains(#""root":"drive:sub""#))
    #expect(run("s4l-ls bare:/films/z", []).lines.entries.map(\.path) == ["d.mkv"])
    let round = run("s4l-push drive: bare:new; s4l-pull bare:new back; ls back back/sub", [])
    #expect(round.text.contains("a.mkv\nsub\nz\n") || round.status != 0, "\(round)")
    let half = run("s4l-ls half:", [])
    #expect(half.status == 78 && half.complaint.contains("without a password"))
    #expect(run("s4l-ls nowhere:", []).status == 66)
    #expect(!listed.complaint.contains("s3cret"))
  }

  @Test("is told by the environment who asks; an address with a name in it is refused")
  func environment() throws {
    try server.set(["guest": false])
    let user = ["OPENLIST_USER=user", "OPENLIST_PASSWORD=s3cret"]
    #expect(run("s4l-ls \"$L\"", user).lines.entries.count == 4)
    #expect(run("s4l-ls \"$L\"").lines.entries.count == 4)
    let guest = run("s4l-ls \"$L\"", [])
    #expect(guest.status == 77 && guest.complaint.contains("Guest"), "\(guest)")
    #expect(run("s4l-ls \"$L\"", ["OPENLIST_USER=user"]).status == 78)
    let wrong = run("s4l-ls \"$L\"", ["OPENLIST_USER=user", "OPENLIST_PASSWORD=hidden"])
    #expect(wrong.status == 77 && !wrong.complaint.contains("hidden"))
    let named = run("s4l-ls openlist://user:hidden@127.0.0.1/x")
    #expect(named.status == 64 && !named.complaint.contains("hidden"), "\(named)")
    #expect(run("s4l-ls openlist://").status == 64)
    #expect(run("s4l-ls \"$L/../other\"").status == 64)
    #expect(run("s4l-ls \"$L/none\"").status == 66)
  }

  @Test(
    "has a hole where a folder cannot be listed, however it fails and wherever",
    arguments: [
      "/films/sub", "/films/sub/deep", "/films/z",
    ])
  func holes(_ folder: String) throws {
    let faults: [[String: any Sendable]] = [
      ["code": 403, "message": "password is incorrect or you have no permission"],
      ["code": 500, "message": "failed get objs: storage not init"],
      ["code": 500, "message": "failed get objs: failed get dir: object not found"],
      ["drop": 1], ["total": 1], ["raw": "{}"], ["raw": "<html>"], ["status": 404],
      ["raw": #"{"code":200,"data":{"content":null,"total":3}}"#], ["cut": 40],
    ]
    let below = folder.dropFirst("/films/".count) + "/"
    let whole = run("s4l-ls \"$L\"").lines.entries.map(\.path)
    #expect(whole.count == 4)
    #expect(run("s4l-pull \"$L\" copy").status == 0)
    for fault in faults {
      try server.fail(fault.merging(["call": "list", "path": folder]) { $1 })
      let listed = run("s4l-ls \"$L\"")
      #expect(listed.status == 1, "\(fault)")
      let holes = listed.lines.filter { $0.type == "hole" }
      #expect(holes.map(\.path) == [String(below)] && holes[0]["kind"] != "chosen", "\(fault)")
      // Once for a pull that mirrors: what lies in the hole is left alone.
      let mirrored = run("s4l-pull --delete --allow-empty --max-delete 100% \"$L\" copy")
      #expect(mirrored.status == 1, "\(fault) \(mirrored)")
      let left = run("cd copy && find . -type f | wc -l").text
      #expect(left == "4\n", "\(fault) \(mirrored)")
    }
    try server.fail()
    #expect(run("s4l-ls \"$L\"").status == 0)
  }

  @Test("that fails at its top, or comes empty, takes nothing away")
  func top() throws {
    #expect(run("s4l-pull \"$L\" copy").status == 0)
    let faults: [[String: any Sendable]] = [
      ["code": 500, "message": "failed get objs: storage not init"], ["raw": "null"],
      ["code": 401, "message": "token is invalidated"], ["drop": 3],
      ["raw": #"{"code":200,"data":{"content":null,"total":0}}"#],
    ]
    for fault in faults {
      try server.fail(fault.merging(["call": "list", "path": "/films"]) { $1 })
      let mirrored = run("s4l-pull --delete \"$L\" copy")
      #expect(mirrored.status != 0, "\(fault) \(mirrored)")
      #expect(run("cd copy && find . -type f | wc -l").text == "4\n", "\(fault) \(mirrored)")
    }
  }

  @Test("is written into a folder that does not exist")
  func made() throws {
    let pushed = run("s4l-pull \"$L\" copy; s4l-push copy \"$L/new/deep\"; s4l-ls \"$L/new\"")
    #expect(
      pushed.lines.entries.map(\.path)
        == ["deep/a.mkv", "deep/sub/b.mkv", "deep/sub/deep/c.mkv", "deep/z/d.mkv"], "\(pushed)")
  }

  @Test("is asked to look anew only where that is wanted, and once warns that it may not")
  func refresh() throws {
    #expect(run("s4l-ls \"$L\"").status == 0)
    #expect(try server.log().allSatisfy { $0.given?.refresh == false })
    #expect(run("s4l-ls --refresh \"$L\"").status == 0)
    #expect(try server.log().allSatisfy { $0.given?.refresh == true })
    let guest = run("s4l-ls --refresh \"$L\"", [])
    #expect(guest.status == 0 && guest.lines.entries.count == 4)
    #expect(guest.complaint.split(separator: "\n").count == 1, "\(guest)")
  }
}
