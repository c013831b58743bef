import Foundation
import Support
import Testing
import Values

/// What is signed is for one server, and what a server says of itself is believed once.
@Suite struct OriginTests {
  @Test("a redirect to elsewhere is not followed, and no credential goes there")
  func redirects() throws {
    let trial = try Trial()
    let witness = FaultProxy()
    for name in ["f", "g", "h"] { trial.write("src/\(name)", noise(1_000)) }
    try trial.bucket.put("old", [1])
    for status in [301, 302, 303, 307, 308] {
      for region in ["", "eu-west-9"] {
        var rule: FaultProxy.Rule = [
          "times": 0, "fault": "redirect", "status": status, "location": witness.endpoint + "/x",
        ]
        if !region.isEmpty { rule["region"] = region }
        for method in ["GET", "PUT"] {
          rule["method"] = method
          try trial.proxy.set(rule)
          let outcome = try trial.run("s4l push src \(trial.place)", attempts: 2)
          #expect(outcome.status != 0, "\(rule) \(outcome)")
        }
      }
    }
    #expect(try trial.bucket.keys() == ["old"])
    #expect(try witness.log() == [])
  }

  @Test("all that was signed for the wrong region is signed for the right one")
  func region() throws {
    let trial = try Trial()
    for number in 0..<12 { trial.write("src/\(number)", noise(1_000)) }
    let witness = FaultProxy()
    let faults: [FaultProxy.Rule] = [
      ["fault": "wrong-region", "region": "eu-west-9"],
      ["fault": "redirect", "region": "eu-west-9", "location": witness.endpoint],
    ]
    for (number, fault) in faults.enumerated() {
      let wrong: FaultProxy.Rule = ["header": "/us-east-1/s3/", "times": 0]
      try trial.proxy.set(fault.merging(wrong) { $1 })
      let outcome = try trial.run("s4l-scan src | s4l-put \(trial.place)/\(number)", attempts: 2)
      #expect(outcome.status == 0 && outcome.isComplete == true, "\(fault) \(outcome)")
      let keys = try trial.bucket.keys().filter { $0.hasPrefix("\(number)/") }
      #expect(keys.count == 12, "\(fault)")
    }
    #expect(try witness.log() == [])
  }

  /// The stamps that a clock like ours may give in this hour and the next.
  private static var stamps: String {
    let format = DateFormatter()
    format.dateFormat = "yyyyMMdd'T'HH"
    format.timeZone = TimeZone(identifier: "UTC")
    format.locale = Locale(identifier: "en_US_POSIX")
    return [0.0, 3_600].map { format.string(from: Date(timeIntervalSinceNow: $0)) }
      .joined(separator: "|")
  }

  @Test("a clock that is off is put right once, for all that was under way, and told of once")
  func skew() throws {
    let sink = Sink()
    for seconds in [-5 * 3_600, 5 * 3_600] {
      let proxy = FaultProxy(to: sink.endpoint)
      let sandbox = Sandbox()
      _ = sandbox.shell("mkdir src; for i in 1 2 3 4 5 6 7 8 9; do echo $i > src/$i; done")
      try proxy.set([
        "header": "^x-amz-date: (\(OriginTests.stamps))", "times": 0, "fault": "skew",
        "seconds": seconds,
      ])
      let outcome = try Trial.run("s4l-scan src | s4l-put s3://b", sandbox, proxy, attempts: 2)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.complaint.components(separatedBy: "our clock is").count == 2, "\(outcome)")
      let right = try proxy.log().filter { $0.fault == nil && $0.isPut }
      #expect(Set(right.map(\.path)).count == 9)
    }
  }

  @Test("a session's token goes with each request and nowhere else")
  func session() throws {
    let sink = Sink(keys: 3)
    let proxy = FaultProxy(to: sink.endpoint)
    let sandbox = Sandbox()
    let token = "FwoGZXIvYXdzEJr-a-token/+=="
    _ = sandbox.shell("mkdir src; echo 1 > src/1")
    for fault in ["expired-token", "forbidden", "slow-down", "wrong-region", "skew", "reset"] {
      try proxy.set(["times": 3, "fault": fault, "region": "eu-west-9"])
      _ = try Trial.run(
        "s4l push --delete --max-delete 100% --allow-empty src s3://b", sandbox, proxy,
        attempts: 2, more: ["AWS_SESSION_TOKEN=\(token)"])
      let log = try proxy.log()
      #expect(!log.isEmpty)
      #expect(log.allSatisfy { $0.headers?["x-amz-security-token"] == token }, "\(fault)")
    }
  }

  @Test("a storm makes fewer requests go side by side, and loses none")
  func storm() throws {
    let trial = try Trial()
    for number in 0..<60 { trial.write("src/\(number)", [UInt8(number)]) }
    try trial.proxy.set(
      ["method": "PUT", "times": 32, "fault": "late", "seconds": 0.5],
      ["method": "PUT", "times": 28, "fault": "slow-down"])
    let outcome = try trial.run("s4l-scan src | s4l-put \(trial.place)", attempts: 10)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try trial.bucket.keys().count == 60)
    let log = try trial.proxy.log()
    // One loop sends and hears, so a short request may be answered before the next one starts; held
    // back, they show how many there may be at once.
    let first = log.filter { $0.fault == "late" }.compactMap(\.inFlight).max() ?? 0
    let later = log.filter { $0.fault == nil && $0.isPut }.compactMap(\.inFlight).max() ?? 0
    #expect(first > 16 && later <= first / 2, "\(first) \(later)")
  }
}
