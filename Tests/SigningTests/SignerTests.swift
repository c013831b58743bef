import Core
import Testing
import Values

@testable import Signing

@Suite struct SignerTests {
  private let keys = Keys(access: "AK", secret: Secret(Array("geheim".utf8)))
  private let noon = Timestamp(seconds: 1_736_944_496)
  private let request = Request(method: "GET", host: "store.example", path: "/a")

  @Test("known requests get the signatures that others computed", arguments: Sample.all)
  func known(_ sample: Sample) throws {
    #expect(try sample.signed().hasSuffix("=" + sample.signature))
  }

  @Test("the headers to add are those that a store wants, the signature last")
  func added() throws {
    let keys = Keys(
      access: "AK", secret: Secret([1]), session: Secret(Array("lent".utf8)))
    let added = try Signer(keys, Scope(region: "r")).sign(request, .unsigned, at: noon)
    #expect(
      added.map(\.name) == [
        "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "authorization",
      ])
    #expect(added.map(\.value).prefix(3) == ["20250115T123456Z", "UNSIGNED-PAYLOAD", "lent"])
    #expect(
      added[3].value.hasPrefix(
        "AWS4-HMAC-SHA256 Credential=AK/20250115/r/s3/aws4_request, "
          + "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature="))
  }

  @Test("a signer that is used again and over midnight signs as a new one does")
  func midnight() throws {
    let signer = try Signer(keys, Scope(region: "r"))
    let moments: [Int64] = [1_736_899_199, 1_736_899_200, 1_736_899_199, -1, 0, -86_400, -86_401]
    for seconds in moments {
      let moment = Timestamp(seconds: seconds)
      let fresh = try Signer(keys, Scope(region: "r")).sign(request, .empty, at: moment)
      let again = try signer.sign(request, .empty, at: moment)
      #expect(again.map(\.value) == fresh.map(\.value))
      let date = String(again[0].value.prefix(8))
      #expect(again[2].value.contains("/\(date)/r/"))
    }
  }

  @Test(
    "headers that change on their way are not signed",
    arguments: [
      "Expect", "transfer-encoding", "Connection", "TE", "trailer", "Upgrade", "User-Agent",
      "Keep-Alive", "Proxy-Authorization", "X-Amzn-Trace-Id", "traceparent", "tracestate",
      "baggage", "Accept-Encoding", "authorization",
    ])
  func fleeting(_ name: String) throws {
    let signer = try Signer(keys, Scope(region: "r"))
    let bare = try signer.sign(request, .empty, at: noon)
    var longer = request
    longer.headers = [(name: name, value: "x")]
    #expect(try signer.sign(longer, .empty, at: noon).map(\.value) == bare.map(\.value))
  }

  @Test("a presigned request is good for a second to a week, and for no other time")
  func expiry() throws {
    let signer = try Signer(keys, Scope(region: "r"))
    for text in ["1s", "168h"] {
      let span = try #require(Span(text: text))
      #expect(try signer.presign(request, expires: span, at: noon).contains("X-Amz-Expires="))
    }
    for text in ["999ms", "168h0m1s"] {
      let span = try #require(Span(text: text))
      let failure = #expect(throws: Failure.self) {
        try signer.presign(request, expires: span, at: noon)
      }
      #expect(failure?.kind == .usage)
    }
  }

  @Test("neither the keys nor a signer show what is secret")
  func secrecy() throws {
    let keys = Keys(
      access: "AK", secret: Secret(Array("geheim".utf8)), session: Secret(Array("lent".utf8)))
    #expect(!"\(keys)".contains("geheim") && !"\(keys)".contains("lent"))
    #expect(!String(reflecting: keys).contains("geheim"))
  }
}
