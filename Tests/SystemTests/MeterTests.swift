import Core
import Glibc
import System
import Testing
import Values

@Suite struct MeterTests {
  /// Uses a processor for so long.
  private func work(_ nanoseconds: Int64) {
    let end = Clock.used() + nanoseconds
    var sum = 0
    while Clock.used() < end { for number in 0..<1_000 { sum &+= number &* sum } }
  }

  @Test("a process rests until what it used is paid for")
  func rest() throws {
    let allowance = Allowance(percent: 50)
    let meter = Meter(allowance, try Account())
    meter.rest()
    let begun = Clock.elapsed()
    let used = Clock.used()
    for _ in 0..<5 {
      work(10_000_000)
      meter.rest()
    }
    #expect(Clock.elapsed() - begun >= allowance.cost(Clock.used() - used) - Allowance.slack)
  }

  @Test("an account is shared by whoever has its file, and no other file is taken for one")
  func shared() throws {
    let account = try Account()
    let other = try #require(Account(shared: account.descriptor))
    let meter = Meter(Allowance(percent: 100), account)
    work(300_000_000)
    meter.rest()
    // What one has charged, the other finds charged.
    let begun = Clock.elapsed()
    Meter(Allowance(percent: 100), other).rest()
    #expect(Clock.elapsed() > begun)
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(Account(shared: null) == nil)
    let scratch = try Scratch()
    ftruncate(scratch.descriptor, 4_096)
    #expect(Account(shared: scratch.descriptor) == nil)
    #expect(Account(shared: -1) == nil)
  }
}
