import Core
import Postgres
import Support
import Testing
import Values

@Suite struct ValueTests {
  @Test("values come back as they went in")
  func values() throws {
    let room = try Room()
    let connection = try room.open()
    defer { withExtendedLifetime(room) {} }
    for number in [Int.min, -1, 0, 1, 255, 65_536, Int.max] {
      #expect(try connection.statement("SELECT $1").first(number) { $0.int(0) } == number)
    }
    for text in ["", "a\nb", "caf\u{e9}", "cafe\u{301}", "\u{10FFFF}", "'; --", "\\x41", "\u{1}"] {
      let back = try connection.statement("SELECT $1 || ''").first(text) { $0.text(0) }
      #expect(back.map { Array($0.utf8) } == Array(text.utf8))
    }
    for blob in [[], [0], [0xFF, 0, 0xFE], [UInt8](repeating: 9, count: 300_000)] as [[UInt8]] {
      #expect(try connection.statement("SELECT $1::bytea").first(blob) { $0.blob(0) } == blob)
    }
    #expect(try connection.statement("SELECT NOT $1").first(false) { $0.flag(0) } == true)
    let none = try connection.statement("SELECT $1::bytea IS NULL, $1").first(nil as [UInt8]?) {
      $0.flag(0) && $0.isNull(1) && $0.blob(1) == nil
    }
    #expect(none == true)
    #expect(try connection.statement("SELECT -7::smallint, -7::int").first { $0.int(1) } == -7)
    #expect(try connection.statement("SELECT 1 WHERE false").first { $0.int(0) } == nil)
  }

  @Test("moments are kept to the microsecond, before 1970 too, and end somewhere")
  func moments() throws {
    let room = try Room()
    let connection = try room.open()
    defer { withExtendedLifetime(room) {} }
    func back(_ moment: Timestamp) throws -> Timestamp? {
      try connection.statement("SELECT $1 + interval '0'").first(moment) { $0.moment(0) } ?? nil
    }
    for seconds in [1_795_246_912, 946_684_800, 0, -1, -5_000_000_000] as [Int64] {
      let moment = Timestamp(seconds: seconds, nanoseconds: 999_999_999)
      #expect(try back(moment) == Timestamp(seconds: seconds, nanoseconds: 999_999_000))
    }
    let text = try connection.statement("SELECT to_char($1, 'YYYY-MM-DD HH24:MI:SS.US')").first(
      Timestamp(seconds: 1_000_000_000, nanoseconds: 1_000)
    ) { $0.text(0) }
    #expect(text == "2001-09-09 01:46:40.000001")
    for far in [Int64.min, .max, -300_000_000_000] {
      #expect(try back(Timestamp(seconds: far)) != nil)
    }
  }

  @Test("a column is as many rows as it has values")
  func columns() throws {
    let room = try Room()
    let connection = try room.open()
    defer { withExtendedLifetime(room) {} }
    var rows: [String] = []
    try connection.statement(
      """
      SELECT n::text, coalesce(encode(b, 'hex'), '-'), t FROM unnest($1, $2, $3) AS u (n, b, t)
      """
    ).each(
      Column([1, 2, 3]), Column([[], nil, [0xFF, 0]] as [[UInt8]?]), Column(["x", "", "\""])
    ) { rows.append("\($0.text(0))|\($0.text(1))|\($0.text(2))") }
    #expect(rows == ["1||x", "2|-|", "3|ff00|\""])
    let none = try connection.statement("SELECT count(*) FROM unnest($1)").first(Column<Int>()) {
      $0.int(0)
    }
    #expect(none == 0)
  }

  @Test("rows go in and out in bulk, byte for byte, and not at all if one is wrong")
  func copying() throws {
    let room = try Room()
    let connection = try room.open()
    defer { withExtendedLifetime(room) {} }
    try connection.run("CREATE TABLE item (id bigint PRIMARY KEY, value bytea)")
    let fill: (CopyIn, Range<Int>) throws(Failure) -> Void = { (rows, range) throws(Failure) in
      rows.begin()
      for number in range {
        rows.row(of: 2)
        rows.bytes.append(field: number)
        rows.bytes.append(field: number % 7 == 0 ? nil : [UInt8](repeating: 0, count: number % 90))
        try rows.sendEnough()
      }
      rows.end()
    }
    let count = try connection.copy(into: "COPY item FROM STDIN (FORMAT binary)") {
      (rows) throws(Failure) in try fill(rows, 0..<20_000)
    }
    #expect(count == 20_000)
    let again = failure {
      try connection.copy(into: "COPY item FROM STDIN (FORMAT binary)") {
        (rows) throws(Failure) in try fill(rows, 19_999..<30_000)
      }
    }
    #expect(again?.kind == .data)
    let enough = Failure(.bug, "", "enough")
    let given = failure {
      try connection.copy(into: "COPY item FROM STDIN (FORMAT binary)") {
        (rows) throws(Failure) in
        try fill(rows, 30_000..<40_000)
        throw enough
      }
    }
    #expect(given == enough)
    let length = try connection.statement("SELECT sum(length(value)) FROM item").first {
      $0.int(0)
    }
    #expect(length == (0..<20_000).reduce(0) { $0 + ($1 % 7 == 0 ? 0 : $1 % 90) })
    var bytes = 0
    try connection.copy(from: "COPY (SELECT id FROM item ORDER BY id) TO STDOUT") {
      bytes += $0.count
    }
    #expect(bytes == (0..<20_000).reduce(0) { $0 + "\($1)\n".utf8.count })
    let stopped = failure {
      try connection.copy(from: "COPY item TO STDOUT") { (_) throws(Failure) in throw enough }
    }
    #expect(stopped == enough)
    #expect(try connection.statement("SELECT count(*) FROM item").first { $0.int(0) } == 20_000)
  }
}
