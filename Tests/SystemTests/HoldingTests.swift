import Foundation
import Glibc
import Support
import Synchronization
import Testing
import Values

@testable import System

@Suite struct HoldingTests {
  private let sandbox = Sandbox()

  private final class Round: Sendable {
    let inside = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    let flaws = Atomic<Int>(0)
    let left = Atomic<Int>(3)
  }

  @Test("one at a time has it, although somebody discards it again and again")
  func oneAtATime() {
    let path = sandbox.folder.appending("held")
    let round = Round()
    let group = DispatchGroup()
    func begin(_ body: @escaping @Sendable () throws -> Void) {
      group.enter()
      Thread.detachNewThread {
        do { try body() } catch { round.flaws.add(1, ordering: .sequentiallyConsistent) }
        group.leave()
      }
    }
    for _ in 0..<3 {
      begin {
        defer { round.left.subtract(1, ordering: .sequentiallyConsistent) }
        for _ in 0..<1_000 {
          try HoldingTests.enter(path, round)
          // So that there are moments in which nobody has it.
          usleep(.random(in: 0..<100))
        }
      }
    }
    begin {
      while round.left.load(ordering: .sequentiallyConsistent) > 0 { try Holding.discard(path) }
    }
    group.wait()
    #expect(round.most.load(ordering: .sequentiallyConsistent) == 1)
    #expect(round.flaws.load(ordering: .sequentiallyConsistent) == 0)
  }

  private static func enter(_ path: Path, _ round: Round) throws {
    let holding = try Holding.take(path, waits: true)
    let now = round.inside.add(1, ordering: .sequentiallyConsistent).newValue
    round.most.max(now, ordering: .sequentiallyConsistent)
    // Long enough for another to be seen here, if one could get in.
    usleep(1)
    round.inside.subtract(1, ordering: .sequentiallyConsistent)
    withExtendedLifetime(holding) {}
  }

  @Test("what somebody has is not discarded, and what nobody has is")
  func discarded() throws {
    let path = sandbox.folder.appending("held")
    try Holding.discard(path)
    var holding = try Holding.take(path, waits: false)
    #expect(holding != nil)
    try Holding.discard(path)
    #expect(try Holding.isTaken(path))
    holding = nil
    #expect(try !Holding.isTaken(path))
    try Holding.discard(path)
    #expect(House.read(path) == nil)
  }
}
