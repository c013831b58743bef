import Core
import Glibc
import Support
import System
import Testing
import Values

@testable import Transfer

@Suite struct DraftTests {
  private let site = Site()
  private var name: String { text(DraftName(for: Array("f".utf8)).characters) }

  private func text(_ name: [CChar]) -> String {
    String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test("what a killed run left is replaced, and nothing of it stays")
  func leftover() throws {
    site.shell("echo new >a/f; mkdir b; echo half a file >b/\(name)")
    #expect(try site.run([#"{"path":"f"}"#]).status == .success)
    #expect(site.shell("ls -A b; cat b/f") == "f\nnew\n")
  }

  @Test("what another run is writing is left to it")
  func taken() throws {
    site.shell("echo new >a/f; mkdir b; echo theirs >b/\(name)")
    let theirs = site.path("b").appending(name)
    let held = Descriptor(owning: theirs.withCString { open($0, O_RDWR | O_CLOEXEC) })
    #expect(flock(held.number, LOCK_EX) == 0)
    #expect(try site.run([#"{"path":"f"}"#]).holds("another run is writing this file"))
    #expect(site.text("b/\(name)") == "theirs\n")
  }

  @Test("the name is ours and short, whatever the target is called")
  func names() {
    let name = text(DraftName(for: [UInt8](repeating: 255, count: 255)).characters)
    #expect(name.hasPrefix(".s4l-") && name.hasSuffix(".tmp") && name.utf8.count == 25)
  }
}
