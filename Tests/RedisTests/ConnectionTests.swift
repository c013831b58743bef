import Core
import Support
import Tasks
import Testing
import Values

@testable import Redis

/// Who we are to a server, and what happens when it goes.
@Suite("Connections to Redis") struct ConnectionTests {
  private func refusal(_ address: RedisAddress) -> Failure? {
    #expect(throws: Failure.self) { try RedisTasks(address).queues() }
  }

  @Test("a password is asked for, and never told")
  func password() throws {
    let server = RedisServer(["--requirepass", "sesame"])
    var address = server.address
    #expect(refusal(address)?.kind == .refused)
    address.password = Secret(Array("wrong-guess".utf8))
    let failure = try #require(refusal(address))
    #expect(failure.kind == .refused && !failure.message.contains("wrong-guess"))
    address.password = Secret(Array("sesame".utf8))
    let tasks = RedisTasks(address)
    #expect(try tasks.push([Order(.named("a"))], at: .start) == [.queued(.pending)])
    #expect(!tasks.name.contains("sesame"))
  }

  @Test("an empty password is none")
  func nothing() throws {
    let server = RedisServer()
    var address = server.address
    address.password = Secret([])
    #expect(try RedisTasks(address).push([Order(.named("a"))], at: .start) == [.queued(.pending)])
  }

  @Test("a user has a name, and may do what it may")
  func user() throws {
    let server = RedisServer(
      ["--user", "worker", "on", ">secret", "~asynq:*", "&*", "+@all"]
        + ["--user", "guest", "on", ">secret", "~asynq:*", "&*", "+@read", "+@connection"])
    var address = server.address
    address.user = "worker"
    address.password = Secret(Array("secret".utf8))
    #expect(try RedisTasks(address).push([Order(.named("a"))], at: .start) == [.queued(.pending)])
    address.user = "guest"
    let failure = #expect(throws: Failure.self) {
      try RedisTasks(address).push([Order(.named("b"))], at: .start)
    }
    #expect(failure?.kind == .refused)
  }

  @Test("databases are apart, and a socket of the machine will do")
  func database() throws {
    let server = RedisServer()
    var address = server.address
    address.database = 3
    _ = try RedisTasks(address).push([Order(.named("a"))], at: .start)
    #expect(try RedisTasks(server.address).queues().isEmpty)
    var local = RedisAddress()
    local.socket = server.socket
    local.database = 3
    #expect(try RedisTasks(local).queues().map(\.queue) == ["q"])
    address.database = 99
    #expect(refusal(address) != nil)
  }

  @Test("TLS is refused rather than left out")
  func tls() throws {
    var address = RedisAddress()
    address.tls = true
    let failure = try #require(refusal(address))
    #expect(failure.kind == .unavailable && failure.reason.contains("no TLS"))
  }

  @Test("a server that was killed is away, and back when it is, with what it had")
  func killed() throws {
    let server = RedisServer(["--appendonly", "yes", "--appendfsync", "always"])
    let tasks = RedisTasks(server.address)
    let orders = (0..<500).map { Order(.named("t\($0)")) }
    _ = try tasks.push(orders, at: .start)
    let taken = try tasks.take(.of("q", 300), at: .start)
    server.kill()
    for _ in 0..<2 {
      let failure = #expect(throws: Failure.self) { try tasks.take(.of("q", 1), at: .start) }
      #expect(failure?.kind == .unavailable)
    }
    server.restart()
    // The scripts are gone with the server that had them.
    let settled = try tasks.settle(taken.map { Settlement($0, .done) }, at: .start)
    #expect(settled.count == 300 && !settled.contains(false))
    #expect(try tasks.queues().map { $0.counts[.pending] } == [200])
    // A connection that was lost between two calls is not noticed by anyone.
    server.restart()
    #expect(try tasks.push([Order(.named("new"))], at: .start) == [.queued(.pending)])
  }

  @Test("scripts that the server has forgotten are handed to it again, in the middle of many calls")
  func forgotten() throws {
    let desk = Desk()
    _ = try desk.push(.named("first"))
    _ = try desk.session.send("SCRIPT", "FLUSH")
    let orders = (0..<1_000).map { number in
      var order = Order(.named("t\(number)"))
      if number % 3 == 0 { order.uniqueName = "n\(number)" }
      order.uniqueness = number % 3 == 0 ? .open : .none
      return order
    }
    let answers = try desk.tasks.push(orders, at: .start)
    #expect(answers.count == 1_000 && answers.allSatisfy { $0 == .queued(.pending) })
    #expect(try desk.take(2_000).map(\.id) == ["first"] + (0..<1_000).map { "t\($0)" })
  }

  @Test("a replica takes nothing, and is left")
  func replica() throws {
    let master = RedisServer()
    let server = RedisServer(["--replicaof", "127.0.0.1", "\(master.port)"])
    let tasks = RedisTasks(server.address)
    let failure = #expect(throws: Failure.self) { try tasks.push([Order(.named("a"))], at: .start) }
    #expect(failure?.kind == .unavailable)
    let session = Session(server.address)
    _ = try session.send("REPLICAOF", "NO", "ONE")
    #expect(try tasks.push([Order(.named("a"))], at: .start) == [.queued(.pending)])
  }

  @Test("a full server is away, and nothing is half written")
  func full() throws {
    let desk = Desk()
    _ = try desk.session.send("CONFIG", "SET", "maxmemory", "1")
    let failure = #expect(throws: Failure.self) { try desk.push(.named("a")) }
    #expect(failure?.kind == .unavailable)
    #expect(try desk.session.keyspace().isEmpty)
  }

  @Test(
    "errors are told by what can be done about them",
    arguments: [
      ("NOAUTH Authentication required.", Failure.Kind.refused),
      ("ERR invalid password", .refused),
      ("LOADING Redis is loading the dataset in memory", .unavailable),
      ("ERR Error running script (call to f_1): @user_script:3: -READONLY You can't", .unavailable),
      ("WRONGTYPE Operation against a key", .data), ("ERR syntax error", .bug),
    ])
  func kinds(_ error: String, _ kind: Failure.Kind) {
    #expect(Refusal.kind(of: error) == kind)
  }

  @Test("sentinels are asked where the master is, and again when it is another")
  func sentinels() throws {
    let master = RedisServer()
    let replica = RedisServer(["--replicaof", "127.0.0.1", "\(master.port)"])
    let sentinel = RedisServer(
      ["--sentinel", "monitor", "main", "127.0.0.1", "\(master.port)", "1"]
        + ["--sentinel", "down-after-milliseconds", "main", "300"]
        + ["--sentinel", "failover-timeout", "main", "2000"], sentinel: true)
    var address = RedisAddress()
    address.sentinels = [.init("127.0.0.1", 1), .init("127.0.0.1", sentinel.port)]
    address.master = "main"
    let tasks = RedisTasks(address)
    #expect(try tasks.push([Order(.named("a"))], at: .start) == [.queued(.pending)])
    let watch = Session(sentinel.address)
    try until { try watch.send("SENTINEL", "REPLICAS", "main").list.count == 1 }
    let other = Session(replica.address)
    try until { try other.send("EXISTS", "asynq:{q}:t:a").integer == 1 }

    master.kill()
    try until {
      do throws(Failure) { return try tasks.take(.of("q", 1), at: .start).map(\.id) == ["a"] } catch
      {
        #expect(error.kind == .unavailable)
        return false
      }
    }
    address.master = "unknown"
    let failure = try #require(refusal(address))
    #expect(failure.kind == .unavailable && failure.message.contains("unknown"))
  }
}
