import Support
import Testing

/// The servers of the tests, from Swift; what the fault proxy can do is tested by
/// `Tests/Servers/check.py`.
@Suite struct ServerTests {
  @Test("a gateway serves, and tells every request that was made of a bucket")
  func gateway() throws {
    let gateway = Gateway.shared
    let bucket = try gateway.bucket()
    let keys = ["a b", "c+%&é", "dir/x\ny"].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for key in keys { try bucket.put(key, Array(key.utf8)) }
    #expect(try bucket.keys() == keys)
    #expect(try bucket.contents()["c+%&é"] == Array("c+%&é".utf8))
    #expect(try bucket.uploads() == [])
    let other = try gateway.bucket()
    #expect(try other.keys() == [])
    #expect(throws: Boto.Refusal(code: "NoSuchKey", status: 404)) { try other.get("k") }

    let proxy = FaultProxy(to: gateway.endpoint)
    let sandbox = Sandbox()
    let answer = sandbox.run(["curl", "-s", "\(gateway.endpoint)/\(bucket.name)/a%20b?x=1&y"])
    #expect(answer.text.contains("AccessDenied"))
    _ = sandbox.run(["curl", "-s", "-I", "\(proxy.endpoint)/\(bucket.name)"])
    let requests = try gateway.requests(bucket)
    #expect(requests.map(\.method) == ["GET", "HEAD"])
    #expect(requests.map(\.path) == ["/\(bucket.name)/a%20b", "/\(bucket.name)"])
    #expect(requests.map(\.query) == ["x=1&y", ""])
    #expect(requests.map(\.status) == [403, 403])
    #expect(requests[0].bytes == answer.output.count)
    #expect(try gateway.requests(other) == [])
  }

  @Test("moto honours conditions that the gateway lacks")
  func moto() throws {
    let bucket = try Moto.shared.bucket()
    try bucket.put("k", [1, 2, 3], ["Metadata": ["mtime": "1.5"]])
    #expect(throws: Boto.Refusal(code: "PreconditionFailed", status: 412)) {
      try bucket.put("k", [1], ["IfNoneMatch": "*"])
    }
    #expect(try bucket.get("k") == [1, 2, 3])
    #expect(try bucket.metadata("k") == ["mtime": "1.5"])
  }

  @Test("a fault proxy does as it is told, and tells what it did")
  func faults() throws {
    let proxy = FaultProxy(to: Gateway.shared.endpoint)
    try proxy.set(["path": "^/nowhere", "fault": "slow-down", "retry_after": 2, "times": 2])
    let sandbox = Sandbox()
    let url = "\(proxy.endpoint)/nowhere?list-type=2"
    for status in ["503", "503", "404"] {
      let seen = sandbox.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url])
      #expect(seen.text == status)
    }
    let log = try proxy.log()
    #expect(log.map(\.fault) == ["slow-down", "slow-down", nil])
    #expect(log.map(\.status) == [503, 503, 404])
    #expect(log[0].headers?["user-agent"]?.hasPrefix("curl/") == true)
    #expect(throws: FaultProxy.Misunderstood.self) { try proxy.set(["fault": "sabotage"]) }
  }

  @Test("a sink lists what it is told to and counts what it is asked")
  func sink() throws {
    let sink = Sink(keys: 2_500)
    let bucket = try Bucket(Boto(sink.endpoint))
    #expect(try bucket.keys().count == 2_500)
    try bucket.put("k", [1, 2, 3])
    #expect(try bucket.get("size-5000").count == 5_000)
    let counts = try sink.counts().filter { $0.value > 0 }
    #expect(counts == ["list": 3, "put": 1, "get": 1, "other": 1])
  }
}
