import Core
import Digests
import Testing
import Values

@testable import Serve

@Suite struct GateTests {
  private let now = Timestamp(seconds: 1_700_000_000)

  private func request(
    _ headers: [(name: String, value: String)] = [], body: String = "[]", method: String = "POST",
    from: String = "192.0.2.7"
  ) throws -> Request {
    let address = try #require(HostAddress(text: from))
    var request = try #require(Request(method, Array("/publish?a=b".utf8), from: address))
    request.headers = headers
    request.body = Array(body.utf8)
    return request
  }

  private func gate(
    token: String? = nil, key: String? = nil, allow: [String] = []
  ) throws -> Gate {
    try Gate(
      token: token.map { Secret(Array($0.utf8)) }, key: key.map { Secret(Array($0.utf8)) },
      networks: allow.compactMap(Network.init(text:)))
  }

  private func sign(_ text: String) throws -> String {
    "sha256=" + Hex.text(try MAC.code(key: Array("key".utf8), Array(text.utf8)))
  }

  @Test("a token lets in whoever has exactly it")
  func tokens() throws {
    let gate = try gate(token: "right")
    for (header, ground) in [
      ("Bearer right", Gate.Ground.token), ("bearer right", .token), ("Bearer wrong", nil),
      ("Bearer right ", nil), ("Bearer righ", nil), ("Bearer ", nil), ("Bearer", nil), ("", nil),
      ("Basic right", nil), ("right", nil), ("Bearer  right", nil),
    ] as [(String, Gate.Ground?)] {
      let request = try request([("authorization", header)])
      #expect(gate.admit(request, at: now) == ground, "\(header)")
    }
    #expect(gate.admit(try request(), at: now) == nil)
    let empty = try self.gate(token: "")
    #expect(empty.isShut)
    #expect(empty.admit(try request([("authorization", "Bearer ")]), at: now) == nil)
  }

  @Test("a signature fits the request it was made for, for a while")
  func signatures() throws {
    let gate = try gate(key: "key")
    func ground(_ headers: [(name: String, value: String)], _ method: String = "POST") throws
      -> Bool
    {
      gate.admit(try request(headers, method: method), at: now) != nil
    }
    #expect(try ground([("x-s4l-signature", try sign("[]"))]))
    #expect(try ground([("x-s4l-signature", try sign("[]").uppercased())]) == false)
    #expect(try !ground([("x-s4l-signature", try sign("[1]"))]))
    #expect(try !ground([("x-s4l-signature", "sha256=")]))
    for (time, fits) in [
      ("1700000000", true), ("1700000300", true), ("1699999700", true), ("1700000301", false),
      ("1699999699", false), ("-9223372036854775808", false), ("9223372036854775807", false),
      ("", false), ("x", false),
    ] {
      let signature = try sign("\(time)\nPOST\n/publish?a=b\n\n[]")
      let headers = [("x-s4l-signature", signature), ("x-s4l-timestamp", time)]
      #expect(try ground(headers) == fits, "\(time)")
      #expect(try !ground(headers, "PUT"))
      #expect(try !ground(headers + [("idempotency-key", "another")]))
    }
  }

  @Test("what has no body needs a time in its signature")
  func bodiless() throws {
    let gate = try gate(key: "key")
    let bare = try request([("x-s4l-signature", try sign(""))], body: "", method: "GET")
    #expect(gate.admit(bare, at: now) == nil)
    let signature = try sign("1700000000\nGET\n/publish?a=b\n\n")
    let timed = try request(
      [("x-s4l-signature", signature), ("x-s4l-timestamp", "1700000000")], body: "",
      method: "GET")
    let bytes = Hex.decode(signature.utf8.dropFirst(7))
    #expect(gate.admit(timed, at: now) == .signature(unique: bytes))
  }

  @Test("an address that is trusted needs neither, unless a page asks through a browser")
  func addresses() throws {
    let gate = try gate(allow: ["192.0.2.0/29", "2001:db8::1"])
    for (address, isIn) in [
      ("192.0.2.7", true), ("192.0.2.8", false), ("2001:db8::1", true), ("2001:db8::2", false),
      ("::ffff:192.0.2.1", true), ("127.0.0.1", false),
    ] {
      #expect(
        (gate.admit(try request(from: address), at: now) == .address) == isIn, "\(address)")
    }
    #expect(gate.admit(try request([("origin", "http://evil")]), at: now) == nil)
    #expect(!gate.isShut)
    #expect(!gate.knowsSecret)
  }

  @Test("addresses and networks are read strictly")
  func reading() {
    for text in [
      "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "::g", ":::", "1.2.3.4/33", "/8",
      "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/+8", "1.2.3.4/x", "::/129", "host", "1.2.3.4\u{0}",
    ] {
      #expect(Network(text: text) == nil, "\(text)")
    }
    for (text, shown) in [
      ("::1", "::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::ffff:1.2.3.4", "1.2.3.4"),
      ("0.0.0.0", "0.0.0.0"),
    ] {
      #expect(HostAddress(text: text)?.description == shown)
    }
    for (text, isLoopback) in [
      ("127.0.0.1", true), ("127.9.9.9", true), ("128.0.0.1", false), ("::1", true), ("::", false),
      ("::ffff:127.0.0.1", true),
    ] {
      #expect(HostAddress(text: text)?.isLoopback == isLoopback, "\(text)")
    }
  }
}
