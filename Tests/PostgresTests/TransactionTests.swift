import Core
import Postgres
import Support
import System
import Testing
import Values

@Suite struct TransactionTests {
  private let room: Room
  private let connection: Connection

  init() throws {
    room = try Room()
    connection = try room.open()
    try connection.run("CREATE TABLE item (id bigint PRIMARY KEY CHECK (id <> 13))")
  }

  private func insert(_ id: Int) throws(Failure) {
    try connection.statement("INSERT INTO item VALUES ($1)").run(id)
  }

  private var count: Int? {
    get throws { try connection.statement("SELECT count(*) FROM item").first { $0.int(0) } }
  }

  @Test("a transaction that fails leaves nothing, one that is done stays")
  func transactions() throws {
    let enough = Failure(.bug, "", "enough")
    let error = failure {
      try connection.transaction { () throws(Failure) in
        try insert(1)
        throw enough
      }
    }
    #expect(error == enough)
    #expect(try count == 0)
    try connection.transaction { () throws(Failure) in try insert(1) }
    #expect(try count == 1)
    #expect(try room.open().statement("SELECT count(*) FROM item").first { $0.int(0) } == 1)
    let passed = failure {
      try connection.transaction { () throws(Failure) in
        do throws(Failure) { try insert(1) } catch { return }
      }
    }
    #expect(passed?.kind == .bug)
    #expect(!connection.isInTransaction)
  }

  @Test("a row that is refused is alone in that, within a transaction too")
  func attempts() throws {
    var refused: [Int] = []
    try connection.transaction { () throws(Failure) in
      for id in [1, 13, 2, 2, 3] {
        do throws(Failure) {
          try connection.attempt { () throws(Failure) in try insert(id) }
        } catch {
          #expect(error.kind == .data)
          refused.append(id)
        }
      }
    }
    #expect(refused == [13, 2])
    #expect(try count == 3)
  }

  @Test("tables are brought from any version to the newest, by however many at once")
  func migrations() throws {
    let first = Schema(mark: 7, "CREATE TABLE a (id bigint)")
    let second = Schema(
      mark: 7, "CREATE TABLE a (id bigint)",
      "ALTER TABLE a ADD COLUMN more text; INSERT INTO a VALUES (9, 'x');")
    #expect(try connection.adopt(first) == (0, 1))
    let room = room
    let threads = (0..<4).map { _ in
      Thread {
        do throws(Failure) { try room.open().adopt(second) } catch {
          Issue.record("\(error.message)")
        }
      }
    }
    for thread in threads { thread?.join() }
    #expect(try connection.statement("SELECT count(*) FROM a").first { $0.int(0) } == 1)
    #expect(failure { try connection.adopt(first) }?.kind == .data)
    let broken = Schema(mark: 8, "CREATE TABLE b (id bigint)", "CREATE TABLE a (id bigint)")
    #expect(failure { try connection.adopt(broken) }?.kind == .data)
    #expect(
      try connection.statement("SELECT to_regclass('b') IS NULL").first { $0.flag(0) } == true)
  }

  @Test("a lock is held by one, seen by all, and gone with its connection")
  func locks() throws {
    let other = try room.open()
    let key = -5_000_000_000
    do {
      let holder = try room.open()
      #expect(try holder.tryHold(key))
      #expect(try !other.tryHold(key))
      #expect(try other.isHeld(key))
      #expect(try !other.isHeld(5))
      try holder.letGo(key)
      #expect(try !other.isHeld(key))
      #expect(try holder.tryHold(key))
    }
    let end = Clock.elapsed() + 20_000_000_000
    while try !other.tryHold(key), Clock.elapsed() < end {}
    #expect(try other.isHeld(key))
  }

  @Test("what fails for a while is told from what is wrong")
  func kinds() throws {
    func kind(_ text: StaticString) -> Failure.Kind? { failure { try connection.run(text) }?.kind }
    #expect(kind("SELECT nothing") == .bug)
    #expect(kind("SELECT 1 / 0") == .data)
    #expect(kind("SET statement_timeout = 1; SELECT pg_sleep(5)") == .later)
    try connection.run("SET statement_timeout = 0")
    #expect(kind("SELECT pg_read_file('/etc/passwd')") == .refused)
    #expect(kind("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '53100'; END $$") == .io)
    #expect(kind("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$") == .later)
    #expect(
      kind("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '57P03'; END $$") == .unavailable)
    let other = try room.open()
    try connection.transaction { () throws(Failure) in
      try connection.run("LOCK TABLE item")
      let waited = failure { try other.run("SET lock_timeout = 1; SELECT FROM item") }
      #expect(waited?.kind == .later)
    }
  }

  @Test("many rows are read one at a time, and the connection goes on where reading was left off")
  func rows() throws {
    var sum = 0
    try connection.statement("SELECT n FROM generate_series(1, $1) AS n").each(100_000) {
      sum += $0.int(0)
    }
    #expect(sum == 5_000_050_000)
    let enough = Failure(.bug, "", "enough")
    let stopped = failure {
      try connection.statement("SELECT n FROM generate_series(1, $1) AS n").each(100_000) {
        (_) throws(Failure) in throw enough
      }
    }
    #expect(stopped == enough)
    let late = failure {
      try connection.statement("SELECT 10 / (n - 500) FROM generate_series(1, 1000) AS n").each {
        _ in
      }
    }
    #expect(late?.kind == .data)
    #expect(try count == 0)
  }
}
