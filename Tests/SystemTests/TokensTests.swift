import Core
import Glibc
import System
import Testing
import Values

/// Tokens that processes share. Files that are opened one by one are to the kernel as processes
/// are.
@Suite struct TokensTests {
  private let path: Path

  init() throws {
    var template = Array("/tmp/s4l-tokens-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    #expect(file >= 0)
    close(file)
    path = Path(template.dropLast().map { UInt8(bitPattern: $0) })
  }

  private func first(of count: Int) throws -> Tokens.First {
    try #require(try Tokens.first(of: count, path))
  }

  private func stage(of count: Int, _ first: Tokens.First) throws -> Tokens {
    try #require(
      Tokens(of: count, Environment([Tokens.variable: "\(first.descriptor)"])))
  }

  /// How many it gets of so many that it tries to have.
  private func taken(_ tokens: Tokens, _ wish: Int) -> Int {
    (0..<wish).count { _ in tokens.enter() }
  }

  @Test("a lone one gets all of them, the next one what is left, nobody more than there is")
  func bound() throws {
    defer { path.withCString { _ = unlink($0) } }
    let mine = try first(of: 6)
    defer { withExtendedLifetime(mine) {} }
    let one = try stage(of: 6, mine)
    #expect(taken(one, 4) == 4)
    let yours = try first(of: 6)
    defer { withExtendedLifetime(yours) {} }
    let other = try stage(of: 6, yours)
    #expect(taken(other, 4) == 2)
    #expect(taken(one, 4) == 0)
    // What one gives back, the other can have, if it looks again.
    one.leave()
    Clock.sleep(Tokens.glance)
    #expect(taken(other, 4) == 1)
    #expect(taken(one, 1) == 0)
  }

  @Test("of the last file the token stays, and is used for the next one")
  func kept() throws {
    defer { path.withCString { _ = unlink($0) } }
    let mine = try first(of: 1)
    defer { withExtendedLifetime(mine) {} }
    let one = try stage(of: 1, mine)
    for _ in 0..<3 {
      #expect(taken(one, 2) == 1)
      one.leave()
    }
  }

  @Test("what was held is free when its file is closed, as it is when a process is killed")
  func freed() throws {
    defer { path.withCString { _ = unlink($0) } }
    let mine = try first(of: 8)
    defer { withExtendedLifetime(mine) {} }
    do {
      let one = try stage(of: 8, mine)
      #expect(taken(one, 9) == 8)
    }
    do {
      let yours = try first(of: 8)
      defer { withExtendedLifetime(yours) {} }
      let other = try stage(of: 8, yours)
      #expect(taken(other, 9) == 7)
    }
    #expect(taken(try stage(of: 8, mine), 9) == 8)
  }

  @Test("a thread waits until another one leaves")
  func threads() throws {
    defer { path.withCString { _ = unlink($0) } }
    let mine = try first(of: 1)
    defer { withExtendedLifetime(mine) {} }
    let one = try stage(of: 1, mine)
    #expect(one.waitToEnter())
    let thread = try #require(
      Thread {
        _ = one.waitToEnter()
        one.leave()
      })
    one.leave()
    thread.join()
    #expect(taken(one, 2) == 1)
  }

  @Test("there are none to join where none were inherited")
  func strangers() {
    path.withCString { _ = unlink($0) }
    #expect(Tokens(of: 4, Environment([:])) == nil)
    #expect(Tokens(of: 4, Environment([Tokens.variable: "-1"])) == nil)
    #expect(Tokens(of: 4, Environment([Tokens.variable: "none"])) == nil)
    #expect(Tokens(of: 0, Environment([Tokens.variable: "1"])) == nil)
  }
}
