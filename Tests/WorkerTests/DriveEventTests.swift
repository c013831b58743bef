import Foundation
import Support
import Testing
import Values

/// Events of a drive behind a server, from the inbox to the library.
@Suite("Events of a drive") struct DriveEventTests {
  private let post = Post(.file)
  private let server: OpenListServer
  private var box: Sandbox { post.sandbox }

  init() throws {
    server = OpenListServer(below: post.sandbox.folder.appending("drive"))
    try server.set(["cache": true])
    post.configure(job(#"token = "\#(OpenListServer.token)""#))
    shell("mkdir -p drive/m/d; for f in a b d/c; do echo $f >drive/m/$f.mkv; done")
    // So that the server remembers what was there.
    shell("s4l-run --strategy full m; rm library/*.strm library/d/*.strm")
  }

  /// The configuration, with who we are to the server.
  private func job(_ account: String) -> String {
    """
    [remote.drive]
    type = "openlist"
    endpoint = "\(server.endpoint)"
    \(account)

    [[strm_jobs]]
    id = "m"
    source = "drive:/"
    scan_root = "/m"
    output_path = "\(post.sandbox.folder)/library"
    strategy = "incremental"
    """
  }

  private func shell(_ script: String) {
    let outcome = box.shell(script)
    #expect(outcome.status == 0, "\(outcome)")
  }

  private func tell(_ events: [(event: String, path: String)]) {
    let lines = events.map { event, path in
      #"{"type":"event","root":"drive:/m","path":"\#(path)","event":"\#(event)"}"# + "\n"
    }
    let outcome = box.shell(
      "umask 077; mkdir -p \"$XDG_STATE_HOME/s4l/inbox\"; "
        + "cat >>\"$XDG_STATE_HOME/s4l/inbox/m.events\"",
      stdin: Array(lines.joined().utf8))
    #expect(outcome.status == 0)
  }

  private func run(_ status: Int32) {
    let outcome = box.run(["s4l-run", "m"])
    #expect(outcome.status == status, "\(outcome)")
  }

  private var files: String { box.shell("cd library; find * -name '*.strm' | sort | xargs").text }
  private var waiting: String { box.shell("cat \"$XDG_STATE_HOME/s4l/inbox/m.taken\"").text }

  @Test("what cannot be looked at now waits, and holds back nothing else")
  func waits() throws {
    shell("rm drive/m/b.mkv; echo new >drive/m/new.mkv")
    try server.fail(["call": "list", "path": "/m/d", "code": 500, "message": "storage not init"])
    tell([("create", "d/c.mkv"), ("create", "new.mkv"), ("create", "b.mkv"), ("remove", "b.mkv")])
    run(1)
    #expect(files == "new.strm\n")
    #expect(waiting.split(separator: "\n").count == 1 && waiting.contains("d/c.mkv"))
    try server.fail()
    run(0)
    #expect(files == "d/c.strm new.strm\n" && waiting == "")
  }

  @Test("a link that an event led to has the sign that the server wants, and works")
  func signed() throws {
    tell([("create", "a.mkv")])
    run(0)
    #expect(House.text(box.folder.appending("library/a.strm")).contains("?sign="))
    let checked = box.run(["s4l-strm", "--check", "9", "library"])
    let fine = #""target":"a.strm","did":"check","ok":true"#
    #expect(checked.text.contains(fine), "\(checked)")
  }

  @Test("where a folder must not be listed anew, a file that is new is signed by a look at itself")
  func signedByItself() throws {
    try server.user(["password": "s3cret", "write": false])
    try server.set(["cache": true])
    post.configure(job(#"user = "user"\#npassword = "s3cret""#))
    // Of what the server remembers of the folder this is no part.
    shell("s4l-ls drive:/m >listing; echo new >drive/m/new.mkv")
    _ = try server.log()
    tell([("create", "new.mkv")])
    run(0)
    let calls = try server.log()
    #expect(calls.contains { $0.call == "get" && $0.path == "/m/new.mkv" })
    #expect(House.text(box.folder.appending("library/new.strm")).contains("?sign="))
    let checked = box.run(["s4l-strm", "--check", "9", "library"])
    #expect(checked.text.contains(#""target":"new.strm","did":"check","ok":true"#), "\(checked)")
  }

  @Test("a folder that came and went again before the run is done with")
  func brief() throws {
    tell(["gone/", "gone/x.mkv", "gone/deep/", "a.mkv"].map { ("create", $0) })
    run(0)
    #expect(files == "a.strm\n" && waiting == "")
  }
}
