import Core
import Support
import Testing

@testable import Transfer

@Suite struct EventTests {
  private let site = Site()

  @Test("a rename is half done: the new name is copied and the event passed on as an outcome")
  func rename() throws {
    site.shell("echo 1 >a/new")
    let event = #"{"type":"event","path":"old","event":"rename","to":"new"}"#
    let result = try site.run(site.section(site.events, event))
    #expect(site.text("b/new") == "1\n")
    #expect(result[1].hasPrefix(#"{"type":"outcome","path":"old","event":"rename","to":"new""#))
    #expect(result[1].contains(#""did":"copy","ok":true"#))
  }

  @Test("a folder is copied with all it holds, and its own outcome comes last")
  func subtree() throws {
    site.shell("mkdir -p a/n/d; echo 1 >a/n/f; echo 2 >a/n/d/g")
    let event = #"{"type":"event","path":"o/","event":"rename","to":"n/"}"#
    let result = try site.run(site.section(site.events, event))
    #expect(site.shell("diff -r a b && echo same") == "same\n")
    #expect(result.lines.count == 5)
    #expect(result[3].contains(#""path":"o/","event":"rename","to":"n/""#))
    #expect(result[3].contains(#""ok":true"#))
  }

  @Test("a folder of which a file could not be copied is not ok")
  func partialSubtree() throws {
    site.shell("mkdir -p a/n b/n/f; echo 1 >b/n/f/x; echo 1 >a/n/f; echo 1 >a/n/g")
    let event = #"{"type":"event","path":"n/","event":"create"}"#
    let result = try site.run(site.section(site.events, event))
    #expect(result[3].contains(#""path":"n/","event":"create""#))
    #expect(result[3].contains(#""ok":false"#))
    #expect(site.text("b/n/g") == "1\n")
  }

  @Test("removals are passed on, and an event of another root is not believed")
  func others() throws {
    site.terms.from = nil
    site.shell("echo 1 >a/f")
    let removal = #"{"type":"event","path":"f","event":"remove"}"#
    let foreign = #"{"type":"event","root":"/etc","path":"f","event":"create"}"#
    let result = try site.run(site.section(site.events, removal, foreign))
    #expect(result[1] == removal)
    #expect(result[2].contains(#""ok":false,"kind":"data""#))
  }
}
