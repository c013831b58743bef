import Support
import Testing
import Values

@Suite("A remote of the configuration")
struct RemoteTests {
  let desk = Desk()

  /// A remote of the gateway with its keys in files.
  private func remote(_ more: String = "", endpoint: String? = nil) -> String {
    desk.write("test\n", "access")
    desk.write("testtest\n", "secret")
    return """
      [remote.box]
      type = "s3"
      endpoint = "\(endpoint ?? desk.gateway.endpoint)"
      access_key_file = "\(desk.sandbox.home)/access"
      secret_key_file = "\(desk.sandbox.home)/secret"
      \(more)

      """
  }

  @Test("a bucket is a place by its name alone, and with a path below it")
  func named() throws {
    let bucket = try desk.gateway.bucket()
    desk.configure(remote("bucket = \"\(bucket.name)\""))
    let pushed = desk.run(
      "mkdir -p p/a && echo x >p/a/1 && echo yy >p/2 && s4l-push p box:photos")
    #expect(pushed.status == 0 && pushed.complaint == "", "\(pushed)")
    #expect(try bucket.keys() == ["photos/2", "photos/a/1"])
    #expect(desk.list("box:").text == "photos/2\nphotos/a/1\n")
    #expect(desk.list("box:photos").text == "2\na/1\n")
    #expect(desk.list("box:/photos/a/").text == "1\n")
    let head = desk.run("s4l-ls box:photos | head -n 1")
    #expect(head.text.contains("\"root\":\"box:photos\""))
    let pulled = desk.run("s4l-pull box:photos q && diff -r p q && s4l-push --delete p box:photos")
    #expect(pulled.status == 0 && pulled.text.contains("\"uploaded_files\":0"), "\(pulled)")
    let cleaned = desk.run("rm p/2 && s4l-push --delete p box:photos")
    #expect(cleaned.status == 0 && cleaned.complaint == "", "\(cleaned)")
    #expect(try bucket.keys() == ["photos/a/1"])
  }

  @Test("without a bucket, the path begins with one")
  func bucketOfPath() throws {
    let bucket = try desk.gateway.bucket()
    try bucket.put("photos/1", [1])
    desk.configure(remote())
    #expect(desk.list("box:\(bucket.name)/photos").text == "1\n")
    let none = desk.list("box:")
    #expect(none.status == 64 && none.complaint.contains("it names no bucket"), "\(none)")
  }

  @Test("a folder can be one")
  func folder() {
    desk.configure("[remote.disk]\ntype = \"path\"\npath = \"\(desk.sandbox.folder)/disk\"\n")
    let pushed = desk.run("mkdir p && echo x >p/1 && s4l-push p disk:a/b && diff -r p disk/a/b")
    #expect(pushed.status == 0, "\(pushed)")
    #expect(desk.list("disk:").text == "a/b/1\n")
    let pulled = desk.run("s4l-pull disk:a/b q && diff -r p q && rm p/1 && touch p/2 p/3")
    #expect(pulled.status == 0, "\(pulled)")
    #expect(
      desk.run("s4l-push --delete p disk:a/b --allow-empty && ls disk/a/b").text.hasSuffix(
        "2\n3\n"))
  }

  @Test("a name that is not there is told, with the nearest that is")
  func unknown() {
    desk.configure(remote())
    let listed = desk.list("bos:photos")
    #expect(listed.status == 66 && listed.text == "")
    #expect(
      listed.complaint.hasPrefix(
        "s4l-ls: bos:photos: there is no [remote.bos] in the configuration; the nearest is box"))
  }

  @Test("a configuration with a mistake ends the run")
  func unusable() {
    desk.configure("[remote.a]\ntype = \"s4\"\n")
    let wrong = desk.list("a:x")
    #expect(wrong.status == 78 && wrong.complaint.contains("s4l.toml:2:8: remote.a.type"))
    desk.configure("[remote.a]\ntype = \"s3\"\nsecret_key_file = \"/nowhere\"\n")
    let missing = desk.list("a:x")
    #expect(missing.status == 66 && missing.complaint.contains("remote.a.secret_key_file"))
  }

  @Test("a bucket that is not there is told by its name, and lists nothing")
  func noBucket() {
    desk.configure(remote("bucket = \"nobody-made-this\""))
    for words in ["s4l-ls box:", "echo '{\"path\":\"f\"}' | s4l-put box:"] {
      let outcome = desk.run("echo x >f; \(words)")
      #expect(outcome.status == (words.hasPrefix("echo") ? 1 : 66), "\(outcome)")
      #expect(
        "\(outcome)".contains("nobody-made-this: the store answered 404 NoSuchBucket"), "\(outcome)"
      )
    }
  }

  @Test("requests go out as it says: how many at once, how many a second, in which class")
  func terms() throws {
    let bucket = try desk.gateway.bucket()
    let proxy = FaultProxy(to: desk.gateway.endpoint)
    try proxy.set()
    desk.configure(
      remote(
        "bucket = \"\(bucket.name)\"\nmax_concurrency = 1\nqps = 10\nstorage_class = \"STANDARD\"",
        endpoint: proxy.endpoint))
    let clock = ContinuousClock()
    var pushed: Sandbox.Outcome?
    let taken = clock.measure {
      pushed = desk.run("mkdir p && for i in 1 2 3 4 5 6; do echo $i >p/$i; done; s4l-push p box:")
    }
    #expect(pushed?.status == 0)
    // Whatever else takes its time, six requests cannot be quicker.
    #expect(taken > .milliseconds(250))
    let puts = try proxy.log().filter { $0.method == "PUT" }
    #expect(puts.count == 6 && puts.allSatisfy { $0.inFlight == 1 })
    #expect(puts.allSatisfy { $0.headers?["x-amz-storage-class"] == "STANDARD" })
  }

  @Test("TLS that is not verified is a warning each time")
  func insecure() throws {
    let bucket = try desk.gateway.bucket()
    try bucket.put("1", [1])
    let front = try Front(desk)
    let text = remote("bucket = \"\(bucket.name)\"", endpoint: front.proxy.endpoint)
    desk.configure(text + "insecure = true\n")
    let listed = desk.list("box:")
    #expect(listed.status == 0 && listed.text == "1\n", "\(listed)")
    #expect(listed.complaint.hasPrefix("s4l-ls: warning: TLS is not verified"), "\(listed)")
    desk.configure(text + "ca_file = \"\(front.certificate)\"\n")
    #expect(desk.list("box:").description == "0 stdout: 1\n stderr: ")
    desk.configure(text)
    let refused = desk.list("box:")
    #expect(refused.status == 77 && refused.text == "", "\(refused)")
  }
}

/// A server behind TLS, with a certificate that nobody knows.
struct Front {
  let proxy: FaultProxy
  let certificate: Path

  init(_ desk: Desk) throws { try self.init(desk.sandbox, to: desk.gateway.endpoint) }

  init(_ sandbox: Sandbox, to endpoint: String) throws {
    let files = Front.certificate(sandbox, "front")
    certificate = files[0]
    proxy = FaultProxy(
      to: endpoint, tls: (certificate: "\(certificate)", key: "\(files[1])"))
    try proxy.set()
  }

  /// A certificate of its own authority for this machine, and its key.
  static func certificate(_ sandbox: Sandbox, _ name: String) -> [Path] {
    let files = [".pem", ".key"].map { sandbox.home.appending(name + $0) }
    let made = sandbox.shell(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        + "-subj /CN=test -addext subjectAltName=IP:127.0.0.1 "
        + "-keyout '\(files[1])' -out '\(files[0])'")
    #expect(made.status == 0, "\(made)")
    return files
  }
}
