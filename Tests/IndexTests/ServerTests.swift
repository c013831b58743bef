import Core
import Index
import IndexServer
import Support
import System
import Testing
import Values

/// What can happen to an index because it is on a server.
@Suite struct ServerTests {
  @Test("a server that is not there, or does not let us in, is told, and no password is")
  func unavailable() throws {
    let site = try ServerSite()
    let sandbox = Sandbox()
    func list(_ address: String, _ password: String) -> Sandbox.Outcome {
      sandbox.run(
        ["s4l-index", "repo", "list"],
        environment: ["S4L_INDEX_DATABASE=\(address)", "PGPASSWORD=\(password)"])
    }
    #expect(list(site.address, site.database.password).status == 0)
    let wrong = list(site.address, "hunter2 word")
    #expect(wrong.status == 77)
    #expect(!wrong.complaint.contains("hunter2"))
    #expect(list(site.address + "x", site.database.password).status == 66)
    let gone = list("postgresql://me@127.0.0.1:1/x", "hunter2 word")
    #expect(gone.status == 69)
    #expect(!gone.complaint.contains("hunter2"))
    let shown = sandbox.run(
      ["s4l-index", "repo", "list", "--database", "postgresql://me:hunter2@127.0.0.1/x"])
    #expect(shown.status == 64)
    #expect(shown.complaint.contains("PGPASSFILE"))
    #expect(!shown.complaint.contains("hunter2"))
  }

  @Test("the password is read from the file that the configuration names")
  func password() throws {
    let site = try ServerSite()
    let sandbox = Sandbox()
    let outcome = sandbox.shell(
      """
      umask 077; echo "$word" >word
      printf '[index]\\ndatabase = "%s"\\npassword_file = "%s/word"\\n' \(site.address) "$PWD" >c
      unset word; s4l-index repo list --config c
      """, environment: ["word=\(site.database.password)"])
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("an update whose server starts again goes on", arguments: ["fast", "immediate"])
  func restart(_ how: String) throws {
    let server = PostgresServer()
    let site = try ServerSite(server)
    let store = try site.server()
    let repository = Repository(
      id: Repository.id(of: [1]), name: "photos", folder: Path(text: "/srv/photos"))
    let now = Timestamp(seconds: 1_790_000_000)
    try store.add(repository, at: now)
    let hold = try store.hold(repository, .updating, waits: false)
    #expect(hold != nil)
    var operation = try store.begin(.startup, of: repository, at: now)
    for round in 0..<60 {
      let changes = (0..<50).map { number in
        Change.put(
          FileRecord(path: Array("\(round)/\(number)".utf8), size: 1, time: now), isNew: true)
      }
      if round % 20 == 10 {
        try server.stop(how)
        try server.start()
      }
      try store.transaction { () throws(Failure) in
        #expect(try store.write(changes, of: repository, Stamp(now, 1)).isEmpty)
      }
    }
    operation.state = .completed
    try store.note(operation)
    #expect(try site.server().totals(of: repository).files == 3_000)
    #expect(try site.server().isHeld(repository, .updating))
    #expect(try site.server().operations(of: repository, atMost: 9).map(\.state) == [.completed])
  }

  @Test("a row that somebody's rule refuses does not stop the others", arguments: [0, 40])
  func refusedRow(_ more: Int) throws {
    let ground = try Ground(.server)
    guard let site = ground.site as? ServerSite else { return }
    try site.database.ask("ALTER TABLE file_records ADD CHECK (file_path <> 'b')")
    // Many that are new go as a copy, of which all is refused.
    let others = (0..<more).map { "d\(10 + $0)" }
    let flaws = try ground.write(
      (["a", "b", "c"] + others).map { .put(ground.file($0), isNew: true) }
        + [.remove(Array("a".utf8))])
    #expect(flaws.map(\.path) == [Array("b".utf8)])
    #expect(try ground.names() == ["c"] + others)
  }

  @Test("a path of any length and any bytes has a row of its own")
  func longPaths() throws {
    let ground = try Ground(.server)
    let stem = (0..<3_000).map { UInt8(33 + $0 * 7_919 % 90) }
    let paths = [[1], [0xFF], [0x61]].map { stem + $0 }.sorted { $0.lexicographicallyPrecedes($1) }
    for _ in 0..<2 {
      let flaws = try ground.write(
        paths.map { .put(FileRecord(path: $0, size: 1, time: ground.start), isNew: true) })
      #expect(flaws.isEmpty)
    }
    #expect(try ground.paths(by: 1) == paths)
    try ground.write([.remove(paths[1])])
    #expect(try ground.paths() == [paths[0], paths[2]])
  }

  @Test("a disk of the server that is full is told, and what is there is whole")
  func full() throws {
    let site = try ServerSite(PostgresServer(["--room", "12"]), "TABLESPACE small")
    let sandbox = Sandbox()
    let outcome = sandbox.shell(
      """
      mkdir files; s4l-index repo add photos files >/dev/null
      name=$(printf %0200d 0)
      seq -f '{"path":"'$name'%.0f","size":1,"mtime":"2026-11-20T18:02:11Z"}' 60000 |
        s4l-index update photos
      """, environment: ["S4L_INDEX_DATABASE=\(site.address)"] + site.variables)
    #expect(outcome.status == 74, "\(outcome)")
    #expect(outcome.complaint.contains("No space left"), "\(outcome)")
    let store = try site.open()
    let repository = try #require(try store.repository("photos"))
    let files = try store.totals(of: repository).files
    let page = try store.page(of: repository, after: nil, within: [], atMost: 100_000)
    #expect(files == page.count && files > 0)
  }
}
