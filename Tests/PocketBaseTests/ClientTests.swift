import Core
import HTTP
import Records
import Support
import System
import Testing
import Values

@testable import PocketBase

/// A client and what it asks.
private struct Desk {
  let server: PocketBaseServer
  let loop: Loop
  let client: Client

  init(
    _ settings: [String: any Sendable] = [:], password: String = PocketBaseServer.password
  ) throws {
    server = try PocketBaseServer(settings)
    loop = try Loop()
    var hub = Hub(
      url: server.endpoint, identity: PocketBaseServer.identity,
      password: Secret(Array(password.utf8)), attempts: 3)
    hub.pause = Span(nanoseconds: 0)
    client = try Client(hub, loop, Log(tool: "test", level: .fatal))
  }

  func ask(_ method: Exchange.Method, _ path: String, _ body: JSON? = nil) throws -> Answer {
    var result: Result<Answer, Failure>?
    client.ask(method, path, body) { result = $0 }
    try loop.run { result != nil }
    return try #require(result).get()
  }

  func read(_ names: String...) throws -> [String: [JSON]] {
    var result: Result<[String: [JSON]], Failure>?
    client.read(names) { result = $0 }
    try loop.run { result != nil }
    return try #require(result).get()
  }
}

@Suite struct ClientTests {
  private static func records(_ count: Int) -> [String: any Sendable] {
    var records: [String: any Sendable] = [:]
    for number in 0..<count {
      let id = String("00000000000000\(number)".suffix(15))
      records[id] = ["id": id, "key": "job-\(number)"] as [String: any Sendable]
    }
    return records
  }

  private static func jobs(_ count: Int) -> [String: any Sendable] {
    ["collections": ["sync_jobs": records(count)] as [String: any Sendable]]
  }

  @Test("all pages are read, of old servers and of new ones", arguments: [false, true])
  func pages(old: Bool) throws {
    let desk = try Desk(ClientTests.jobs(450))
    try desk.server.set(["old": old])
    let found = try desk.read("sync_jobs", "nothing")
    #expect(found["sync_jobs"]?.count == 450)
    #expect(Set(found["sync_jobs"]?.compactMap { $0["key"]?.text } ?? []).count == 450)
    #expect(found.keys.sorted() == ["sync_jobs"])
  }

  @Test("what is read while the token stops being good counts for nothing", arguments: 0...7)
  func guest(lists: Int) throws {
    let desk = try Desk(ClientTests.jobs(450))
    // A guest is shown an empty list with status 200. What is not there at all has it log in anew
    // in the middle, after which the server knows it again.
    try desk.server.set(["expire_after": lists])
    let found = try desk.read("sync_jobs", "nothing", "sync_jobs")
    #expect(found["sync_jobs"]?.count == 450)
  }

  @Test("a server that stops knowing us whenever it is asked is told apart from an empty one")
  func forgetful() throws {
    let desk = try Desk(ClientTests.jobs(450))
    try desk.server.set(["forgets": true])
    do {
      _ = try desk.read("sync_jobs", "nothing")
      Issue.record("it was believed")
    } catch let failure as Failure { #expect(failure.kind == .later) }
  }

  @Test("a token that is not good any more is found out before anything is read from a list")
  func expired() throws {
    let desk = try Desk(ClientTests.jobs(3))
    #expect(try desk.read("sync_jobs")["sync_jobs"]?.count == 3)
    try desk.server.set(["generation": 7])
    var failures = 0
    for _ in 0..<2 {
      do { #expect(try desk.read("sync_jobs")["sync_jobs"]?.count == 3) } catch { failures += 1 }
    }
    #expect(failures <= 1)
  }

  @Test("after a status that may come of a bad token it logs in anew, and asks again once")
  func again() throws {
    let desk = try Desk(ClientTests.jobs(1))
    let path = "/api/collections/sync_jobs/records"
    _ = try desk.ask(.get, path)
    try desk.server.set(["generation": 7])
    let made = try desk.ask(.post, path, .object([.init("key", .text("x"))]))
    #expect(made.status == 200)
    #expect(try desk.server.records("sync_jobs").count == 2)
    // What is not there stays so, however good the token is.
    #expect(try desk.ask(.get, path + "/000000000000999").status == 404)
  }

  @Test("what passes is asked again, so many times", arguments: [[503], [429, 500, 503]])
  func passing(statuses: [Int]) throws {
    let desk = try Desk(ClientTests.jobs(1))
    try desk.server.set(["fail": statuses])
    #expect(try desk.read("sync_jobs")["sync_jobs"]?.count == 1)
    try desk.server.set(["fail": [503, 503, 503, 503]])
    #expect(throws: Failure.self) { try desk.read("sync_jobs") }
  }

  @Test("a wrong password is told with who would log in, and not tried again")
  func wrong() throws {
    let desk = try Desk(password: "a secret")
    do {
      _ = try desk.read("sync_jobs")
      Issue.record("it was let in")
    } catch let failure as Failure {
      #expect(failure.kind == .refused)
      #expect(failure.message.contains(PocketBaseServer.identity))
      #expect(!failure.message.contains("a secret"))
    }
    #expect(try desk.server.log().count == 1)
  }

  @Test("a token is renewed when most of its life is over, and read for what it says")
  func token() throws {
    // {"exp":2000}, and the other alphabet of base64.
    let text = "eyJh.eyJleHAiOjIwMDAsIngiOiI_Pz8-In0.c2ln"
    let token = try Token(text, at: 1000)
    #expect(token.end == 2000)
    #expect(!token.isOld(at: 1799) && token.isOld(at: 1800))
    // A clock that was set back tells nothing of how old it is.
    #expect(token.isOld(at: 999))
    for broken in ["", "a.b", "a.b.c", "a.e30.c", "a\n.eyJleHAiOjJ9.c"] {
      #expect(throws: Failure.self) { try Token(broken, at: 0) }
    }
  }

  @Test("it is renewed by the server before it ends")
  func renewed() throws {
    // Of less than five whole seconds four fifths are over at once.
    let desk = try Desk(ClientTests.jobs(1))
    try desk.server.set(["life": 4])
    _ = try desk.ask(.get, "/api/collections/sync_jobs/records")
    for _ in 0..<3 {
      #expect(try desk.ask(.get, "/api/collections/sync_jobs/records").status == 200)
    }
    #expect(try desk.server.log().filter { $0.path.hasSuffix("/records") }.allSatisfy(\.knows))
  }

  @Test("an address is one, and somebody logs in there")
  func configured() throws {
    func hub(_ lines: String...) throws -> Hub? {
      var group = Configuration.Group(
        "pocketbase", name: nil, label: "[pocketbase]", origin: .standard)
      for line in lines {
        let parts = line.split(separator: "=", maxSplits: 1)
        let value = String(parts[1])
        group.entries[String(parts[0])] = .init(
          parts[0] == "admin_password" ? .secret(Secret(Array(value.utf8))) : .text(value),
          .standard)
      }
      var configuration = Configuration()
      configuration.groups = [group]
      return try Hub(configuration)
    }
    #expect(try hub() == nil)
    let good = try hub("url=http://x/pb//", "admin_email=a", "admin_password=b")
    #expect(good?.url == "http://x/pb")
    #expect(throws: Failure.self) { try hub("url=x:8090", "admin_email=a", "admin_password=b") }
    #expect(throws: Failure.self) { try hub("url=http://x", "admin_password=b") }
    #expect(throws: Failure.self) { try hub("url=http://x", "admin_email=a") }
  }
}
