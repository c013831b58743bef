import Core
import Drives
import HTTP
import Support
import Testing
import Values

@testable import OpenList

@Suite("What OpenList says of failures") struct FaultTests {
  static let table: [(Int, String, Failure.Kind?, Bool)] = [
    (200, "success", nil, false),
    (400, "invalid character", .unavailable, false),
    (401, "Invalid username or password", .refused, false),
    (402, "Invalid 2FA code", .refused, false),
    (403, "password is incorrect or you have no permission", .refused, false),
    (403, "using relative path is not allowed", .refused, false),
    (403, "file exists", .later, false),
    (404, "whatever", .unavailable, false),
    (429, "slowly", .later, true),
    (500, "object not found", .absent, false),
    (500, "failed get objs: failed get dir: object not found", .absent, false),
    (500, "Object Not Found", .absent, false),
    (
      500, "failed get storage: storage not found; rawPath: /m/object not found", .unavailable,
      false
    ),
    (500, "failed get objs: storage status: object not found", .unavailable, false),
    (500, "failed get /m/object not found", .unavailable, true),
    (500, "failed get objs: storage not init", .unavailable, false),
    (500, "failed get objs: not a folder", .refused, false),
    (500, "TooManyRequests", .unavailable, true),
    (500, "", .unavailable, true),
    (0, "", .unavailable, false),
  ]

  @Test("by the code in the answer and its words, whatever its status", arguments: table)
  func codes(_ code: Int, _ words: String, _ kind: Failure.Kind?, _ passes: Bool) throws {
    let body = #"{"code":\#(code),"message":"\#(words)","data":null}"#
    switch Fault.meaning(Answer(status: 200, body: Array(body.utf8))) {
    case .fine: #expect(kind == nil)
    case .passing(let failure, _): #expect(failure.kind == kind && passes)
    case .unknown(let failure): #expect(code == 401 && failure.kind == kind)
    case .failed(let failure): #expect(failure.kind == kind && !passes)
    case .unrefreshed: Issue.record("nobody wanted that")
    }
  }

  @Test(
    "of a status other than 200, whoever answers",
    arguments: [
      (302, Failure.Kind.unavailable, false), (401, .refused, false), (403, .refused, false),
      (404, .unavailable, false), (408, .unavailable, true), (429, .later, true),
      (500, .unavailable, true), (503, .unavailable, true),
    ])
  func statuses(_ status: Int, _ kind: Failure.Kind, _ passes: Bool) {
    switch Fault.meaning(Answer(status: status, body: Array(#"{"code":200}"#.utf8))) {
    case .passing(let failure, _): #expect(failure.kind == kind && passes)
    case .failed(let failure): #expect(failure.kind == kind && !passes)
    default: Issue.record("\(status)")
    }
  }

  @Test("briefly, and on one line")
  func brief() throws {
    let page = "<html>\u{1B}[31m" + String(repeating: "\u{7535}", count: 5_000)
    for words in [page, page + "\nmore"] {
      let body = JSONText.answer(500, words)
      guard case .passing(let failure, _) = Fault.meaning(Answer(status: 200, body: body)) else {
        Issue.record("it does not pass")
        return
      }
      #expect(failure.reason.count < 220 && failure.reason.hasSuffix("..."))
      #expect(!failure.reason.contains("\u{1B}") && !failure.reason.contains("\n"))
    }
  }

  @Test("once to a folder that is not there, more often to one that may be back")
  func tries() throws {
    let bench = try Bench()
    let drive = try bench.drive()
    #expect(try bench.list(drive, "none").failure?.kind == .absent)
    #expect(try bench.stat(drive, "none").failure?.kind == .absent)
    #expect(try bench.calls() == ["list", "get"])
    bench.plant("m/a")
    for fault in [
      ["code": 500, "message": "the drive is asleep"], ["code": 429], ["status": 503],
      ["status": 429, "headers": ["Retry-After": "0"]],
    ] as [[String: any Sendable]] {
      let given = fault.merging(["call": "list"] as [String: any Sendable]) { $1 }
      try bench.server.fail(given.merging(["times": 1]) { $1 })
      #expect(try bench.list(drive, "m").names == ["a"])
      try bench.server.fail(given)
      let failure = try bench.list(drive, "m").failure
      #expect(failure?.kind == .unavailable || failure?.kind == .later)
      #expect(try bench.calls() == ["list", "list", "list", "list"])
    }
    try bench.server.fail(
      ["call": "list", "code": 500, "message": "failed get objs: storage not init"])
    #expect(try bench.list(drive, "m").failure?.kind == .unavailable)
    #expect(try bench.calls() == ["list"])
  }

  @Test("also where there is no server at all")
  func unreachable() throws {
    let bench = try Bench()
    for address in ["http://127.0.0.1:1", "http://nowhere.invalid"] {
      let drive = try bench.drive(.nobody, address: address)
      #expect(try bench.list(drive).failure?.kind == .later)
    }
  }
}

enum JSONText {
  static func answer(_ code: Int, _ words: String) -> [UInt8] {
    let text = words.replacing("\n", with: "\\n").replacing("\u{1B}", with: "\\u001b")
    return Array(#"{"code":\#(code),"message":"\#(text)","data":null}"#.utf8)
  }
}
