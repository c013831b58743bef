import Core
import Stream
import Support
import Testing
import Values

@testable import Transfer

/// Whatever has changed between the plan and the copy.
@Suite struct AgreementTests {
  private let site = Site()

  private func change(_ rest: String, _ why: String = "new") -> String {
    #"{"type":"change","path":"f","size":4,"do":"copy","to":"right","why":"\#(why)"\#(rest)}"#
  }

  @Test("a target that has appeared since the plan is left as it is")
  func appeared() throws {
    site.shell("echo new >a/f; mkdir b; echo theirs >b/f")
    let result = try site.run(site.section(site.plan, change("")))
    #expect(result.holds(#""ok":false,"kind":"later""#))
    #expect(result.status == .partial)
    #expect(site.text("b/f") == "theirs\n")
    #expect(site.shell("ls -A b") == "f\n")
  }

  @Test("a target is replaced only if it is as it was", arguments: [(7, "new\n"), (8, "theirs\n")])
  func was(size: Int, text: String) throws {
    site.shell("echo new >a/f; mkdir b; echo theirs >b/f; touch -d @5 b/f")
    let was = #","was":{"size":\#(size),"mtime":"1970-01-01T00:00:05Z"}"#
    let result = try site.run(site.section(site.plan, change(was, "size")))
    #expect(site.text("b/f") == text)
    #expect(result.holds(#""kind":"later""#) == (size == 8))
  }

  @Test("a target that has gone since the plan is made anew")
  func gone() throws {
    site.shell("echo new >a/f")
    _ = try site.run(site.section(site.plan, change(#","was":{"size":7}"#, "size")))
    #expect(site.text("b/f") == "new\n")
  }

  @Test("what is planned for the other side is passed on")
  func otherSide() throws {
    site.shell("echo new >a/f")
    let line = change("").replacing(#""to":"right""#, with: #""to":"left""#)
    #expect(try site.run(site.section(site.plan, line))[1] == line)
  }

  @Test("a plan for another place is refused unless a side is chosen")
  func otherPlace() throws {
    site.shell("echo new >a/f")
    #expect(try site.run(site.section(site.plan, change("")), to: "c").failure?.kind == .usage)
    site.terms.side = .right
    _ = try site.run(site.section(site.plan, change("")), to: "c")
    #expect(site.text("c/f") == "new\n")
  }

  @Test("a folder where a file should go, and a file where a folder should, are told as flips")
  func flips() throws {
    site.shell("mkdir -p a/d b/f; echo 1 >a/f; echo 1 >a/d/g; echo 1 >b/d; echo 1 >b/f/x")
    let other = change("").replacing(#""path":"f""#, with: #""path":"d/g""#)
    let result = try site.run(site.section(site.plan, change(""), other))
    #expect(result.lines.filter { $0.contains(#""why":"flip""#) }.count == 2)
    #expect(result.holds("a file stands where the folder d should be"))
  }

  @Test("a folder that holds nothing gives way to a file")
  func vacant() throws {
    site.shell("mkdir b/f; echo 1 >a/f")
    #expect(try site.run(site.section(site.plan, change(""))).status == .success)
    #expect(site.text("b/f") == "1\n")
  }

  @Test("a file that has gone vanished under a head, and is absent without one")
  func vanished() throws {
    let entry = #"{"type":"entry","path":"no/f","size":4}"#
    let headed = try site.run(site.section(site.listing, entry))
    #expect(headed.holds(#""did":"vanished","ok":true"#))
    #expect(headed.status == .success)
    #expect(try site.run([entry]).holds(#""ok":false,"kind":"absent""#))
  }

  @Test("if the whole source has gone, nothing has vanished: the run fails")
  func sourceGone() throws {
    site.shell("mkdir a/a")
    let source = try Source(site.path("a"), follows: false)
    #expect(source.isStillThere)
    site.shell("mv a old; mkdir a")
    #expect(!source.isStillThere)
  }

  @Test("without a head a file must be as listed")
  func headless() throws {
    site.shell("echo 1 >a/f; touch -d @5 a/f")
    #expect(try site.run([#"{"path":"f","size":3}"#]).holds("changed since it was listed"))
    func listed(at second: Int) -> [String] {
      [#"{"path":"f","size":2,"mtime":"1970-01-01T00:00:0\#(second)Z"}"#]
    }
    #expect(try site.run(listed(at: 6)).status == .partial)
    #expect(site.text("b/f") == nil)
    #expect(try site.run(listed(at: 5)).status == .success)
  }

  @Test("a retry takes what failed as bare entries, and nothing else")
  func retry() throws {
    site.terms.retries = true
    site.shell("echo 1 >a/f; echo 1 >a/g; mkdir b; echo old >b/f")
    let failed =
      #"{"type":"outcome","path":"f","size":9,"was":{"size":1},"did":"copy","ok":false}"#
    let done = #"{"type":"outcome","path":"g","did":"copy","ok":true}"#
    let result = try site.run([failed, done])
    #expect(site.shell("cat b/f; ls b") == "1\nf\n")
    #expect(result[1] == done || result[0] == done)
    #expect(!result.holds(#""ok":false"#))
  }

  @Test("what a plan keeps is confirmed by its bytes, and copied again if they differ")
  func confirm() throws {
    site.terms.confirms = true
    site.shell("mkdir b; echo same | tee a/f b/f >a/g; echo diff >b/g; touch -d @5 a/* b/*")
    let kept = ["f", "g"].map { #"{"type":"change","path":"\#($0)","size":5,"do":"keep"}"# }
    let result = try site.run(site.section(site.plan, kept[0], kept[1]))
    #expect(result.holds(#""did":"verify","ok":true"#))
    #expect(result.lines.filter { $0.contains(#""confirmed":true"#) }.count == 2)
    #expect(site.text("b/g") == "same\n")
  }
}
