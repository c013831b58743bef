import Core
import Drives
import Support
import System
import Testing
import Values

@testable import OpenList

@Suite("Who asks OpenList") struct SessionTests {
  let bench: Bench

  init() throws {
    bench = try Bench()
    bench.plant("m/a")
  }

  private func user(_ name: String = "user", _ password: String, code: String? = nil) -> Identity {
    .user(
      name, password: Secret(Array(password.utf8)),
      code: code.map { SecondFactor(Secret(Array($0.utf8))) })
  }

  @Test("a user logs in once, with a digest of the password that others compute alike")
  func login() throws {
    try bench.server.set(["guest": false])
    let drive = try bench.drive(Bench.user)
    #expect(try bench.list(drive, "m").names == ["a"])
    #expect(try bench.list(drive, "m").names == ["a"])
    let log = try bench.server.log()
    #expect(log.map(\.call) == ["login", "list", "list"])
    let digest = bench.sandbox.shell(
      "printf 's3cret-https://github.com/alist-org/alist' | openssl dgst -sha256 -r")
    #expect(log[0].given?.password == String(digest.text.prefix(64)))
    #expect(log[0].given?.username == "user" && log[0].authorization == nil)
    #expect(log[1].authorization?.split(separator: ".").count == 3)
  }

  @Test("what many ask for at once waits for one login")
  func together() throws {
    try bench.server.set(["guest": false])
    let drive = try bench.drive(Bench.user)
    for round in 1...2 {
      var rest = 8
      for _ in 1...8 {
        drive.list(folder: Path(text: "m"), refreshes: false) { _ in
        } _: {
          #expect($0.failure == nil)
          rest -= 1
        }
      }
      try bench.loop.run { rest == 0 }
      #expect(try bench.calls().filter { $0 == "login" }.count == 1, "\(round)")
      try bench.server.forget()
    }
  }

  @Test("a token that the server has forgotten is replaced once, and the request made again")
  func forgotten() throws {
    let drive = try bench.drive(Bench.user)
    for path in ["m", "m", "m"] {
      try bench.server.forget()
      #expect(try bench.list(drive, path).names == ["a"])
    }
    #expect(
      try bench.calls() == ["login", "list", "list", "login", "list", "list", "login", "list"])
    // In the midst of pages, too.
    try bench.server.fail(
      ["call": "list", "code": 401, "message": "token is expired", "times": 1])
    #expect(try bench.list(drive, "m").names == ["a"])
    #expect(try bench.calls() == ["list", "login", "list"])
    // And never twice.
    try bench.server.fail(["call": "list", "code": 401, "message": "token is invalidated"])
    #expect(try bench.list(drive, "m").failure?.kind == .refused)
    #expect(try bench.calls() == ["list", "login", "list"])
    #expect(try bench.list(drive, "m").failure?.kind == .refused)
    #expect(try bench.calls() == [])
  }

  @Test("a file that is put after the token has died arrives")
  func put() throws {
    let drive = try bench.drive(Bench.user)
    #expect(try bench.put(drive, "m/b", "one").failure == nil)
    try bench.server.forget()
    #expect(try bench.put(drive, "m/b", "two").failure == nil)
    #expect(bench.text("m/b") == "two")
  }

  @Test("a login that is refused is not tried again")
  func refused() throws {
    let drive = try bench.drive(user("user", "wrong"))
    for _ in 1...3 {
      let failure = try bench.list(drive, "m").failure
      #expect(failure?.kind == .refused)
      #expect(failure?.reason.contains("Invalid username or password") == true)
      #expect(failure?.message.contains("wrong") == false)
    }
    #expect(try bench.put(drive, "m/b", "x").failure?.kind == .refused)
    #expect(try bench.get(drive, "m/a").failure?.kind == .refused)
    #expect(try bench.delete(drive, "m/a")[0]?.kind == .refused)
    #expect(try bench.calls() == ["login"])
  }

  @Test("an address that is locked out is left alone")
  func lockedOut() throws {
    for _ in 1...5 { _ = try bench.list(try bench.drive(user("user", "wrong")), "m") }
    _ = try bench.calls()
    let drive = try bench.drive(Bench.user)
    for _ in 1...2 {
      let failure = try bench.list(drive, "m").failure
      #expect(failure?.kind == .refused)
      #expect(failure?.reason.contains("five minutes") == true)
    }
    #expect(try bench.calls() == ["login"])
    // The same from whatever stands before the server.
    try bench.server.fail(["call": "login", "status": 429])
    #expect(try bench.list(try bench.drive(Bench.user), "m").failure?.kind == .refused)
    #expect(try bench.calls() == ["login"])
  }

  @Test("a server that is just not there for a login is asked again")
  func later() throws {
    try bench.server.fail(["call": "login", "status": 502, "times": 1])
    let drive = try bench.drive(Bench.user)
    #expect(try bench.list(drive, "m").names == ["a"])
    #expect(try bench.calls() == ["login", "login", "list"])
  }

  @Test("the code of a second factor goes along")
  func secondFactor() throws {
    try bench.server.user(["password": "p", "otp": "123456"])
    let without = try bench.list(try bench.drive(user("user", "p")), "m").failure
    #expect(without?.kind == .refused && without?.reason.contains("2FA") == true)
    #expect(try bench.list(try bench.drive(user("user", "p", code: "123456")), "m").names == ["a"])
  }

  @Test("a code is made of a seed anew for each login, as somebody else makes it")
  func seed() throws {
    try bench.server.user(["password": "p", "seed": "JBSWY3DPEHPK3PXP"])
    let seed = Secret(Array("jbsw y3dp ehpk 3pxp".utf8))
    let factor = try #require(SecondFactor(seed: seed))
    let drive = try bench.drive(.user("user", password: Secret(Array("p".utf8)), code: factor))
    for _ in 1...2 {
      #expect(try bench.list(drive, "m").names == ["a"])
      try bench.server.forget()
    }
    #expect(try bench.list(drive, "m").names == ["a"])
    #expect(try bench.calls().filter { $0 == "login" }.count == 3)
    let other = try #require(SecondFactor(seed: Secret(Array("MFRGGZDF".utf8))))
    let wrong = try bench.drive(.user("user", password: Secret(Array("p".utf8)), code: other))
    #expect(try bench.list(wrong, "m").failure?.kind == .refused)
    #expect(SecondFactor(seed: Secret(Array("no base32!".utf8))) == nil)
  }

  @Test("a token is sent bare, however it was copied, and is not renewed")
  func token() throws {
    try bench.server.set(["guest": false])
    for text in [OpenListServer.token, "Bearer " + OpenListServer.token] {
      let drive = try bench.drive(.token(Secret(Array(text.utf8))))
      #expect(try bench.list(drive, "m").names == ["a"])
      #expect(try bench.server.log().map(\.authorization) == [OpenListServer.token])
    }
    let drive = try bench.drive(.token(Secret(Array("old".utf8))))
    for _ in 1...2 {
      let failure = try bench.list(drive, "m").failure
      #expect(failure?.kind == .refused && failure?.reason.contains("not accepted") == true)
    }
    #expect(try bench.calls() == ["list"])
  }

  @Test("a guest asks without a token, and is told when that does not do")
  func guest() throws {
    let drive = try bench.drive(.nobody)
    #expect(try bench.list(drive, "m").names == ["a"])
    #expect(try bench.server.log().map(\.authorization) == [nil])
    #expect(try bench.put(drive, "m/b", "x").failure?.kind == .refused)
    try bench.server.set(["guest": false])
    let failure = try bench.list(drive, "m").failure
    #expect(failure?.kind == .refused && failure?.reason.contains("Guest user") == true)
    #expect(failure?.reason.contains("nobody is logged in") == true)
  }

  @Test("an account that was disabled is not logged in anew")
  func disabled() throws {
    let drive = try bench.drive(Bench.user)
    #expect(try bench.list(drive, "m").names == ["a"])
    try bench.server.user(["password": "s3cret", "disabled": true])
    #expect(try bench.list(drive, "m").failure?.kind == .refused)
    #expect(try bench.calls() == ["login", "list", "list"])
  }
}
