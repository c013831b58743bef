import Doubles
import Testing
import Values

@Suite struct FilterTests {
  private func filter(_ rules: String...) throws -> Filter { try Filter(rules: rules) }

  private func passes(_ filter: Filter, _ path: String) -> Bool {
    Array(path.utf8).withUnsafeBytes { filter.passes($0) }
  }

  @Test("a folder that is left out takes all below it along")
  func prunes() throws {
    let filter = try filter("exclude=build/")
    for path in ["build/", "build/x", "a/build/", "a/build/x/y", "build/x/"] {
      #expect(!passes(filter, path))
    }
    for path in ["build", "a/build", "builder/x", "a/"] { #expect(passes(filter, path)) }
  }

  @Test("contents are left out while the folder itself is named")
  func contents() throws {
    let filter = try filter("exclude=.git/*")
    #expect(passes(filter, ".git/"))
    #expect(passes(filter, "a/.git/"))
    #expect(passes(filter, ".git"))
    for path in [".git/config", ".git/a/", ".git/a/b", "a/.git/x"] {
      #expect(!passes(filter, path))
    }
  }

  @Test("an include lists files that match, or lie in a folder that does")
  func includes() throws {
    let filter = try filter("include=*.jpg", "include=keep/", "exclude=secret/")
    for path in ["a.jpg", "x/a.jpg", "keep/b", "x/keep/y/b", "keep/"] {
      #expect(passes(filter, path))
    }
    for path in ["a.png", "keep", "secret/a.jpg", "keep/secret/b"] {
      #expect(!passes(filter, path))
    }
  }

  @Test("hidden names are left out with all that is in them")
  func hidden() throws {
    let filter = try filter("hidden=no")
    for path in [".a", ".a/b", "x/.a", "x/.a/y", ".a/"] { #expect(!passes(filter, path)) }
    for path in ["a", "a.b", "x/a.", ""] { #expect(passes(filter, path)) }
  }

  @Test("clutter is left out")
  func clutter() {
    var filter = Filter()
    filter.leaveOutClutter()
    for path in ["a~", "x/b.tmp", ".DS_Store", "Thumbs.db", "a.bak", "b.swp", ".hidden", ".x/y"] {
      #expect(!passes(filter, path))
    }
    for path in ["tmp", "a.tmpl", "Thumbs.db2", "~a"] { #expect(passes(filter, path)) }
  }

  @Test("rules say all there is to say of a filter")
  func rules() throws {
    var dice = Dice(12)
    for _ in 0..<2_000 {
      var filter = Filter()
      if dice.hits(onceIn: 4) { filter.leaveOutClutter() }
      for _ in 0..<dice.below(4) {
        let text = dice.text(of: "ab/*?=\u{301}\u{e9} .", upTo: 5) + "x"
        let pattern = try Pattern(text)
        if dice.hits(onceIn: 2) {
          filter.excluded.append(pattern)
        } else {
          filter.included.append(pattern)
        }
      }
      #expect(try Filter(rules: filter.rules) == filter, "\(filter.rules)")
    }
    #expect(throws: Pattern.Flaw.self) { try filter("colour=blue") }
    #expect(throws: Pattern.Flaw.self) { try filter("exclude=[") }
    #expect(throws: Pattern.Flaw.self) { try filter("hidden=yes") }
  }

  @Test("what passes as a whole path is what a walk from folder to folder lists")
  func walk() throws {
    var dice = Dice(13)
    for _ in 0..<20_000 {
      var rules: [String] = []
      for _ in 0...dice.below(3) {
        let text = dice.text(of: "ab/*?.", upTo: 4) + dice.pick(["a", "/", "/*", "b", "*"])
        if text.allSatisfy({ $0 == "/" }) { continue }
        rules.append(dice.pick(["exclude=", "exclude=", "include="]) + text)
      }
      if dice.hits(onceIn: 3) { rules.append("hidden=no") }
      let filter = try Filter(rules: rules)
      let parts = (0...dice.below(3)).map { _ in dice.pick(["a", "b", ".a", "ab", "a.b"]) }
      for isFolder in [false, true] {
        let whole = parts.joined(separator: "/") + (isFolder ? "/" : "")
        #expect(passes(filter, whole) == isReached(parts, isFolder, filter), "\(rules) \(whole)")
      }
    }
  }

  private func isReached(_ parts: [String], _ isFolder: Bool, _ filter: Filter) -> Bool {
    for depth in 1...parts.count {
      let path = Array(parts[..<depth].joined(separator: "/").utf8)
      let name = Array(parts[depth - 1].utf8)
      let goesOn = path.withUnsafeBytes { path in
        name.withUnsafeBytes { name in
          if depth < parts.count { return filter.descends(into: path, name: name) }
          return isFolder ? filter.names(path, name: name) : filter.lists(path, name: name)
        }
      }
      if !goesOn { return false }
    }
    return true
  }
}
