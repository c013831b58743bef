import Core
import Testing
import Values

@testable import Signing

/// A request and the signature that it must get.
struct Sample: CustomTestStringConvertible {
  var testDescription: String
  var style: Style
  var request: Request
  var payload: Payload
  var session: String?
  /// In seconds; nil if the signature stands in a header.
  var expires: Int64?
  var signature: String

  init(
    _ words: String, _ style: Style, _ call: String, host: String? = nil,
    query: [(name: String, value: String)] = [], headers: [(name: String, value: String)] = [],
    payload: Payload = .empty, session: String? = nil, expires: Int64? = nil, _ signature: String
  ) {
    testDescription = words
    self.style = style
    let parts = call.split(separator: " ", maxSplits: 1).map(String.init)
    let usual =
      style.resolvesPath ? "example.amazonaws.com" : "s4l-bucket.s3.eu-central-1.amazonaws.com"
    request = Request(
      method: parts[0], host: host ?? usual, path: parts[1], query: query, headers: headers)
    self.payload = payload
    self.session = session
    self.expires = expires
    self.signature = signature
  }

  /// Signs as the samples of a store or those of the other services are signed.
  func signed() throws -> String {
    let session = session.map { Secret(Array($0.utf8)) }
    let keys =
      style.resolvesPath
      ? Keys(
        access: "AKIDEXAMPLE", secret: secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        session: session)
      : Keys(
        access: "AKIAS4LTESTEXAMPLE01", secret: secret("s4lSecretKeyExample/0123456789abcdefABCD"),
        session: session)
    let scope =
      style.resolvesPath
      ? Scope(region: "us-east-1", service: "service") : Scope(region: "eu-central-1")
    // Half a second, which a signature does not tell.
    let moment = Timestamp(
      seconds: style.resolvesPath ? 1_440_938_160 : 1_736_944_496, nanoseconds: 500_000_000)
    let signer = try Signer(keys, scope, style: style)
    guard let expires else {
      return try signer.sign(request, payload, at: moment).last?.value ?? ""
    }
    let span = Span(nanoseconds: expires * 1_000_000_000)
    return try signer.presign(request, payload, expires: span, at: moment)
  }

  private func secret(_ text: String) -> Secret { Secret(Array(text.utf8)) }

  private static let plain = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

  private static func digest(_ text: String) -> Payload { .sha256(Hex.decode(text.utf8) ?? []) }

  /// The requests of the published tests of Signature Version 4, and some of a store, of which
  /// other programs computed the signatures.
  static let all: [Sample] = [
    Sample(
      "a plain request", .other, "GET /",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    Sample(
      "a header that comes several times", .other, "GET /",
      headers: [("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
      "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
    Sample(
      "blanks around and within values", .other, "GET /",
      headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    Sample(
      "values keep the order in which they came", .other, "GET /",
      headers: [
        ("My-Header1", "value4"), ("My-Header1", "value1"), ("My-Header1", "value3"),
        ("My-Header1", "value2"),
      ],
      "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
    Sample(
      "header names in capitals", .other, "POST /", headers: [("My-Header1", "value1")],
      "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
    Sample(
      "dots and two dots in a path are resolved", .other, "GET /example1/example2/../..",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    Sample(
      "doubled slashes in a path are one", .other, "GET //example//",
      "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    Sample(
      "blanks in a path", .other, "GET /example space/",
      "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
    Sample(
      "a path that is not ASCII", .other, "GET /ሴ",
      "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    Sample(
      "parameters in the order of their names", .other, "GET /",
      query: [("Param2", "value2"), ("Param1", "value1")],
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    Sample(
      "parameters of one name in the order of their values", .other, "GET /",
      query: [("Param1", "value2"), ("Param1", "value1")],
      "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
    Sample(
      "what needs no encoding stays", .other, "GET /", query: [(plain, plain)],
      "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
    Sample(
      "a parameter without a value", .other, "GET /", query: [("Param1", "value1")],
      "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
    Sample(
      "a parameter that is not ASCII", .other, "GET /", query: [("ሴ", "bar")],
      "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    Sample(
      "a form with a signed body", .other, "POST /",
      headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf8")],
      payload: digest("9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
      "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"),
    Sample(
      "a plain presigned request", .other, "GET /", expires: 3600,
      "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"),
    Sample(
      "a presigned request with parameters of its own", .other, "GET /",
      query: [("Param2", "value2"), ("Param1", "value1")], expires: 3600,
      "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5"),
    Sample(
      "a store: a plain request", .store, "GET /photos/a.jpg",
      "e91990ab8d4d207800a4332bae7000d58e2bd6b73a43805c29c16b6129338cbc"),
    Sample(
      "a store: a key with blank, plus and percent", .store,
      "GET /a%20b%2Bc%2520d%26e%3Df%2Cg%3Bh.txt",
      "87a88ab8562e967fc835e3c895d57e04fe75694a695a5c46ca72b9d2572dae55"),
    Sample(
      "a store: a key in Chinese, with a signed body", .store,
      "PUT /%E7%94%B5%E5%BD%B1/%E9%9C%B8%E7%8E%8B%E5%88%AB%E5%A7%AC%20%231%20%281993%29%3F.mkv",
      headers: [("Content-Type", "video/x-matroska")],
      payload: digest("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
      "03046503a8a782a121d24357efebfc2de717d33dbdb0405aeadddaabbb68a8e4"),
    Sample(
      "a store: dots and slashes in a key stay", .store, "GET /a/./b/../c//d/",
      "c3c2615d3a857130b64f86c73a2ab6b5b37603e0337a20f43bea93baf3917313"),
    Sample(
      "a store: a key that begins with a slash", .store, "GET //lead.txt",
      "6a6b69cdeca41ab40a3fe2b8456d97b1a7a00699857ac0868814ae972cb22ed6"),
    Sample(
      "a store: a sub-resource", .store, "GET /", query: [("uploads", "")],
      "44fc22e5ac6e906ed0cba3fe22cacb00158941dd9cb94ef6b979559b4a330cbc"),
    Sample(
      "a store: a page of a listing", .store, "GET /",
      query: [
        ("continuation-token", "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM="), ("delimiter", "/"),
        ("encoding-type", "url"), ("list-type", "2"), ("max-keys", "1000"),
        ("prefix", "photos/2022 trip/"),
      ],
      "fe77ed34e796920e8d9846cd6faaa7945aa1d0ebab7f27cedbfc4222d5ae6dd6"),
    Sample(
      "a store: a part whose body is not signed", .store, "PUT /big.bin",
      query: [("partNumber", "2"), ("uploadId", "VXBsb2FkIElE+Lz0.abc")],
      headers: [("Content-Length", "5")], payload: .unsigned,
      "74704d79de0f09c14ab256dfed883259e2e73be08afd021ec81b0fe89fc512a4"),
    Sample(
      "a store: metadata and a condition", .store, "PUT /m.txt",
      headers: [
        ("x-amz-meta-mtime", "1668499951.25"), ("x-amz-meta-note", "  two   spaces  "),
        ("Content-Type", "text/plain"), ("If-None-Match", "*"),
      ], payload: digest("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
      "f2575c6feb2d76638b44dfeb8c739b7ad008374f0b275a23d408616cdd22c772"),
    Sample(
      "a store: a session token", .store, "DELETE /a.jpg", session: "s4l-session-token+/==",
      "62ca84aeb31fc4bfb7965387480f3852eabc812a52805e823a23231979679b56"),
    Sample(
      "a store: a port of its own", .store, "GET /bkt/k.txt", host: "127.0.0.1:9000",
      "02dda88d4b52762c61f290cb50de84a6349dbc61d3cac399df55fe4aaab5a4a0"),
    Sample(
      "a store: a presigned download", .store, "GET /%E7%94%B5%E5%BD%B1/a%20b.mkv",
      payload: .unsigned, expires: 900,
      "caa6d6cf9138fd4c7c586722308d80eecf82cf6470ee65c6503d3d46c0f59eac"),
  ]
}
