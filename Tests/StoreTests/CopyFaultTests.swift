import Foundation
import Support
import Testing
import Values

/// Files on their way to a store and from it, through a proxy that goes wrong.
@Suite struct CopyFaultTests {
  private static let passing: [FaultProxy.Rule] = [
    ["fault": "reset"], ["fault": "reset", "how": "close"], ["fault": "lost"],
    ["fault": "cut", "after": 0], ["fault": "internal-error"], ["fault": "slow-down"],
    ["fault": "slow-down", "retry_after": 1], ["fault": "request-timeout"],
    ["fault": "answer", "status": 429], ["fault": "answer", "status": 408],
    ["fault": "late", "seconds": 0.2], ["fault": "expired-token"],
  ]

  private static let large = noise(18 << 20)
  private static let big = noise(11 << 20)

  // MARK: To a store

  @Test("a file that fails to arrive for a reason that passes is sent again, and is right")
  func passingPut() throws {
    let trial = try Trial()
    let bytes = noise(50_000)
    trial.write("src/f", bytes)
    let more: [FaultProxy.Rule] = [
      ["fault": "reset", "after": 20_000], ["fault": "lost", "how": "close"],
      ["fault": "internal-error", "forward": true], ["fault": "slow-down", "forward": true],
    ]
    for (number, fault) in (CopyFaultTests.passing + more).enumerated() {
      try trial.proxy.set(fault.merging(["method": "PUT"]) { _, new in new })
      let outcome = try trial.run("s4l-scan src | s4l-put \(trial.place)/\(number)")
      #expect(outcome.status == 0 && outcome.isComplete == true, "\(fault) \(outcome)")
      #expect(try trial.has("\(number)/f", bytes), "\(fault)")
    }
  }

  private static let refusals: [(fault: FaultProxy.Rule, kind: String)] = [
    (["fault": "reset", "after": 20_000], "later"), (["fault": "slow-down"], "later"),
    (["fault": "internal-error"], "later"), (["fault": "forbidden"], "refused"),
    (["fault": "precondition"], "later"), (["fault": "conflict"], "later"),
    (["fault": "expired-token"], "refused"), (["fault": "bomb", "status": 200], "unavailable"),
    (["fault": "redirect", "status": 307, "location": "http://127.0.0.1:9/"], "unavailable"),
    (["fault": "answer", "status": 200, "body": "<html>log in</html>"], "unavailable"),
    (["fault": "wrong-region", "region": ""], "refused"),
    (["fault": "skew"], "unavailable"),
    (["fault": "answer", "status": 404, "body": ""], "absent"),
    (["fault": "answer", "status": 507], "unavailable"),
  ]

  @Test("a file that does not arrive fails by itself, and is not taken from its folder")
  func lastingPut() throws {
    let trial = try Trial()
    for (number, (fault, kind)) in CopyFaultTests.refusals.enumerated() {
      _ = trial.sandbox.shell("rm -rf src")
      trial.write("src/f", noise(50_000))
      trial.write("src/g", noise(60_000))
      let here = ["path": "/f$", "method": "PUT", "times": 0] as FaultProxy.Rule
      try trial.proxy.set(fault.merging(here) { _, new in new })
      let outcome = try trial.run(
        "s4l-scan src | s4l-diff --all \(trial.place)/\(number)"
          + " | s4l-put \(trial.place)/\(number) | s4l-clean --uploaded src", attempts: 2)
      #expect(outcome.status == 1 && outcome.kinds == [kind], "\(fault) \(outcome)")
      #expect(trial.holds("src", ["f": noise(50_000)]), "\(fault)")
      #expect(try trial.bucket.get("\(number)/g") == noise(60_000), "\(fault)")
    }
    #expect(try trial.bucket.keys().count == CopyFaultTests.refusals.count)
  }

  @Test("a large file comes together whatever happens once to the beginning, a part, or the end")
  func passingParts() throws {
    let trial = try Trial()
    let bytes = CopyFaultTests.big
    trial.write("src/big", bytes)
    let faults: [FaultProxy.Rule] = [
      ["query": "^uploads", "method": "POST", "fault": "lost"],
      ["query": "partNumber=2", "fault": "reset", "after": 1_000_000],
      ["query": "partNumber=2", "fault": "lost"],
      ["query": "partNumber=3", "fault": "slow-down"],
      ["query": "^uploadId", "method": "POST", "fault": "lost"],
      ["query": "^uploadId", "method": "POST", "fault": "ok-error"],
      ["query": "^uploadId", "method": "POST", "fault": "ok-error", "forward": true],
      ["query": "^uploadId", "method": "POST", "fault": "internal-error", "forward": true],
      ["query": "^uploadId", "method": "POST", "fault": "garbage", "forward": true],
      ["query": "^uploadId", "method": "POST", "fault": "cut", "after": 30],
    ]
    for (number, fault) in faults.enumerated() {
      try trial.proxy.set(fault)
      let outcome = try trial.run(
        "s4l-scan src | s4l-put --part-size 5M --sweep 0s \(trial.place)/\(number)")
      #expect(outcome.status == 0 && outcome.isComplete == true, "\(fault) \(outcome)")
      #expect(try trial.has("\(number)/big", bytes), "\(fault)")
      #expect(try trial.bucket.uploads() == [], "\(fault)")
    }
  }

  @Test("parts that arrived are gone on with after a storm, and an end that failed is no success")
  func lastingParts() throws {
    let trial = try Trial()
    let bytes = CopyFaultTests.big
    trial.write("src/big", bytes)
    let faults: [FaultProxy.Rule] = [
      ["query": "partNumber=3", "fault": "slow-down"], ["query": "partNumber=3", "fault": "reset"],
      ["query": "^uploadId", "method": "POST", "fault": "ok-error"],
      ["query": "^uploadId", "method": "POST", "fault": "garbage"],
      ["query": "^uploadId", "method": "POST", "fault": "answer", "status": 200, "body": ""],
    ]
    for (number, fault) in faults.enumerated() {
      let place = "\(trial.place)/\(number)"
      try trial.proxy.set(fault.merging(["times": 0]) { _, new in new })
      let pipe =
        "s4l-scan src | s4l-diff --all \(place) | s4l-put --part-size 5M \(place)"
        + " | s4l-clean --uploaded src"
      let outcome = try trial.run(pipe, attempts: 2)
      #expect(outcome.status == 1 && outcome.kinds.count == 1, "\(fault) \(outcome)")
      #expect(trial.holds("src", ["big": bytes]), "\(fault)")
      #expect(!(try trial.bucket.keys()).contains("\(number)/big"), "\(fault)")
      try trial.proxy.set()
      let again = try trial.run(
        "s4l-scan src | s4l-put --part-size 5M --sweep 0s \(place)", attempts: 2)
      #expect(again.status == 0, "\(fault) \(again)")
      let sent = try trial.proxy.log().filter { $0.query?.hasPrefix("partNumber") == true }
      #expect(sent.count <= 1, "\(fault) \(sent)")
      #expect(try trial.has("\(number)/big", bytes), "\(fault)")
      #expect(try trial.bucket.uploads() == [], "\(fault)")
    }
  }

  // MARK: From a store

  private static let lengths: [FaultProxy.Rule] = [
    ["fault": "cut"], ["fault": "cut", "how": "close", "after": 1], ["fault": "length", "by": 7],
    ["fault": "drip", "bytes": 100_000, "seconds": 0.001],
  ]

  @Test("a file that fails to come for a reason that passes is fetched again, and is right")
  func passingGet() throws {
    let trial = try Trial()
    try trial.bucket.put("small", noise(50_000))
    try trial.bucket.put("large", CopyFaultTests.large)
    for fault in CopyFaultTests.passing + CopyFaultTests.lengths {
      for name in ["small", "large"] {
        try trial.proxy.set(fault.merging(["path": "/\(name)$", "method": "GET"]) { $1 })
        let outcome = try trial.run(
          "rm -rf dst; s4l-ls --include \(name) \(trial.place) | s4l-get dst")
        #expect(outcome.status == 0 && outcome.isComplete == true, "\(fault) \(outcome)")
        let bytes = noise(name == "small" ? 50_000 : 18 << 20)
        #expect(trial.holds("dst", [name: bytes]), "\(fault)")
      }
    }
  }

  @Test("a file that comes wrong, or not at all, never gets its name")
  func lastingGet() throws {
    let trial = try Trial()
    try trial.bucket.put("small", noise(50_000))
    try trial.bucket.put("large", CopyFaultTests.large)
    let more: [FaultProxy.Rule] = [
      ["fault": "etag"], ["fault": "header", "name": "Content-Range"], ["fault": "garbage"],
      ["fault": "length", "by": -7], ["fault": "cut"], ["fault": "answer", "status": 416],
      ["fault": "answer", "status": 206, "body": "x"],
      ["fault": "header", "name": "Content-Range", "value": "bytes 5-9/10"],
      ["fault": "replace", "from": "^.", "to": "xy"],
    ]
    for fault in CopyFaultTests.refusals.map(\.fault) + more {
      try trial.proxy.set(fault.merging(["path": "/(small|large)$", "times": 0]) { $1 })
      let outcome = try trial.run("rm -rf dst; s4l-ls \(trial.place) | s4l-get dst", attempts: 2)
      let wanted = ["small": noise(50_000), "large": CopyFaultTests.large]
      let files = trial.files("dst")
      #expect(files.allSatisfy { wanted[$0.key] == $0.value }, "\(fault) \(outcome)")
      let failed = outcome.records("outcome").filter { $0["ok"] as? Bool == false }.count
      let vanished = outcome.records("outcome").filter { $0["did"] as? String == "vanished" }.count
      #expect(failed + vanished + files.count == 2, "\(fault) \(outcome)")
      #expect(outcome.status == (failed > 0 ? 1 : 0), "\(fault) \(outcome)")
    }
  }

  @Test("what arrived wrong is not gone on with for ever")
  func spoiled() throws {
    let trial = try Trial()
    let bytes = noise(65 << 20)
    try trial.bucket.put("large", bytes)
    try trial.proxy.set([
      "path": "/large$", "header": "^range: bytes=16777216-", "fault": "replace", "from": "^.",
      "to": "x",
    ])
    let pipe = "s4l-ls \(trial.place) | s4l-get --durable dst"
    let first = try trial.run(pipe)
    #expect(first.status == 1 && trial.files("dst").isEmpty, "\(first)")
    let second = try trial.run(pipe)
    #expect(second.status == 0 && trial.holds("dst", ["large": bytes]), "\(second)")
  }

  // MARK: Deleting

  @Test("what could not be deleted is told key by key, and nothing else goes")
  func deleting() throws {
    let trial = try Trial()
    trial.write("src/keep", [1])
    let faults: [(fault: FaultProxy.Rule, left: [String], kinds: [String])] = [
      (["fault": "delete-error", "keys": "b$"], ["b"], ["refused"]),
      (["fault": "delete-error", "keys": "b$", "code": "InternalError"], ["b"], ["later"]),
      (["fault": "ok-error"], [], []), (["fault": "lost"], [], []), (["fault": "cut"], [], []),
      (["fault": "slow-down"], [], []),
      (
        ["fault": "ok-error", "code": "AccessDenied"], ["a", "b", "c"],
        .init(repeating: "refused", count: 3)
      ),
      (["fault": "garbage"], ["a", "b", "c"], .init(repeating: "unavailable", count: 3)),
      (["fault": "forbidden"], ["a", "b", "c"], .init(repeating: "refused", count: 3)),
    ]
    for (number, (fault, left, kinds)) in faults.enumerated() {
      for name in ["a", "b", "c", "keep"] { try trial.bucket.put("\(number)/\(name)", [1]) }
      try trial.proxy.set(fault.merging(["method": "POST", "query": "delete"]) { $1 })
      let place = "\(trial.place)/\(number)"
      let outcome = try trial.run(
        "s4l-scan src | s4l-diff --delete \(place) | s4l-clean --max-delete 100% \(place)")
      #expect(outcome.kinds == kinds, "\(fault) \(outcome)")
      #expect(outcome.status == (kinds.isEmpty ? 0 : 1), "\(fault) \(outcome)")
      let keys = try trial.bucket.keys().filter { $0.hasPrefix("\(number)/") }
      #expect(keys == (left + ["keep"]).map { "\(number)/\($0)" }, "\(fault)")
    }
  }
}
