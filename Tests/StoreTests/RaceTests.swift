import Foundation
import Glibc
import Support
import Testing
import Values

/// Others at work on the same files at the same time, and a target without room.
@Suite struct RaceTests {
  /// Lets something happen while the proxy holds a request back.
  private func meanwhile(
    _ trial: Trial, _ query: String, _ script: String, _ act: @escaping @Sendable () throws -> Void
  ) throws -> Sandbox.Outcome {
    try trial.proxy.set(["query": query, "fault": "late", "seconds": 1.5])
    let isOver = DispatchSemaphore(value: 0)
    let proxy = trial.proxy
    Thread.detachNewThread {
      do {
        while !(try proxy.log().contains { $0.fault == "late" }) { usleep(1_000) }
        try act()
      } catch { Issue.record(error) }
      isOver.signal()
    }
    let outcome = try trial.run(script)
    isOver.wait()
    return outcome
  }

  @Test("a large file that changes while it is sent does not get its name, and leaves no parts")
  func changing() throws {
    let trial = try Trial()
    for change in ["printf x >> src/big", "truncate -s 6M src/big", "printf x > n; mv n src/big"] {
      trial.write("src/big", noise(11 << 20))
      let sandbox = trial.sandbox
      let outcome = try meanwhile(
        trial, "partNumber=1", "s4l-scan src | s4l-put --part-size 5M \(trial.place)"
      ) { _ = sandbox.shell(change, asRoot: true) }
      #expect(outcome.status == 1 && outcome.kinds == ["later"], "\(change) \(outcome)")
      #expect(try trial.bucket.keys() == [], "\(change)")
      #expect(try trial.bucket.uploads() == [], "\(change)")
    }
  }

  @Test("a file that is replaced all the time arrives as one of what it was")
  func replaced() throws {
    let trial = try Trial()
    let outcome = try trial.run(
      """
      mkdir src; head -c 200000 /dev/zero | tr '\\0' a > a; tr a b < a > b; cp a src/f
      (while [ ! -e over ]; do cp a n; mv n src/f; cp b n; mv n src/f; cat b > src/f; done) &
      for i in 1 2 3 4 5 6; do s4l-scan src | s4l-put \(trial.place)/$i; done; : > over; wait
      """)
    for (key, bytes) in try trial.bucket.contents() {
      // While it is written anew it is empty or shorter for a moment; then that is told too.
      let isTold = "\(outcome)".contains("\"path\":\"f\",\"size\":\(bytes.count),")
      #expect(Set(bytes).count <= 1 && isTold, "\(key) \(outcome)")
    }
    #expect(outcome.kinds.allSatisfy { $0 == "later" }, "\(outcome)")
  }

  @Test("an upload that somebody else gives up is begun anew by the next run")
  func aborted() throws {
    let trial = try Trial()
    trial.write("src/big", noise(11 << 20))
    let bucket = trial.bucket
    let pipe = "s4l-scan src | s4l-put --part-size 5M \(trial.place)"
    let outcome = try meanwhile(trial, "partNumber=2", pipe) {
      let uploads = try bucket.call("list_multipart_uploads")["Uploads"] as? [[String: Any]] ?? []
      for upload in uploads {
        let id = upload["UploadId"] as? String ?? ""
        _ = try bucket.call("abort_multipart_upload", ["Key": "big", "UploadId": id])
      }
    }
    #expect(outcome.status == 1 && outcome.kinds == ["later"], "\(outcome)")
    try trial.proxy.set()
    let again = try trial.run(pipe)
    #expect(again.status == 0, "\(again)")
    #expect(try trial.has("big", noise(11 << 20)))
    #expect(try trial.bucket.uploads() == [])
  }

  @Test("runs that go on with the same upload side by side do not disturb what comes of it")
  func resumed() throws {
    let trial = try Trial()
    let bytes = noise(11 << 20)
    trial.write("src/big", bytes)
    // Clocks of stores tell whole seconds, and only what is older than an upload is gone on with.
    _ = trial.sandbox.shell("touch -d 2020-01-01 src/big")
    try trial.proxy.set(["query": "partNumber=3", "fault": "forbidden", "times": 0])
    let put = "s4l-put --part-size 5M \(trial.place)"
    _ = try trial.run("s4l-scan src | \(put)")
    #expect(try trial.bucket.uploads() == ["big"])
    try trial.proxy.set()
    let outcome = try trial.run(
      """
      s4l-scan src > listing
      for i in 1 2 3 4; do \(put) < listing > out$i & done; wait; cat out?
      """)
    #expect(outcome.kinds.allSatisfy { $0 == "later" }, "\(outcome)")
    #expect(outcome.records("outcome").contains { $0["ok"] as? Bool == true }, "\(outcome)")
    #expect(try trial.has("big", bytes))
    _ = try trial.run("mkdir none; s4l-scan none | \(put) --sweep 0s")
    #expect(try trial.bucket.uploads() == [])
  }

  @Test("several puts of one key leave one of the files, whole")
  func together() throws {
    let trial = try Trial()
    for number in 0..<4 { trial.write("s\(number)/f", noise(100_000, UInt64(number + 1))) }
    let outcome = try trial.run(
      """
      for i in 0 1 2 3; do s4l-scan s$i | s4l-diff \(trial.place) > plan$i; done
      for i in 0 1 2 3; do s4l-put \(trial.place) < plan$i > out$i & done; wait; cat out?
      """)
    let there = try trial.bucket.get("f")
    #expect((0..<4).contains { noise(100_000, UInt64($0 + 1)) == there }, "\(outcome)")
    #expect(outcome.kinds.allSatisfy { $0 == "later" }, "\(outcome)")
  }

  @Test("a target without room or without permission fails file by file and keeps what it had")
  func noRoom() throws {
    let trial = try Trial()
    try trial.bucket.put("large", noise(17 << 20))
    try trial.bucket.put("middle", noise(900_000))
    try trial.bucket.put("small", noise(1_000))
    let full = try trial.run(
      "s4l-ls \(trial.place) > listing; ulimit -f 200; s4l-get dst < listing")
    #expect(full.status == 1 && full.kinds == ["io", "io"], "\(full)")
    #expect(trial.files("dst") == ["small": noise(1_000)], "\(full)")
    let left = trial.sandbox.shell("ls -A dst; chmod 555 dst")
    #expect(left.text == "small\n", "\(left)")
    let closed = try trial.run("s4l-get dst < listing")
    #expect(closed.status == 1 && closed.kinds.allSatisfy { $0 == "refused" }, "\(closed)")
    #expect(closed.kinds.count >= 2, "\(closed)")
    #expect(trial.files("dst") == ["small": noise(1_000)])
  }
}
