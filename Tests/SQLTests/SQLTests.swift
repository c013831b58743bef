import Core
import SQL
import Support
import System
import Testing
import Values

@Suite struct SQLTests {
  private let sandbox = Sandbox()
  private var path: Path { sandbox.folder.appending("a/b/data.db") }
  private let schema = Schema(
    mark: 7, "CREATE TABLE item (id INTEGER PRIMARY KEY, value ANY, note TEXT) STRICT")

  private func open() throws -> Database { try Database(path, schema) }

  private func count(_ database: Database) throws(Failure) -> Int? {
    try database.statement("SELECT count(*) FROM item").first { $0.int(0) }
  }

  @Test("values come back as they went in")
  func values() throws {
    let database = try open()
    let insert = try database.statement("INSERT INTO item (value) VALUES (?1)")
    let texts = ["", "a\u{0}b", "caf\u{e9}", "cafe\u{301}", "\u{10FFFF}"]
    let blobs: [[UInt8]] = [[], [0], [0xFF, 0x00, 0xFE], [UInt8](repeating: 9, count: 100_000)]
    for text in texts { #expect(try insert.run(text) == 1) }
    for blob in blobs { try insert.run(blob) }
    for number in [Int.min, -1, 0, 1, Int.max] { try insert.run(number) }
    try insert.run(nil as [UInt8]?)
    try insert.run(true)

    var rows = 0
    try database.statement("SELECT typeof(value), value FROM item ORDER BY id").each { row in
      switch rows {
      case 0..<5:
        #expect(row.text(0) == "text")
        #expect(row.blob(1) == Array(texts[rows].utf8))
        #expect(Array(row.text(1).utf8) == Array(texts[rows].utf8))
      case 5..<9:
        #expect(row.text(0) == "blob")
        #expect(row.blob(1) == blobs[rows - 5])
        #expect(!row.isNull(1))
      case 9..<14:
        #expect(row.int(1) == [Int.min, -1, 0, 1, Int.max][rows - 9])
      case 14:
        #expect(row.isNull(1))
        #expect(row.blob(1) == nil)
      default: #expect(row.int(1) == 1)
      }
      rows += 1
    }
    #expect(rows == 16)
  }

  @Test("moments are kept to the nanosecond, before 1970 too, and end somewhere")
  func moments() throws {
    let database = try open()
    let moments = [
      Timestamp(seconds: 1_795_246_912, nanoseconds: 999_999_999), Timestamp(seconds: 0),
      Timestamp(seconds: -1, nanoseconds: 1), Timestamp(seconds: -5),
    ]
    for moment in moments {
      let back = try database.statement("SELECT ?1").first(moment) { $0.moment(0) }
      #expect(back == moment)
    }
    #expect(Timestamp(seconds: .max).count == Int.max)
    #expect(Timestamp(seconds: .min).count == Int.min)
  }

  @Test("a transaction that fails leaves nothing, one that is done stays")
  func transactions() throws {
    let database = try open()
    let insert = try database.statement("INSERT INTO item (id) VALUES (?1)")
    let enough = Failure(.bug, "", "enough")
    let error = #expect(throws: Failure.self) {
      try database.transaction { () throws(Failure) in
        try insert.run(1)
        throw enough
      }
    }
    #expect(error == enough)
    #expect(try count(database) == 0)
    let twice = #expect(throws: Failure.self) {
      try database.transaction { () throws(Failure) in
        try insert.run(1)
        try insert.run(1)
      }
    }
    #expect(twice?.kind == .bug)
    #expect(try count(database) == 0)
    #expect(try database.transaction { () throws(Failure) in try insert.run(2) } == 1)
    #expect(try count(open()) == 1)
  }

  @Test("one connection sees that another has written, and not what it is still writing")
  func shared() throws {
    let database = try open()
    let other = try open()
    let version = try database.version()
    var seen: (count: Int?, version: Int) = (nil, 0)
    try other.transaction { () throws(Failure) in
      try other.statement("INSERT INTO item (id) VALUES (?1)").run(1)
      seen = (try count(database), try database.version())
    }
    #expect(seen.count == 0)
    #expect(seen.version == version)
    #expect(try database.version() != version)
    #expect(try count(database) == 1)
  }

  @Test("who writes waits for another who does")
  func waits() throws {
    let database = try open()
    let path = path
    let schema = schema
    let lock = Lock()
    let insert = try database.statement("INSERT INTO item (id) VALUES (?1)")
    // The other thread can only be let in, and only come to its turn, while this one writes.
    lock.enter()
    let thread = Thread {
      do throws(Failure) {
        let other = try Database(path, schema)
        lock.enter()
        lock.leave()
        try other.transaction { () throws(Failure) in
          try other.statement("INSERT INTO item (id) VALUES (?1)").run(1)
        }
      } catch {
        Issue.record("\(error.message)")
      }
    }
    try database.transaction { () throws(Failure) in
      try insert.run(2)
      lock.leave()
      for number in 3..<2_000 { try insert.run(number) }
    }
    thread?.join()
    #expect(try count(database) == 1_999)
  }

  @Test("tables are brought from any version to the newest, by however many at once")
  func migrations() throws {
    let first = Schema(mark: 7, "CREATE TABLE item (id INTEGER PRIMARY KEY) STRICT")
    let second = Schema(
      mark: 7, "CREATE TABLE item (id INTEGER PRIMARY KEY) STRICT",
      "ALTER TABLE item ADD COLUMN more TEXT; INSERT INTO item VALUES (9, 'x');")
    do {
      let old = try Database(path, first)
      try old.statement("INSERT INTO item VALUES (?1)").run(1)
    }
    let path = path
    let threads = (0..<4).map { _ in
      Thread {
        do throws(Failure) { _ = try Database(path, second) } catch {
          Issue.record("\(error.message)")
        }
      }
    }
    for thread in threads { thread?.join() }
    #expect(try count(Database(path, second)) == 2)
    let older = #expect(throws: Failure.self) { try Database(path, first) }
    #expect(older?.kind == .data)
    let other = #expect(throws: Failure.self) { try Database(path, Schema(mark: 8)) }
    #expect(other?.kind == .data)
  }

  @Test("a step that fails leaves the tables where they were")
  func failedStep() throws {
    do { _ = try open() }
    let broken = Schema(
      mark: 7, "CREATE TABLE item (id INTEGER PRIMARY KEY, value ANY, note TEXT) STRICT",
      "CREATE TABLE other (x); CREATE TABLE item (x);")
    let error = #expect(throws: Failure.self) { try Database(path, broken) }
    #expect(error?.kind == .bug)
    #expect(try count(open()) == 0)
  }

  @Test("what is not a database is told from what cannot be opened")
  func kinds() throws {
    let rubbish = sandbox.folder.appending("rubbish")
    House.write(Array("this is no database, but long enough to be looked at".utf8), to: rubbish)
    #expect(#expect(throws: Failure.self) { try Database(rubbish, schema) }?.kind == .data)
    #expect(#expect(throws: Failure.self) { try Database(sandbox.folder, schema) } != nil)
    let nowhere = rubbish.appending("data.db")
    #expect(#expect(throws: Failure.self) { try Database(nowhere, schema) }?.kind == .absent)
  }

  @Test("a statement that is being read is not asked anew")
  func busy() throws {
    let database = try open()
    for number in 0..<3 {
      try database.statement("INSERT INTO item (id) VALUES (?1)").run(number)
    }
    let select = try database.statement("SELECT id FROM item")
    let error = #expect(throws: Failure.self) {
      try select.each { (_) throws(Failure) in try select.each { _ in } }
    }
    #expect(error?.kind == .bug)
    var seen = 0
    try select.scan { _ in
      seen += 1
      return seen < 2
    }
    #expect(seen == 2)
    #expect(try select.finds())
  }
}
