import Support
import Testing

/// Workers end in good order, and their handlers are on their own.
@Suite("Workers that are told to end") struct StopTests {
  /// A worker that has a task in hand, called a, while another one waits, called b.
  private func begun(_ post: Post, _ handler: String, _ options: String...) throws {
    post.configure(Post.redis(post.server))
    post.sandbox.write("handler", handler)
    try post.work(
      options + ["--lease", "1s", "-c", "1", "--queue", "q", "--", "sh", "handler"])
    post.push("a")
    #expect(until { post.lines("log") == ["begin a"] }, "\(post.said(0))")
    post.push("b")
  }

  /// Tells the worker to end, and waits until it has heard it.
  private func stop(_ post: Post) {
    post.terminate(0)
    #expect(until { post.tellings().first?["status"] as? String == "closed" }, "\(post.said(0))")
  }

  @Test("what ends within the grace is done, and nothing more is begun", arguments: Kind.allCases)
  func grace(_ kind: Kind) throws {
    let post = Post(kind)
    try begun(post, Post.waiting, "--grace", "1h")
    stop(post)
    post.sandbox.write("finish", "")
    #expect(try post.ended(0) == .signalled(15))
    #expect(post.isDone("a"))
    #expect(post.task("b")["state"] as? String == "pending")
    #expect(post.lines("log") == ["begin a", "end a"])
  }

  @Test(
    "what does not end is killed and handed back: it comes first, as if it had not been tried",
    arguments: Kind.allCases)
  func handedBack(_ kind: Kind) throws {
    let post = Post(kind)
    let deaf = "trap 'echo told >>log' TERM\necho \"begin $S4L_TASK_ID\" >>log\n"
    try begun(
      post, deaf + "while [ -e log ]; do sleep 0.02; done\n", "--grace", "100ms", "--patience",
      "500ms")
    post.terminate(0)
    #expect(try post.ended(0) == .signalled(15))
    #expect(post.lines("log") == ["begin a", "told"])
    let task = post.task("a")
    #expect(task["state"] as? String == "pending" && task["retried"] as? Int ?? 0 == 0, "\(task)")
    let note = "echo \"$S4L_TASK_ID $S4L_TASK_ATTEMPT\" >>order"
    post.run(
      "s4l-queue", "work", "-c", "1", "--until-empty", "--queue", "q", "--", "sh", "-c", note)
    #expect(post.lines("order") == ["a 1", "b 1"])
  }

  @Test("a second signal ends a worker at once; its task is found by others")
  func second() throws {
    let post = Post(.file)
    try begun(post, Post.waiting, "--grace", "1h")
    stop(post)
    // Had it been the same one, it might have been taken for the first, sent twice.
    post.interrupt(0)
    #expect(try post.ended(0) == .signalled(2))
    #expect(post.task("a")["state"] as? String == "active")
    // The handler of the first one goes on until now.
    post.sandbox.write("finish", "")
    try post.work(
      ["--lease", "1s", "--backoff", "100ms", "--queue", "q", "--", "sh", "handler"])
    #expect(until { post.isDone("a") && post.isDone("b") }, "\(post.said(1))")
    #expect(post.task("a")["retried"] as? Int == 1)
  }

  /// Becomes a program that has no descriptors but the first three: what a worker was given by
  /// others is no leak of its own.
  private static let bare = """
    for file in /proc/$$/fd/*; do
      number=${file##*/}
      if test "$number" -gt 2; then eval "exec $number>&-"; fi
    done
    exec "$@"
    """

  @Test(
    "a handler has a process group of its own, and no file of its worker's",
    arguments: Kind.allCases)
  func surroundings(_ kind: Kind) throws {
    let post = Post(kind)
    post.configure(Post.redis(post.server))
    let script = """
      read -r pid name state parent group rest </proc/$$/stat
      test "$pid" = "$group" && echo leads
      for file in /proc/$$/fd/*; do if test -h "$file"; then echo "${file##*/}"; fi; done
      """
    try post.work(
      ["--queue", "q", "--", "sh", "-c", script], through: ["bash", "-c", Self.bare, "bash"])
    for id in 1...3 { post.push("\(id)") }
    for id in 1...3 {
      #expect(until { post.isDone("\(id)") }, "\(post.said(0))")
      #expect(post.task("\(id)")["result"] as? String == "leads\n0\n1\n2\n")
    }
  }
}
