import Doubles
import Support
import Testing
import Values

@Suite("Two-way sync with buckets")
struct SyncTests {
  let desk = Desk()

  private func run(_ script: String) -> Sandbox.Outcome {
    desk.run(script, desk.gateway.variables)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("what either side adds, changes and deletes reaches the other, and then nothing is asked")
  func bothWays() throws {
    let bucket = try desk.gateway.bucket()
    let sync = "s4l-sync --max-delete 60% p \(bucket.location("n"))"
    try bucket.put("n/d/theirs", bytes("one\n"))
    let first = run("mkdir p && echo mine >p/mine && echo x >p/x && \(sync) && cat p/d/theirs")
    #expect(first.status == 0 && first.text.hasSuffix("one\n"), "\(first)")
    #expect(try bucket.keys() == ["n/d/theirs", "n/mine", "n/x"])

    let asked = try desk.gateway.requests(bucket).count
    let idle = run(sync)
    #expect(idle.status == 0 && idle.text.contains("\"uploaded_files\":0"), "\(idle)")
    let requests = try desk.gateway.requests(bucket).dropFirst(asked)
    #expect(requests.allSatisfy { $0.query.contains("list-type") }, "\(requests)")

    try bucket.put("n/d/theirs", bytes("two\n"))
    _ = try bucket.call("delete_object", ["Key": "n/x"])
    let second = run("echo MINE >p/mine && \(sync) && cat p/d/theirs && ls p")
    #expect(second.status == 0 && second.text.hasSuffix("two\nd\nmine\n"), "\(second)")
    #expect(try bucket.contents() == ["n/d/theirs": bytes("two\n"), "n/mine": bytes("MINE\n")])

    let third = run("rm p/mine && \(sync) && \(sync)")
    #expect(third.status == 0 && third.complaint == "", "\(third)")
    #expect(try bucket.keys() == ["n/d/theirs"])
  }

  @Test("a run that was cut short before it could remember sends and fetches nothing again")
  func forgetful() throws {
    let bucket = try desk.gateway.bucket()
    let place = bucket.location("n")
    try bucket.put("n/2", bytes("two\n"))
    let plan = "s4l-diff --both --base base p \(place) | s4l-put \(place) | s4l-get p"
    let half = run("mkdir p && echo 1 >p/1 && \(plan) >/dev/null")
    #expect(half.status == 0, "\(half)")
    let again = run("touch p/1 p/2; s4l-diff --both --base base p \(place)")
    #expect(again.text.split(separator: "\n").filter { $0.contains("\"do\":\"keep\"") }.count == 2)
    #expect(!again.text.contains("\"do\":\"copy\""), "\(again)")
  }

  @Test("a base that may outlive the copies it tells of is not written")
  func disk() {
    let diff = "s4l-diff --both --brief --base base a b"
    let settle =
      "strace -f -qq -o /dev/null -e trace=syncfs -e inject=syncfs:error=EIO s4l-settle base"
    let copied = run("mkdir a b && echo 1 >a/1 && \(diff) | s4l-put b | \(settle)")
    #expect(copied.status == 74 && copied.complaint.contains("/a: "), "\(copied)")
    #expect(run("ls base").status != 0)
    // Copies of a run that never settled are vouched for by the next one.
    #expect(run("\(diff) | \(settle)").status == 74)
    #expect(run("ls base").status != 0)
    #expect(run("\(diff) | s4l-settle base").status == 0)
    // Where nothing is vouched for anew, no disk is waited for.
    let kept = run("\(diff) | \(settle)")
    #expect(kept.status == 0 && run("ls base").status == 0, "\(kept)")
  }

  @Test("whoever modified a file last wins, or both are kept")
  func conflicts() throws {
    let bucket = try desk.gateway.bucket()
    let place = bucket.location("n")
    let begun = run("mkdir p && echo 0 >p/a && echo 0 >p/b && s4l-sync p \(place)")
    #expect(begun.status == 0, "\(begun)")
    for key in ["n/a", "n/b"] { try bucket.put(key, bytes("theirs\n")) }
    let won = run(
      "echo ours >p/a; echo ours >p/b; touch -d 2001-01-01 p/a; touch -d 2099-01-01 p/b; "
        + "s4l-sync p \(place) && cat p/a p/b")
    #expect(won.status == 0 && won.text.hasSuffix("theirs\nours\n"), "\(won)")
    #expect(try bucket.get("n/b") == bytes("ours\n"))

    try bucket.put("n/a", bytes("their second\n"))
    let kept = run(
      "echo our second >p/a; touch -d 2001-01-01 p/a; s4l-sync --conflict keep-both p \(place) "
        + "&& cat p/a p/a.conflict-left-*Z && ls p | wc -l")
    #expect(kept.status == 0 && kept.text.hasSuffix("their second\nour second\n3\n"), "\(kept)")
    #expect(Set(try bucket.contents().values).contains(bytes("our second\n")))
    let idle = run("s4l-sync p \(place)")
    #expect(idle.text.contains("\"uploaded_files\":0"), "\(idle)")
  }

  @Test("two buckets are kept in step as well")
  func between() throws {
    let (one, two) = (try desk.gateway.bucket(), try desk.gateway.bucket())
    let sync = "s4l-sync --max-delete 60% \(one.location("p")) \(two.location("q"))"
    try one.put("p/1", [1])
    try two.put("q/2", [2])
    #expect(run(sync).status == 0)
    #expect(try one.contents() == ["p/1": [1], "p/2": [2]])
    #expect(try two.contents() == ["q/1": [1], "q/2": [2]])
    try one.put("p/1", [9])
    _ = try two.call("delete_object", ["Key": "q/2"])
    let second = run("\(sync) && \(sync)")
    #expect(second.status == 0 && second.text.contains("\"uploaded_files\":0"), "\(second)")
    #expect(try one.contents() == ["p/1": [9]])
    #expect(try two.contents() == ["q/1": [9]])
  }

  @Test("what is in a trash is not lost, each side with its own")
  func trash() throws {
    let bucket = try desk.gateway.bucket()
    let sync =
      "s4l-sync --trash old --trash \(bucket.location("old")) p \(bucket.location("n"))"
    let begun = run("mkdir p old && for i in 1 2 3 4 5; do echo $i >p/$i; done && \(sync)")
    #expect(begun.status == 0, "\(begun)")
    _ = try bucket.call("delete_object", ["Key": "n/1"])
    let ended = run("rm p/2 && \(sync) && cat old/1 && ls p")
    #expect(ended.status == 0 && ended.text.hasSuffix("1\n3\n4\n5\n"), "\(ended)")
    #expect(try bucket.get("old/2") == bytes("2\n"))
    let unfit = run("s4l-sync --trash old p \(bucket.location("n"))")
    #expect(unfit.status == 64, "\(unfit)")
  }

  @Test("a name that a listing leaves out is asked for before its file goes here")
  func omitted() throws {
    let bucket = try desk.gateway.bucket()
    let proxy = FaultProxy(to: desk.gateway.endpoint)
    let place = bucket.location("n")
    func run(_ script: String) -> Sandbox.Outcome { desk.run(script, proxy.variables) }
    let begun = run("mkdir p; for n in $(seq 8); do echo $n >p/$n; done; s4l-sync p \(place)")
    #expect(begun.status == 0, "\(begun)")
    _ = try bucket.call("delete_object", ["Key": "n/8"])
    let lost: FaultProxy.Rule = [
      "query": "list-type", "fault": "replace", "times": 0, "to": "",
      "from": "<Contents>(?:(?!</Contents>).)*n(?:/|%2F)[12]<.*?</Contents>",
    ]
    let pipe =
      "s4l-diff --both --base $XDG_STATE_HOME/s4l/sync/*.base p \(place) | s4l-put \(place) "
      + "| s4l-get p | s4l-clean p | s4l-clean \(place) | s4l-settle base"
    for (script, asked) in [("s4l-sync p \(place)", 3), (pipe, 2)] {
      try proxy.set(lost)
      let synced = run("cp $XDG_STATE_HOME/s4l/sync/*.base base; \(script)")
      #expect(synced.status == 1, "\(synced)")
      let listed = run("ls p | tr -d '\\n'")
      #expect(listed.text == "1234567", "\(listed) \(synced)")
      let heads = try proxy.log().filter { $0.method == "HEAD" }
      #expect(heads.count == asked && heads.allSatisfy { $0.status != nil }, "\(heads)")
    }
    // Neither does it go if the store does not say.
    try proxy.set(lost, ["method": "HEAD", "fault": "forbidden", "times": 0])
    let shut = run("s4l-sync p \(place); ls p | tr -d '\\n'")
    #expect(shut.text.hasSuffix("1234567"), "\(shut)")
    try proxy.set()
    let last = run("s4l-sync p \(place)")
    #expect(last.status == 0 && last.text.contains("\"uploaded_files\":0"), "\(last)")
    #expect(try proxy.log().allSatisfy { $0.method == "GET" })
    #expect(try bucket.keys() == (1...7).map { "n/\($0)" })
  }

  @Test("pull --delete asks for each name that it is to delete, once, and for no other")
  func oneWay() throws {
    let bucket = try desk.gateway.bucket()
    let proxy = FaultProxy(to: desk.gateway.endpoint)
    for name in 1...8 { try bucket.put("n/\(name)", bytes("x")) }
    let pull = "s4l-pull --delete \(bucket.location("n")) p"
    func run(_ script: String) -> Sandbox.Outcome { desk.run(script, proxy.variables) }
    let begun = run(pull)
    #expect(begun.status == 0, "\(begun)")
    _ = try bucket.call("delete_object", ["Key": "n/8"])
    try proxy.set([
      "query": "list-type", "fault": "replace", "times": 0, "to": "",
      "from": "<Contents>(?:(?!</Contents>).)*n(?:/|%2F)[12]<.*?</Contents>",
    ])
    let pulled = run("\(pull); ls p | tr -d '\\n'")
    #expect(pulled.text.hasSuffix("1234567"), "\(pulled)")
    #expect(try proxy.log().filter { $0.method == "HEAD" }.count == 3)
    // What patterns leave out is to go although it is there, and so is not asked for.
    try proxy.set()
    let excluded = run("\(pull) --delete-excluded -E 1 -E 2; ls p | tr -d '\\n'")
    #expect(excluded.text.hasSuffix("34567"), "\(excluded)")
    #expect(try proxy.log().allSatisfy { $0.method == "GET" })
  }

  @Test("devlog's configuration is all that push, pull and sync need")
  func devlog() throws {
    let bucket = try desk.gateway.bucket()
    desk.configure(
      """
      provider = "Aws"
      local_entries_path = "\(desk.sandbox.folder)/entries"

      [aws]
      bucket_name = "\(bucket.name)"
      region = "us-east-1"
      """)
    let pushed = run("mkdir entries && echo one >entries/1.md && s4l push && s4l push")
    #expect(pushed.status == 0 && pushed.text.contains("\"uploaded_files\":0"), "\(pushed)")
    #expect(try bucket.contents() == ["1.md": bytes("one\n")])

    // The bucket's version was modified last: push leaves it, pull fetches it.
    try bucket.put("1.md", bytes("theirs\n"))
    let late = run("echo longer >entries/1.md; touch -d 2001-01-01 entries/1.md; s4l push")
    #expect(late.status == 0, "\(late)")
    #expect(try bucket.get("1.md") == bytes("theirs\n"))
    let pulled = run("s4l pull && cat entries/1.md")
    #expect(pulled.status == 0 && pulled.text.hasSuffix("theirs\n"), "\(pulled)")
    let kept = run(
      "echo mine >entries/1.md; touch -d 2099-01-01 entries/1.md; s4l pull; "
        + "cat entries/1.md")
    #expect(kept.text.hasSuffix("mine\n"), "\(kept)")

    try bucket.put("2.md", bytes("two\n"))
    let synced = run("s4l sync && s4l sync && cat entries/2.md")
    #expect(synced.status == 0 && synced.text.hasSuffix("two\n"), "\(synced)")
    #expect(try bucket.get("1.md") == bytes("mine\n"))
    let wrong = run("sed -i 's/^region.*/region = 5/' $HOME/config/s4l/s4l.toml; s4l sync")
    #expect(wrong.status == 78, "\(wrong)")
  }

  @Test("random changes to a folder and a bucket come to the same on both, with kills in between")
  func model() throws {
    let bucket = try desk.gateway.bucket()
    let sync = "s4l-sync -q --allow-empty --max-delete 100% p \(bucket.location("n"))"
    let seed = UInt64.random(in: 1...999_999_999)
    var dice = Dice(seed)
    var agreed: [String: [UInt8]] = [:]
    _ = run("mkdir p")
    let names = ["a", "a-b", "d/c", "d/e", "z"]
    for turn in 0..<8 {
      var wanted = agreed
      var script = ":"
      for name in names where dice.hits(onceIn: 2) {
        let text = "\(turn) \(name) \(dice.below(1_000))\n"
        switch dice.below(5) {
        case 0:
          script += "; rm -f p/\(name)"
          wanted[name] = nil
        case 1:
          _ = try bucket.call("delete_object", ["Key": "n/\(name)"])
          wanted[name] = nil
        case 2, 3:
          script += "; mkdir -p p/d; printf '%s' '\(text)' >p/\(name)"
          wanted[name] = bytes(text)
        default:
          try bucket.put("n/\(name)", bytes(text))
          wanted[name] = bytes(text)
        }
      }
      _ = run(script)
      for _ in 0..<2 {
        let calls = dice.pick(["write", "renameat2", "sendto,write", "unlinkat", "fsync"])
        _ = run(
          "strace -f -qq -o /dev/null -e trace=\(calls) "
            + "-e inject=\(calls):signal=KILL:when=\(1 + dice.below(30)) \(sync) 2>&1 | cat")
      }
      let ended = run("\(sync) && \(sync)")
      var there: [String: [UInt8]] = [:]
      for (key, value) in try bucket.contents() { there[String(key.dropFirst(2))] = value }
      var here: [String: [UInt8]] = [:]
      for name in names {
        here[name] = House.read(desk.sandbox.folder.appending("p/\(name)"))
      }
      let place: Comment = "seed \(seed), turn \(turn): \(ended)"
      #expect(there == wanted && here == wanted && ended.status == 0, place)
      if there != wanted || here != wanted { return }
      agreed = wanted
    }
  }
}
