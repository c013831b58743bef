import Core
import Digests
import Doubles
import Foundation
import Testing
import Values

@testable import Signing

/// Random requests, signed by the library of the store's own makers.
@Suite struct OracleTests {
  private static let program = """
    import datetime, json, sys
    from urllib.parse import quote
    import botocore.auth as auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    answers = []
    for case in json.load(sys.stdin):
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(0, case["seconds"])
        auth.get_current_datetime = lambda *_: moment
        keys = Credentials(case["access"], case["secret"], case.get("session"))
        path = quote(bytes(case["key"]), safe="/-_.~")
        url = "https://" + case["host"] + path
        headers = dict(case["headers"])
        params = [tuple(pair) for pair in case["query"]]
        if case.get("expires"):
            params = dict(params)
        request = AWSRequest(case["method"], url, headers, b"", params)
        request.context["payload_signing_enabled"] = case["signs"]
        if case.get("body") is not None:
            request.data = bytes(case.get("body"))
        if case["signs"] is False:
            headers = request.headers
            headers["Content-MD5"] = "x"
            request.context["has_streaming_input"] = True
        if case.get("expires"):
            kind = auth.S3SigV4QueryAuth
            kind(keys, "s3", case["region"], expires=case.get("expires")).add_auth(request)
            answers.append([path, request.url.rpartition("=")[2]])
            continue
        kind = auth.S3SigV4Auth if case["store"] else auth.SigV4Auth
        kind(keys, "s3" if case["store"] else "sts", case["region"]).add_auth(request)
        answers.append([path, request.headers["Authorization"]])
    json.dump(answers, sys.stdout)
    """

  /// One request, in the form in which both sides get it.
  private struct Case: Encodable {
    var method: String
    var host: String
    var key: [UInt8]
    var query: [[String]]
    var headers: [[String]]
    var body: [UInt8]?
    var signs: Bool
    var store: Bool
    var expires: Int?
    var access = "AKIAS4LTESTEXAMPLE01"
    var secret: String
    var session: String?
    var region: String
    var seconds: Int64
  }

  private static let letters = "abzAZ019-_.~ +%/=&?#:;,@!$'()*[]{}|^`<>\\\"äß電影\u{1F600}\u{301}"

  private static func makeCase(_ dice: inout Dice) -> Case {
    let isStore = !dice.hits(onceIn: 4)
    let expires = isStore && dice.hits(onceIn: 3) ? 1 + dice.below(604_800) : nil
    var names: Set<String> = []
    var query: [[String]] = []
    for _ in 0..<dice.below(5) {
      let name = dice.text(of: letters, upTo: 6)
      // The oracle keeps one parameter of a name when it presigns.
      if expires != nil, !names.insert(name).inserted { continue }
      query.append([name, dice.text(of: letters, upTo: 12)])
    }
    var headers: [String: String] = [:]
    for _ in 0..<dice.below(6) {
      let name = dice.pick(["Content-Type", "x-amz-meta-", "If-Match", "X-AMZ-Acl", "range"])
      let end = name.hasSuffix("-") ? dice.text(of: "abc-z09", upTo: 5) : ""
      headers[name + end] = dice.text(of: "ab \t\"/=;,. 1   ~é", upTo: 14)
    }
    let signs = isStore ? dice.hits(onceIn: 2) : true
    if !signs { headers["content-md5"] = nil }
    return Case(
      method: dice.pick(["GET", "PUT", "POST", "DELETE", "HEAD"]),
      host: dice.pick(["s3.example.com", "b.s3.eu-central-1.amazonaws.com", "127.0.0.1:9000"]),
      key: Array("/\(dice.text(of: letters, upTo: 30))".utf8), query: query,
      headers: headers.map { [$0.key, $0.value] },
      body: expires == nil && dice.hits(onceIn: 2) ? dice.bytes(dice.below(80)) : nil,
      signs: signs, store: isStore, expires: expires,
      secret: dice.text(of: letters, upTo: 50),
      session: dice.hits(onceIn: 3) ? "t" + dice.text(of: "abc/+=", upTo: 30) : nil,
      region: dice.pick(["us-east-1", "auto", "eu-central-1"]),
      seconds: Int64(dice.below(4_000_000_000)))
  }

  private static func sign(_ item: Case) throws -> String {
    let keys = Keys(
      access: item.access, secret: Secret(Array(item.secret.utf8)),
      session: item.session.map { Secret(Array($0.utf8)) })
    let signer = try Signer(
      keys, Scope(region: item.region, service: item.store ? "s3" : "sts"),
      style: item.store ? .store : .other)
    var headers = item.headers.map { (name: $0[0], value: $0[1]) }
    if !item.signs { headers.append((name: "Content-MD5", value: "x")) }
    let request = Request(
      method: item.method, host: item.host, path: Encoding.path(Path(item.key)),
      query: item.query.map { (name: $0[0], value: $0[1]) }, headers: headers)
    let moment = Timestamp(seconds: item.seconds)
    if let expires = item.expires {
      let span = Span(nanoseconds: Int64(expires) * 1_000_000_000)
      let query = try signer.presign(request, expires: span, at: moment)
      return String(query.split(separator: "=").last ?? "")
    }
    let payload = try item.signs ? digest(item.body ?? []) : .unsigned
    return try signer.sign(request, payload, at: moment).last?.value ?? ""
  }

  @Test("random requests are signed as botocore signs them")
  func random() throws {
    var dice = Dice(20_250_115)
    let cases = (0..<600).map { _ in OracleTests.makeCase(&dice) }
    let input = Array(try JSONEncoder().encode(cases))
    let printed = Data(try Python.run(OracleTests.program, input: input))
    let answers = try JSONDecoder().decode([[String]].self, from: printed)
    #expect(answers.count == cases.count)
    for (item, answer) in zip(cases, answers) {
      #expect(Encoding.path(Path(item.key)) == answer[0])
      #expect(try OracleTests.sign(item) == answer[1], "\(item)")
    }
  }

  private static func digest(_ body: [UInt8]) throws -> Payload {
    .sha256(try Digest(.sha256).value(of: body))
  }
}
