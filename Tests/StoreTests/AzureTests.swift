import Foundation
import Support
import Testing
import Values

@Suite("Containers of Azure") struct AzureTests {
  let desk = Desk()
  let server = AzureServer.shared

  private func run(_ script: String, _ more: [String]? = nil) -> Sandbox.Outcome {
    desk.run(script, more ?? server.variables)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("a blob is what its file is: bytes, time, type, and what is said of it besides")
  func traits() throws {
    let container = try server.container()
    let place = container.location("p")
    let put = run(
      """
      echo hello >a.json && touch -d 2001-02-03T04:05:06.25Z a.json
      s4l-scan . | s4l-put --meta Who_1='Zoë  X' --meta a1=2 --cache-control no-store \
        --storage-class Cool --tag 'x y=z' \(place)
      """)
    #expect(put.status == 0, "\(put)")
    let head = try container.head("p/a.json")
    #expect(
      head["metadata"] as? [String: String]
        == ["mtime": "2001-02-03T04:05:06.250000000Z", "who_1": "Zo%C3%AB  X", "a1": "2"], "\(head)"
    )
    #expect(head["type"] as? String == "application/json")
    #expect(head["cache"] as? String == "no-store" && head["tier"] as? String == "Cool")
    #expect(head["md5"] as? String == "b1946ac92492d2347c6235b4d2611184")
    let listed = run("s4l-ls \(place)").text
    #expect(listed.contains(#""mtime":"2001-02-03T04:05:06.250000000Z""#), "\(listed)")
    #expect(listed.contains(#""class":"Cool""#) && listed.contains("b1946ac92492d2347c62"))
  }

  @Test(
    "what there is not for a blob is not passed over",
    arguments: ["--acl public-read", "--encryption kms", "--meta a-b=c"])
  func missing(_ option: String) throws {
    let container = try server.container()
    let put = run("echo x >f; s4l-scan . | s4l-put \(option) \(container.location())")
    #expect(put.status == 1 && put.text.contains(#""ok":false"#), "\(put)")
    #expect(try container.names() == [])
  }

  @Test("conditions are kept by the service itself")
  func conditions() throws {
    let container = try server.container()
    let place = container.location("p")
    try container.put("p/f", bytes("theirs"))
    let made = run("echo mine >f; s4l-scan . | s4l-put --if-none-match \(place)")
    #expect(made.status == 1 && made.text.contains(#""kind":"later""#), "\(made)")
    let planned = run("s4l-scan . | s4l-diff \(place) >../plan; wc -l <../plan")
    #expect(planned.text.hasPrefix("3"), "\(planned)")
    try container.put("p/f", bytes("other!"))
    let late = run("s4l-put \(place) <../plan")
    #expect(late.status == 1 && late.text.contains("has changed since"), "\(late)")
    #expect(try container.get("p/f") == bytes("other!"))
    #expect(run("s4l-scan . | s4l-diff \(place) | s4l-put \(place)").status == 0)
    #expect(try container.get("p/f") == bytes("mine\n"))
  }

  @Test("files go to a container from a bucket, and back")
  func between() throws {
    let container = try server.container()
    let bucket = try desk.gateway.bucket()
    let both = server.variables + desk.gateway.variables
    try bucket.put("p/d/1", bytes("one"))
    let (here, there) = (bucket.location("p"), container.location("q"))
    #expect(run("s4l-push \(here) \(there)", both).status == 0)
    #expect(try container.contents() == ["q/d/1": bytes("one")])
    try container.put("q/2", bytes("two"))
    let synced = run("s4l-sync \(here) \(there) && s4l-sync \(here) \(there)", both)
    #expect(synced.status == 0 && synced.text.contains("\"uploaded_files\":0"), "\(synced)")
    #expect(try bucket.contents() == ["p/2": bytes("two"), "p/d/1": bytes("one")])
    try container.delete("q/d/1")
    let gone = run("s4l-sync \(here) \(there)", both)
    #expect(gone.status == 0, "\(gone)")
    #expect(try bucket.keys() == ["p/2"])
  }

  @Test("what either side adds, changes and deletes reaches the other, and then nothing is asked")
  func bothWays() throws {
    let container = try server.container()
    let sync = "s4l-sync --max-delete 60% p \(container.location("n"))"
    try container.put("n/d/theirs", bytes("one\n"))
    let first = run("mkdir p && echo mine >p/mine && echo x >p/x && \(sync) && cat p/d/theirs")
    #expect(first.status == 0 && first.text.hasSuffix("one\n"), "\(first)")
    #expect(try container.names() == ["n/d/theirs", "n/mine", "n/x"])
    try container.put("n/d/theirs", bytes("two\n"))
    try container.delete("n/x")
    let second = run("echo MINE >p/mine && \(sync) && cat p/d/theirs && ls p")
    #expect(second.status == 0 && second.text.hasSuffix("two\nd\nmine\n"), "\(second)")
    let third = run("rm p/mine && \(sync) && \(sync)")
    #expect(third.status == 0 && third.complaint == "", "\(third)")
    #expect(try container.contents() == ["n/d/theirs": bytes("two\n")])
  }

  @Test("devlog's configuration is all that push, pull and sync need")
  func devlog() throws {
    // The container that is meant where none is named is everybody's, so this server is not.
    let server = AzureServer(["--container", "devlog-entries"])
    let container = Container(name: "devlog-entries", server: server)
    desk.configure(
      """
      provider = "Azure"
      local_entries_path = "\(desk.sandbox.folder)/entries"

      [azure]
      connection_string = "\(server.connection)"
      """)
    let pushed = run("mkdir entries; echo one >entries/1.md; s4l push && s4l push", [])
    #expect(pushed.status == 0 && pushed.text.contains("\"uploaded_files\":0"), "\(pushed)")
    #expect(try container.contents() == ["1.md": bytes("one\n")])

    // The container's version was modified last: push leaves it, pull fetches it.
    try container.put("1.md", bytes("theirs\n"))
    let late = run("echo longer >entries/1.md; touch -d 2001-01-01 entries/1.md; s4l push", [])
    #expect(late.status == 0, "\(late)")
    #expect(try container.get("1.md") == bytes("theirs\n"))
    let pulled = run("s4l pull && cat entries/1.md", [])
    #expect(pulled.status == 0 && pulled.text.hasSuffix("theirs\n"), "\(pulled)")
    let kept = run(
      "echo mine >entries/1.md; touch -d 2099-01-01 entries/1.md; s4l pull; cat entries/1.md", [])
    #expect(kept.text.hasSuffix("mine\n"), "\(kept)")
    try container.put("2.md", bytes("two\n"))
    let synced = run("s4l sync && s4l sync && cat entries/2.md", [])
    #expect(synced.status == 0 && synced.text.hasSuffix("two\n"), "\(synced)")
    #expect(try container.get("1.md") == bytes("mine\n"))

    _ = try server.counts()
    let wrong = run("sed -i 's/AccountKey=../&*/' $HOME/config/s4l/s4l.toml; s4l sync", [])
    #expect(wrong.status == 78 && !wrong.complaint.contains(server.key.prefix(8)), "\(wrong)")
    #expect(try server.counts() == [:])
  }

  @Test("an account is named by a connection string, by variables, by a remote and its files")
  func ways() throws {
    let container = try server.container()
    try container.put("p/f", bytes("1"))
    let name = container.name
    let signature = try server.signature(["container": name, "permissions": "rl"])
    let keys = ["AZURE_STORAGE_ACCOUNT=\(server.account)"]
    func lists(_ location: String, _ options: String, _ variables: [String]) {
      let outcome = desk.list(location, options, variables)
      #expect(outcome.status == 0 && outcome.text == "f\n", "\(outcome)")
    }
    lists("az://\(name)/p", "", server.variables)
    lists("az://\(name)/p/", "--endpoint \(server.url)", keys + ["AZURE_STORAGE_KEY=\(server.key)"])
    for token in [signature, "?" + signature] {
      lists(
        "az://\(name)//p", "--endpoint \(server.url)",
        keys + ["AZURE_STORAGE_SAS_TOKEN=\(token)"])
    }
    desk.write(server.key + "\n", "key")
    let file = desk.sandbox.home.appending("key")
    desk.configure(
      """
      [remote.one]
      type = "az"
      endpoint = "\(server.url)"
      account = "\(server.account)"
      account_key_file = "\(file)"
      [remote.two]
      type = "az"
      container = "\(name)"
      connection_string = "BlobEndpoint=\(server.url);SharedAccessSignature=\(signature)"
      """)
    // What the environment says of another account is not mixed in.
    let other = ["AZURE_STORAGE_CONNECTION_STRING=AccountName=x;AccountKey=a2V5"]
    lists("one:\(name)/p", "", other)
    lists("two:p", "", other)
  }

  @Test(
    "what is wrong is told before anything is asked, by what is wrong",
    arguments: [
      ("az://", [], 64, "names no container"), ("az://Big_Name/p", [], 64, "small letters"),
      ("az://key@container", [], 64, "holds no keys"), ("az://abc", [], 78, "which account"),
      ("az://abc", ["ACCOUNT=a"], 78, "neither a key nor"),
      ("az://abc", ["ACCOUNT=a", "KEY=hidden!"], 78, "not base64|are base64"),
      ("az://abc", ["ACCOUNT=a", "SAS_TOKEN=hidden"], 78, "AZURE_STORAGE_SAS_TOKEN"),
      ("az://abc", ["CONNECTION_STRING=hidden"], 78, "AZURE_STORAGE_CONNECTION_STRING"),
      ("az://abc", ["CONNECTION_STRING=AccountName=a;AccountKey=hidden"], 78, "not base64"),
    ] as [(String, [String], Int32, String)])
  func mistakes(_ location: String, _ variables: [String], _ status: Int32, _ reason: String) {
    let outcome = desk.list(location, "", variables.map { "AZURE_STORAGE_" + $0 })
    #expect(outcome.status == status, "\(outcome)")
    let reasons = reason.split(separator: "|")
    #expect(reasons.contains { outcome.complaint.contains($0) }, "\(outcome)")
    #expect(!outcome.complaint.contains("hidden"), "\(outcome)")
  }

  @Test("kinds of failures can be told apart, and no secret is shown")
  func kinds() throws {
    let container = try server.container()
    let place = container.location("p")
    let far = "AccountName=a;AccountKey=aGlkZGVu;BlobEndpoint=http://127.0.0.1:9/a"
    let other = server.connection.replacing(server.key, with: "aGlkZGVuaGlkZGVu")
    let once = "AZURE_MAX_ATTEMPTS=1"
    for (script, connection, status) in [
      ("s4l-ls az://no-such-container", server.connection, 66),
      ("s4l-ls \(place)", other, 77), ("s4l-ls \(place)", far, 75),
    ] as [(String, String, Int32)] {
      let outcome = run(script, ["AZURE_STORAGE_CONNECTION_STRING=\(connection)", once])
      #expect(outcome.status == status, "\(outcome)")
      #expect(!"\(outcome)".contains("aGlkZGVu") && !"\(outcome)".contains(server.key))
    }
    for (connection, kind) in [(other, "refused"), (far, "later")] {
      let outcome = run(
        "echo x >f; s4l-scan . | s4l-put \(place)",
        ["AZURE_STORAGE_CONNECTION_STRING=\(connection)", once])
      #expect(outcome.status == 1 && outcome.text.contains("\"kind\":\"\(kind)\""), "\(outcome)")
    }
    let gone = run("echo x >f; s4l-scan . | s4l-put az://no-such-container")
    #expect(gone.text.contains("az://no-such-container"), "\(gone)")
  }
}
