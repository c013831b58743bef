import Core
import Postgres
import Support
import System
import Testing
import Values

@Suite struct ConnectionTests {
  @Test("who may not come in is told so, and the password is not")
  func passwords() throws {
    let room = try Room()
    let secret = "s3cret word@/?"
    let wrong = failure { _ = try Connection(room.address(password: secret)) }
    #expect(wrong?.kind == .refused)
    #expect(wrong?.reason.contains("password") == true)
    #expect(wrong?.message.contains(secret) == false)
    let none = failure {
      _ = try Connection(
        ServerAddress(
          room.database.address + "?passfile=/dev/null", password: nil, Environment([:])))
    }
    #expect(none?.kind == .refused)
    let text = "postgresql://me:\(secret)@127.0.0.1:1/x"
    let address = try ServerAddress(text, password: nil, Environment([:]))
    #expect(address.name == "postgresql://" || !address.name.contains("s3cret"))
    #expect(failure { _ = try Connection(address) }?.message.contains("s3cret") == false)
  }

  @Test("an address that may hold a password is known as one")
  func addresses() {
    for text in [
      "postgresql://me:word@host/db", "postgres://me:@host", "postgresql://me:a?b@host/db",
      "postgresql://host/db?password=x", "postgresql://host/db?a=b&pass%77ord=x",
      "postgresql:///db?sslpassword=x", "postgresql://a:b@h1,h2:5/db",
    ] { #expect(ServerAddress.mayHoldPassword(text), "\(text)") }
    for text in [
      "postgresql://", "postgresql://me@host:5432/db", "postgresql:///db?host=/run/x",
      "postgresql://[::1]:5432/db", "postgresql://h1:1,h2:2/db?target_session_attrs=any",
      "postgresql://host/db?passfile=/x",
    ] { #expect(!ServerAddress.mayHoldPassword(text), "\(text)") }
  }

  @Test("what is not there is told from what cannot be reached")
  func kinds() throws {
    let room = try Room()
    let server = "postgresql://\(room.database.name)@127.0.0.1:"
    let port = room.database.server.port
    let database = failure { _ = try Connection(room.address(server + "\(port)/nothing")) }
    #expect(database?.kind == .absent)
    #expect(database?.subject == "postgresql://127.0.0.1:\(port)/nothing")
    #expect(failure { _ = try Connection(room.address(server + "1/x")) }?.kind == .unavailable)
    #expect(failure { _ = try Connection(room.address("postgresql://a:b:c/%")) }?.kind == .usage)
    let socket = "postgresql://\(room.database.name)@/\(room.database.name)?host="
    let path = "\(room.database.server.folder)&port=\(port)"
    #expect(try Connection(room.address(socket + path)).isBroken == false)
  }

  @Test("a server that stops and starts again is waited for, and what can be made again is")
  func restart() throws {
    let server = PostgresServer(["--no-fsync"])
    let room = try Room(server)
    let connection = try room.open()
    try connection.run("CREATE TABLE item (id bigint PRIMARY KEY)")
    for (round, how) in ["fast", "immediate"].enumerated() {
      var tries = 0
      var recovered = 0
      try connection.repeatable(recover: { recovered += 1 }) { () throws(Failure) in
        tries += 1
        try connection.statement("INSERT INTO item VALUES ($1) ON CONFLICT DO NOTHING").run(round)
        if tries == 1 { try stop(server, how) }
        try connection.statement("INSERT INTO item VALUES ($1)").run(round + 10)
      }
      #expect(tries == 2)
      #expect(recovered == 1)
      #expect(connection.life == round + 1)
    }
    #expect(try connection.statement("SELECT count(*) FROM item").first { $0.int(0) } == 4)
    try server.stop()
    let gone = failure { try connection.run("SELECT 1") }
    #expect(gone?.kind == .unavailable)
    #expect(connection.isBroken)
  }

  private func stop(_ server: PostgresServer, _ how: String) throws(Failure) {
    do {
      try server.stop(how)
      try server.start()
    } catch {
      throw Failure(.bug, "", "\(error)")
    }
  }

  @Test("a disk without room is told as that")
  func full() throws {
    let room = try Room(PostgresServer(["--no-fsync", "--room", "16"]), "TABLESPACE small")
    let connection = try room.open()
    try connection.run("CREATE TABLE item (value bytea)")
    let failed = failure {
      try connection.copy(into: "COPY item FROM STDIN (FORMAT binary)") { (rows) throws(Failure) in
        rows.begin()
        for _ in 0..<20_000 {
          rows.row(of: 1)
          rows.bytes.append(field: [UInt8](repeating: 7, count: 1_500))
          try rows.sendEnough()
        }
        rows.end()
      }
    }
    #expect(failed?.kind == .io)
    #expect(failed?.reason.contains("No space left") == true)
    #expect(try connection.statement("SELECT count(*) FROM item").first { $0.int(0) } == 0)
  }
}
