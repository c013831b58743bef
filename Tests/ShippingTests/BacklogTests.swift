import Core
import Support
import Testing
import Values

@testable import Shipping

@Suite struct BacklogTests {
  private let sandbox = Sandbox()
  private var folder: Path { sandbox.folder.appending("ship") }

  /// A child that another test is just starting may hold for a moment what we have let go of.
  private func open(limit: Int = 1 << 20) throws -> Backlog {
    while true {
      if let backlog = try Backlog(folder, limit: limit) { return backlog }
    }
  }

  private func line(_ number: Int) -> [UInt8] { Array("line \(number)".utf8) }

  /// All lines that wait, taken from it.
  private func drain(_ backlog: Backlog) throws -> [String] {
    var all: [String] = []
    while true {
      let lines = try backlog.first(7)
      if lines.isEmpty { return all }
      all += lines.map { String(decoding: $0, as: UTF8.self) }
      try backlog.done(lines.count)
    }
  }

  @Test("lines come out as they went in, and nothing stays")
  func order() throws {
    let backlog = try open()
    for number in 0..<100 { try backlog.append(line(number)) }
    #expect(try drain(backlog) == (0..<100).map { "line \($0)" })
    #expect(backlog.isEmpty)
    try backlog.append(line(100))
    #expect(try drain(backlog) == ["line 100"])
    #expect(!sandbox.shell("ls ship").text.contains("ndjson"))
  }

  @Test("what was not sent is there when it is opened again, and what was is not")
  func again() throws {
    do {
      let backlog = try open()
      for number in 0..<10 { try backlog.append(line(number)) }
      #expect(try backlog.first(4).count == 4)
      try backlog.done(3)
    }
    let backlog = try open()
    try backlog.append(line(10))
    #expect(try drain(backlog) == (3...10).map { "line \($0)" })
  }

  @Test("only one process has it at a time")
  func alone() throws {
    let backlog = try open()
    #expect(try Backlog(folder, limit: 1 << 20) == nil)
    _ = backlog
  }

  @Test("half a line, left by one who was killed or by a full disk, spoils no other")
  func cut() throws {
    do {
      let backlog = try open()
      try backlog.append(line(1))
    }
    _ = sandbox.shell("printf 'half a li' >>ship/000000000001.ndjson")
    let backlog = try open()
    try backlog.append(line(2))
    #expect(try drain(backlog) == ["line 1", "line 2"])
  }

  @Test("of more than may wait the oldest go, are counted, and the newest stay")
  func bounded() throws {
    let backlog = try open(limit: 65_536)
    let count = 8_000
    for number in 0..<count { try backlog.append(line(number)) }
    #expect(backlog.size <= 65_536 && backlog.isTight)
    let left = try drain(backlog)
    #expect(left.last == "line \(count - 1)")
    #expect(left.count + backlog.dropped == count)
    #expect(left == ((count - left.count)..<count).map { "line \($0)" })
  }

  @Test("a random history of lines, ends and beginnings loses none", arguments: 1...8)
  func random(seed: UInt64) throws {
    var dice = Dice(seed)
    var backlog: Backlog? = try open()
    var (next, taken): (Int, Int) = (0, 0)
    for _ in 0..<3_000 {
      switch Int.random(in: 0..<100, using: &dice) {
      case 0..<60:
        try backlog?.append(line(next))
        next += 1
      case 60..<97:
        let lines = try backlog?.first(Int.random(in: 1...20, using: &dice)) ?? []
        for (place, line) in lines.enumerated() { #expect(line == self.line(taken + place)) }
        let done = lines.isEmpty ? 0 : Int.random(in: 0...lines.count, using: &dice)
        if done > 0 { try backlog?.done(done) }
        taken += done
      default:
        backlog = nil
        backlog = try open()
      }
    }
    let rest = try drain(try #require(backlog))
    #expect(rest == (taken..<next).map { "line \($0)" })
  }
}

/// A source of numbers that is the same each time.
private struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
