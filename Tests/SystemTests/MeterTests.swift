import Core
import Glibc
import Synchronization
import System
import Testing
import Values

@Suite struct MeterTests {
  /// What a process says that it has used. That of the tests is used by all of them at once: the
  /// longer one rested, the more it would owe.
  private final class Use: Sendable {
    private let sum = Mutex<Int64>(0)

    var now: Int64 { sum.withLock { $0 } }

    func add(_ nanoseconds: Int64) {
      sum.withLock { $0 += nanoseconds }
    }
  }

  @Test("a process rests until what it used is paid for")
  func rest() throws {
    let allowance = Allowance(percent: 50)
    let use = Use()
    let meter = Meter(allowance, try Account(), used: { use.now })
    meter.rest()
    let begun = Clock.elapsed()
    for _ in 0..<5 {
      use.add(10_000_000)
      meter.rest()
    }
    #expect(Clock.elapsed() - begun >= allowance.cost(use.now) - Allowance.slack)
  }

  @Test("an account is shared by whoever has its file, and no other file is taken for one")
  func shared() throws {
    let account = try Account()
    let other = try #require(Account(shared: account.descriptor))
    // What one has charged, the other finds charged.
    let before = other.change { $0 }
    Meter(Allowance(percent: 100), account, used: { 10_000_000 }).rest()
    #expect(other.change { $0 } - before >= 10_000_000)
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(Account(shared: null) == nil)
    let scratch = try Scratch()
    ftruncate(scratch.descriptor, 4_096)
    #expect(Account(shared: scratch.descriptor) == nil)
    #expect(Account(shared: -1) == nil)
  }
}
