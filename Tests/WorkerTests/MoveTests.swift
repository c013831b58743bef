import Support
import Testing

/// The configuration names another place for the queues while a worker is at work.
@Suite("Queues that move") struct MoveTests {
  private static let words = ["--lease", "1s", "--queue", "q", "--", "sh", "handler"]

  /// A worker that has a task in hand, called a, where the queues are kept at first.
  private func begun(_ post: Post, _ options: [String] = []) throws {
    post.configure(Post.redis(post.server))
    post.sandbox.write("handler", Post.waiting)
    try post.work(options + Self.words)
    post.push("a")
    #expect(until { post.lines("log") == ["begin a"] }, "\(post.said(0))")
  }

  private func move(_ post: Post, to server: RedisServer) {
    post.configure(Post.redis(server))
    #expect(until { post.said(0).contains("kept elsewhere") }, "\(post.said(0))")
  }

  /// What programs are told that look for the queues where they were.
  private func old(_ post: Post) -> [String] {
    let place =
      post.server.map { "redis://127.0.0.1:\($0.port)" }
      ?? "\(post.sandbox.home)/state/s4l/queue.db"
    return ["S4L_QUEUE_URL=\(place)"]
  }

  @Test(
    "a worker finishes what it has in hand, and goes on where the queues are now",
    arguments: Kind.allCases)
  func move(_ kind: Kind) throws {
    let post = Post(kind)
    try begun(post)
    let server = RedisServer()
    move(post, to: server)
    post.push("b")
    #expect(post.lines("log") == ["begin a"])
    #expect(post.task("a", old(post))["state"] as? String == "active")
    post.sandbox.write("finish-a", "")
    #expect(until { post.lines("log") == ["begin a", "end a", "begin b"] }, "\(post.said(0))")
    #expect(post.isDone("a", old(post)))
    #expect(post.tellings(old(post)).isEmpty)
    #expect(post.tellings().count == 1)
    post.sandbox.write("finish-b", "")
    #expect(until { post.isDone("b") }, "\(post.said(0))")
  }

  @Test("a worker that moves still ends when it is told to, and hands back what is not done")
  func stop() throws {
    let post = Post(.redis)
    try begun(post, ["--grace", "100ms"])
    let server = RedisServer()
    move(post, to: server)
    post.terminate(0)
    #expect(try post.ended(0) == .signalled(15))
    let task = post.task("a", old(post))
    #expect(task["state"] as? String == "pending" && task["retried"] as? Int ?? 0 == 0, "\(task)")
  }

  @Test("what is only written elsewhere in the file is where it was")
  func shifted() throws {
    let post = Post(.redis)
    try begun(post)
    post.configure("# A remark.\n[daemon]\nconcurrency = 7\n" + Post.redis(post.server))
    #expect(until { post.widths() == [7] }, "\(post.said(0))")
    #expect(post.said(0) == "")
    post.push("b")
    #expect(until { post.lines("log") == ["begin a", "begin b"] }, "\(post.said(0))")
  }

  @Test("a place that is away for now is waited for")
  func away() throws {
    let post = Post(.file)
    try begun(post)
    let server = RedisServer()
    server.kill()
    move(post, to: server)
    post.sandbox.write("finish", "")
    #expect(until { post.said(0).contains("it is tried again until it answers") })
    server.restart()
    post.push("b")
    #expect(until { post.isDone("b") }, "\(post.said(0))")
  }
}
