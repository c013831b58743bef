import Foundation
import Support
import Testing
import Values

/// Listings through a proxy that goes wrong: of three pages, the second has the fault.
@Suite struct ListFaultTests {
  private static let sink = Sink(keys: 2_500)

  private static func rule(_ more: FaultProxy.Rule) -> FaultProxy.Rule {
    more.merging(["query": "list-type", "nth": 2]) { $1 }
  }

  @Test("a page that fails for a reason that passes is asked for again")
  func passing() throws {
    let proxy = FaultProxy(to: ListFaultTests.sink.endpoint)
    let sandbox = Sandbox()
    let faults: [FaultProxy.Rule] = [
      ["fault": "reset"], ["fault": "reset", "how": "close"], ["fault": "lost"],
      ["fault": "cut"], ["fault": "cut", "how": "close", "after": 0], ["fault": "internal-error"],
      ["fault": "slow-down"], ["fault": "slow-down", "retry_after": 1],
      ["fault": "request-timeout"], ["fault": "length", "by": 10],
      ["fault": "drip", "bytes": 20_000], ["fault": "expired-token"],
      ["fault": "answer", "status": 429],
    ]
    for fault in faults {
      try proxy.set(ListFaultTests.rule(fault))
      let outcome = try Trial.run("s4l-ls s3://b", sandbox, proxy)
      #expect(outcome.status == 0 && outcome.isComplete == true, "\(fault) \(outcome.complaint)")
      #expect(outcome.records("entry").count == 2_500, "\(fault)")
      #expect(try proxy.log().count == (fault["fault"] as? String == "drip" ? 3 : 4), "\(fault)")
    }
  }

  static let lasting: [(fault: FaultProxy.Rule, status: Int32)] = [
    (["fault": "token", "how": "missing"], 69), (["fault": "token", "how": "repeated"], 69),
    (["fault": "token", "how": "first"], 69), (["fault": "page-again"], 69),
    (["fault": "garbage"], 69), (["fault": "bomb"], 69), (["fault": "endless"], 65),
    (["fault": "forbidden"], 77), (["fault": "internal-error"], 75), (["fault": "reset"], 75),
    (["fault": "cut"], 75), (["fault": "redirect", "location": "http://127.0.0.1:9/"], 69),
    (["fault": "ok-error"], 69), (["fault": "disorder"], 69), (["fault": "expired-token"], 77),
    (["fault": "answer", "status": 200, "body": "<html>log in</html>"], 69),
  ]

  @Test("a listing that breaks off says so, and nothing is done about what it has not told")
  func lasting() throws {
    let proxy = FaultProxy(to: ListFaultTests.sink.endpoint)
    let sandbox = Sandbox()
    _ = sandbox.shell("mkdir src; echo a > src/a; echo z > src/zzz")
    for (fault, status) in ListFaultTests.lasting {
      let rule = ListFaultTests.rule(fault.merging(["times": 0]) { _, new in new })
      try proxy.set(rule)
      let listing = try Trial.run("s4l-ls s3://b", sandbox, proxy, attempts: 2)
      #expect(listing.status == status, "\(fault) \(listing.complaint)")
      #expect(listing.isComplete == false, "\(fault)")
      let paths = listing.records("entry").compactMap { $0["path"] as? String }
      #expect(paths.count >= 1_000 && paths == paths.sorted(), "\(fault)")

      try proxy.set(rule)
      let push = try Trial.run(
        "s4l-scan src | s4l-diff --delete s3://b | s4l-put s3://b"
          + " | s4l-clean --allow-empty --max-delete 100% s3://b", sandbox, proxy, attempts: 2)
      #expect(push.status != 0 && push.isComplete == false, "\(fault) \(push)")
      let log = try proxy.log()
      #expect(!log.contains { $0.deletes }, "\(fault)")
      #expect(log.filter(\.isPut).map(\.path) == ["/b/a"], "\(fault) \(log)")
    }
  }

  @Test("a target that cannot be listed at all is neither filled nor emptied")
  func nothing() throws {
    let proxy = FaultProxy(to: ListFaultTests.sink.endpoint)
    let sandbox = Sandbox()
    _ = sandbox.shell("mkdir src dst; echo a > src/a; echo z > dst/zzz; cp -a dst old")
    for fault in ["garbage", "bomb", "forbidden", "internal-error", "reset"] {
      try proxy.set(["query": "list-type", "times": 0, "fault": fault])
      let push = try Trial.run(
        "s4l push --delete --allow-empty --max-delete 100% src s3://b", sandbox, proxy, attempts: 1)
      #expect(push.status != 0 && push.status != 1, "\(fault) \(push)")
      #expect(try proxy.log().allSatisfy { $0.method == "GET" }, "\(fault)")
      let pull = try Trial.run(
        "s4l pull --delete --allow-empty --max-delete 100% s3://b dst && false; diff -r dst old",
        sandbox, proxy, attempts: 1)
      #expect(pull.status == 0, "\(fault) \(pull)")
    }
  }

  @Test("a listing killed in the middle of a plan lets nothing be sent twice or deleted")
  func killed() throws {
    let proxy = FaultProxy(to: ListFaultTests.sink.endpoint)
    let sandbox = Sandbox()
    _ = sandbox.shell("mkdir src; echo a > src/a; echo z > src/zzz", asRoot: true)
    for number in [6, 9, 12, 16, 20, 26] {
      try proxy.set()
      let push = try Trial.run(
        "s4l-scan src | strace -f -qq -o /dev/null -e trace=recvfrom"
          + " -e inject=recvfrom:signal=KILL:when=\(number) s4l-diff --delete s3://b"
          + " | s4l-put s3://b | s4l-clean --allow-empty --max-delete 100% s3://b",
        sandbox, proxy, asRoot: true)
      let log = try proxy.log()
      #expect(push.isComplete != true && push.status != 0, "\(number) \(push)")
      #expect(!log.contains { $0.deletes || $0.path == "/b/zzz" }, "\(number) \(push)")
    }
  }

  @Test("a hundred thousand names in one folder are listed and fetched in little memory")
  func broad() throws {
    let sink = Sink(keys: 100_000, folderSize: 1_000_000)
    let sandbox = Sandbox()
    let script = """
      import os, resource, subprocess, sys
      pipe = subprocess.Popen(sys.argv[1].split(), stdin=sys.stdin, stdout=open(sys.argv[2], "w"))
      _, status, usage = os.wait4(pipe.pid, 0)
      print(status, usage.ru_maxrss)
      """
    House.write(Array(script.utf8), to: sandbox.folder.appending("weigh.py"))
    let outcome = sandbox.shell(
      """
      mkdir dst
      python3 weigh.py 's4l-ls s3://b' listed
      s4l-diff dst < listed > plan
      python3 weigh.py 's4l-get -n dst' got < plan
      grep -c '"type":"outcome"' got
      """, environment: sink.variables)
    let words = outcome.text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    #expect(words.count == 5, "\(outcome)")
    if words.count < 5 { return }
    #expect(words[0] == 0 && words[2] == 0 && words[4] == 100_000, "\(outcome)")
    // The bound is for what is built to be released; these programs are larger.
    #expect(words[1] < 40_000 && words[3] < 40_000, "\(outcome)")
  }
}
