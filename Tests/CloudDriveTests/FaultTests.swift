import CloudDrive
import Core
import Drives
import Records
import Store
import Support
import Testing
import Values

/// Whatever goes wrong, and at whatever moment: a listing is whole or it has failed.
@Suite("Faults of CloudDrive2") struct FaultTests {
  private static let kinds: [(code: Int, kind: Failure.Kind)] = [
    (1, .later), (2, .io), (3, .io), (4, .later), (5, .absent), (7, .refused), (8, .later),
    (12, .unavailable), (13, .io), (14, .later), (16, .refused),
  ]

  private func desk(_ transport: Transport, attempts: Int = 1) throws -> Desk {
    let desk = try Desk(transport, attempts: attempts)
    for name in ["a", "b", "c", "d", "e"] { desk.plant("d/" + name) }
    return desk
  }

  @Test(
    "a status ends a listing as what it means, after however many entries",
    arguments: Transport.allCases)
  func statuses(_ transport: Transport) throws {
    let desk = try desk(transport)
    // The last of them is not asked for anything any more.
    for (code, kind) in Self.kinds {
      for entries in [0, 1, 2, 5] {
        try desk.server.fail(
          [
            "call": "GetSubFiles", "what": "error", "code": code, "entries": entries,
            "message": "坏 100%",
          ])
        let (found, result) = try desk.list("d")
        #expect(result.kind == kind, "\(code) after \(entries)")
        if code != 16 { #expect(result.reason.contains("坏 100%"), "\(result.reason)") }
        #expect(found.names.count <= entries)
      }
    }
  }

  @Test(
    "a connection that is cut is a failure, after however many entries",
    arguments: Transport.allCases)
  func cuts(_ transport: Transport) throws {
    let desk = try desk(transport)
    for entries in [0, 1, 2, 3, 5] {
      try desk.server.fail(["call": "GetSubFiles", "what": "cut", "entries": entries])
      #expect(try desk.kind("d") == .later, "\(entries)")
    }
    try desk.server.fail()
    #expect(try desk.kind("d") == nil)
  }

  @Test(
    "an answer without an end, or that is none, is a failure, after however many entries",
    arguments: [0, 1, 2, 5])
  func broken(_ entries: Int) throws {
    let desk = try desk(.web)
    let ways: [([String: any Sendable], Failure.Kind)] = [
      (["what": "end"], .later), (["what": "half"], .later),
      (["what": "half", "code": 0], .data),
      // Compressed; larger than anything; of flags that nobody knows; a second end; no message.
      (["what": "frame", "hex": "0100000000"], .data),
      (["what": "frame", "hex": "00ffffffff"], .data),
      (["what": "frame", "hex": "80ffffffff"], .data),
      (["what": "frame", "hex": "4000000000"], .data),
      (["what": "frame", "hex": "800000000f677270632d7374617475733a300d0a"], .data),
      (["what": "raw", "hex": "0a05616263"], .data), (["what": "raw", "hex": "ffff"], .data),
      (["what": "raw", "hex": "0a0312ffff"], .data), (["what": "raw", "hex": "0801"], .data),
    ]
    for (way, kind) in ways {
      var fault = way
      fault["call"] = "GetSubFiles"
      fault["entries"] = entries
      try desk.server.fail(fault)
      #expect(try desk.kind("d") == kind, "\(way)")
    }
  }

  @Test("whatever is no CloudDrive2 is told as that")
  func strangers() throws {
    let desk = try desk(.web)
    for (code, type, kind) in [
      (200, "text/html", Failure.Kind.unavailable),
      (200, "application/grpc-web-text", .unavailable),
      (404, "text/html", .unavailable), (400, "text/html", .unavailable), (403, "a/b", .refused),
      (502, "text/html", .later), (503, "text/html", .later), (301, "text/html", .unavailable),
    ] {
      try desk.server.fail(
        [
          "call": "GetSubFiles", "what": "http", "code": code, "type": type, "entries": 0,
          "body": "<html>",
        ])
      let result = try desk.list("d").result
      #expect(result.kind == kind && result.reason.contains("proxy"), "\(code) \(result.reason)")
    }
  }

  @Test(
    "what passes is tried again, and what was told before is told again",
    arguments: Transport.allCases, [4, 8, 14])
  func again(_ transport: Transport, _ code: Int) throws {
    let desk = try desk(transport, attempts: 3)
    try desk.server.fail(
      ["call": "GetSubFiles", "what": "error", "code": code, "entries": 3, "times": 1])
    let (found, result) = try desk.list("d")
    #expect(result.kind == nil && Set(found.names) == ["a", "b", "c", "d", "e"])
    #expect(try desk.server.log().count == 2)
  }

  @Test(
    "a token that has run out is replaced once, and one that does not help is no more asked for",
    arguments: Transport.allCases)
  func tokens(_ transport: Transport) throws {
    let desk = try Desk(transport, Desk.user)
    desk.plant("a")
    #expect(try desk.kind() == nil)
    #expect(try desk.kind() == nil)
    #expect(try desk.server.log().map(\.call) == ["GetToken", "GetSubFiles", "GetSubFiles"])
    try desk.server.forget()
    #expect(try desk.kind() == nil)
    #expect(
      try desk.server.log().map(\.call) == ["GetSubFiles", "GetToken", "GetSubFiles"])
    try desk.server.fail(["call": "GetSubFiles", "what": "error", "code": 16, "entries": 0])
    for _ in 0..<3 { #expect(try desk.kind() == .refused) }
    #expect(
      try desk.server.log().map(\.call) == ["GetSubFiles", "GetToken", "GetSubFiles"])
  }

  @Test("a login that is refused is not tried again, and says so without the password")
  func logins() throws {
    let wrong = Identity.user("me@example.com", password: Desk.secret("wr0ng"), code: nil)
    let desk = try Desk(.web, wrong)
    for _ in 0..<3 {
      let result = try desk.list().result
      #expect(result.kind == .refused && !result.reason.contains("wr0ng"), "\(result.reason)")
    }
    #expect(try desk.server.log().map(\.call) == ["GetToken"])
    let nobody = try Desk(.web, .nobody).list().result
    #expect(nobody.kind == .refused && nobody.reason.contains("no token 无"))
    let bad = try Desk(.h2, .token(Desk.secret("bad"))).list().result
    #expect(bad.kind == .refused && !bad.reason.contains("bad"))
    let coded = try Desk(
      .web,
      .user(
        "me@example.com", password: Desk.secret("s3cret"),
        code: SecondFactor(Desk.secret("123456"))))
    try coded.server.set(
      ["users": ["me@example.com": ["password": "s3cret", "totp": "123456"]]])
    #expect(try coded.kind() == nil)
  }
}
