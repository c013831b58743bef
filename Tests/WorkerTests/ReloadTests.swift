import Support
import Testing
import Values

/// The configuration of a worker changes while it works.
@Suite("Workers whose configuration changes") struct ReloadTests {
  /// What keeps a worker from noticing things late: it tells of itself every quarter of a second.
  private static let brisk = ["--lease", "1s"]

  private func configuration(_ bucket: Bucket, _ width: Int) -> String {
    Post.s3(bucket) + "[daemon]\nconcurrency = \(width)\n"
  }

  @Test("a new width holds at once; a broken file changes nothing, not for the tasks either")
  func reload() throws {
    let post = Post(.file)
    let bucket = try Gateway.shared.bucket()
    post.configure(configuration(bucket, 2))
    post.configure(configuration(bucket, 2), as: "good.toml")
    // Who asks must not stumble over the broken file.
    let asking = ["S4L_CONFIG=\(post.file("good.toml"))"]
    let worker = try post.work(Self.brisk)
    #expect(until { post.widths(asking) == [2] })
    post.configure(configuration(bucket, 5))
    #expect(until { post.widths(asking) == [5] }, "\(post.said(worker))")
    for broken in ["[daemon\n", "[daemon]\nconcurrency = 101\n", "[nonsense"] {
      let before = post.said(worker)
      post.configure(broken)
      #expect(until { post.said(worker).dropFirst(before.count).contains("in force stays") })
    }
    #expect(post.sandbox.shell("mkdir f && echo one >f/1").status == 0)
    post.run("s4l-publish", "f", "p", environment: asking)
    #expect(until { post.isIdle("default", asking) }, "\(post.said(worker))")
    #expect(try bucket.contents() == ["p/1": Array("one\n".utf8)])
    #expect(post.widths(asking) == [5])
    post.configure(configuration(bucket, 3))
    #expect(until { post.widths(asking) == [3] }, "\(post.said(worker))")
    post.terminate(worker)
    #expect(try post.ended(worker) == .signalled(15))
    #expect(post.widths(asking) == [])
  }

  @Test("a narrower worker finishes what it has, and takes no more than it may")
  func narrower() throws {
    let post = Post(.file)
    post.configure("[daemon]\nconcurrency = 3\n")
    post.sandbox.write("handler", Post.waiting)
    let worker = try post.work(Self.brisk + ["--queue", "q", "--", "sh", "handler"])
    for id in 1...5 { post.push("\(id)") }
    #expect(until { post.count("q", "active") == 3 && post.lines("log").count == 3 })
    post.configure("[daemon]\nconcurrency = 1\n")
    #expect(until { post.widths() == [1] })
    // Two end, one is left: no place is free until that has ended too.
    for id in post.lines("log").prefix(2) { post.sandbox.write("finish-\(id.dropFirst(6))", "") }
    #expect(until { post.count("q", "active") == 1 }, "\(post.said(worker))")
    #expect(post.lines("log").filter { $0.hasPrefix("begin") }.count == 3)
    post.sandbox.write("finish", "")
    #expect(until { post.isIdle("q") }, "\(post.said(worker))")
    let last = post.lines("log").suffix(5).map { $0.prefix(3) }
    #expect(last == ["end", "beg", "end", "beg", "end"])
  }

  @Test("variables of Sync4Loong stand above the file, and select the server of the queues")
  func variables() throws {
    let post = Post(.file)
    let server = RedisServer()
    let environment = [
      "SYNC4LOONG_REDIS_ADDR=127.0.0.1:\(server.port)", "SYNC4LOONG_DAEMON_CONCURRENCY=7",
    ]
    post.configure("[daemon]\nconcurrency = 2\n")
    let worker = try post.work(
      Self.brisk + ["--queue", "q", "--", "cat"], environment: environment)
    #expect(until { post.widths(environment) == [7] }, "\(post.said(worker))")
    #expect(post.widths() == [])
    let url = "redis://127.0.0.1:\(server.port)"
    #expect(post.run("s4l-queue", "stat", "--workers", "--url", url).count == 1)
    post.push("a", environment)
    #expect(until { post.isDone("a", environment) })
    #expect(post.run("s4l-queue", "ls", "--queue", "q", status: 66).isEmpty)
    // What else the file says still holds once it has changed; the variables stay above it.
    post.configure("[daemon]\nconcurrency = 3\n[nothing]\n")
    #expect(until { post.said(worker).contains("nothing") }, "\(post.said(worker))")
    #expect(post.widths(environment) == [7])
  }
}
