import Core
import Digests
import Hashing
import System
import Testing
import Values

@Suite struct HashStageTests {
  let folders = Folders()

  @Test("a digest that a record already has is replaced, every other member kept")
  func replaced() throws {
    folders.write("a", "hello\n")
    let (lines, status) = try hashed(
      section("listing", folders, [#"{"type":"entry","sha256":"old","path":"a","mine":[1, 2]}"#]),
      in: folders)
    #expect(lines == [#"{"type":"entry","path":"a","mine":[1, 2],"sha256":"\#(helloSum)"}"#])
    #expect(status == .success)
  }

  @Test("in a listing a file that cannot be read becomes a hole", arguments: ["later", "refused"])
  func hole(kind: String) throws {
    if kind == "refused" { folders.link("a", to: "b") }
    let (lines, status) = try hashed(
      section("listing", folders, [#"{"type":"entry","path":"a","size":1}"#]), in: folders)
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix(#"{"type":"hole","path":"a","kind":"\#(kind)""#) == true)
    #expect(status == .partial)
  }

  @Test("elsewhere it becomes an outcome that failed", arguments: ["selection", "plan"])
  func outcome(view: String) throws {
    let record = #"{"type":"change","path":"a","size":1,"do":"copy"}"#
    let left = section(view, folders, [record]).replacing("\"root\"", with: "\"left\"")
    let input = view == "plan" ? left : section(view, folders, [record])
    let (lines, status) = try hashed(input, in: folders)
    #expect(
      lines == [
        #"{"type":"outcome","path":"a","size":1,"do":"copy","did":"hash","ok":false,"#
          + #""kind":"absent","reason":"No such file or directory"}"#
      ])
    #expect(status == .partial)
  }

  @Test("what is not its own passes: folders, links, deletes, removes, what changes the source")
  func foreign() throws {
    folders.write("a", "hello\n")
    let records = [
      #"{"type":"entry","path":""}"#, #"{"type":"entry","path":"d/"}"#,
      #"{"type":"entry","path":"a","link":"b"}"#,
      #"{"type":"change","path":"a","do":"delete"}"#,
      #"{"type":"change","path":"a","do":"copy","to":"left"}"#,
      #"{"type":"event","path":"a","event":"remove"}"#,
      #"{"type":"event","path":"d/","event":"create"}"#,
      #"{"type":"hole","path":"a","kind":"chosen"}"#, #"{"type":"strange"}"#,
    ]
    let (lines, status) = try hashed(section("selection", folders, records), in: folders)
    #expect(lines == records)
    #expect(status == .success)
  }

  @Test("an event keeps its members, and names its own root")
  func event() throws {
    folders.write("a", "hello\n")
    let record = #"{"type":"event","root":"\#(folders.root)","path":"a","event":"write""#
    let (lines, _) = try hashed(record + "}\n", in: folders)
    #expect(lines == [record + #","sha256":"\#(helloSum)"}"#])
  }

  @Test("any number of jobs writes the same, foreign records and failures in their places")
  func jobs() throws {
    var records: [String] = []
    for number in 1_000..<1_900 {
      if number % 7 == 0 { records.append(#"{"type":"strange","number":\#(number)}"#) }
      let isLong = number % 100 == 0
      folders.write("f\(number)", String(repeating: "\(number)", count: isLong ? 99_999 : 1))
      records.append(#"{"type":"entry","path":"f\#(number)"}"#)
      if number % 50 == 0 { records.append(#"{"type":"entry","path":"f\#(number)-gone"}"#) }
    }
    let input = section("listing", folders, records)
    let one = try hashed(input, in: folders)
    #expect(one.lines.count == records.count)
    for jobs in [2, 4] {
      let many = try hashed(input, in: folders) { $0.jobs = jobs }
      #expect(many.lines == one.lines)
      #expect(many.status == one.status)
    }
  }

  @Test("what is known comes in its place, whatever is read beside it", arguments: [1, 4])
  func known(jobs: Int) throws {
    let path = folders.root.appending(".cache")
    let cache = try Cache(path, quiet)
    var records: [String] = []
    var wanted: [String] = []
    for number in 1_000..<1_900 {
      if number % 100 == 0 { folders.folder("d\(number / 100)") }
      let name = "d\(number / 100)/\(number)"
      folders.write(name, "hello\n")
      records.append(#"{"type":"entry","path":"\#(name)"}"#)
      let isKnown = number < 1_500 ? number % 90 != 7 : number % 3 == 0
      // What is not so tells what was read from what was known.
      var sums = Sums()
      sums[.sha256] = isKnown ? emptySum : helloSum
      if isKnown { cache.remember(Path(text: name), Known(Version(try folders.inode(name)), sums)) }
      wanted.append(sums[.sha256] ?? "")
    }
    cache.finish(isExhaustive: true)
    let input = section("listing", folders, records)
    let (lines, status) = try hashed(input, in: folders) {
      $0.jobs = jobs
      $0.cache = path
    }
    #expect(status == .success)
    #expect(
      lines == zip(records, wanted).map { #"\#($0.dropLast()),"sha256":"\#($1)"}"# })
  }

  @Test("what is known of a file is nothing where a link leads out to it")
  func linked() throws {
    let outside = Folders()
    outside.write("a", "hello\n")
    folders.link("d", to: "\(outside.root)")
    let path = folders.root.appending(".cache")
    let cache = try Cache(path, quiet)
    var sums = Sums()
    sums[.sha256] = helloSum
    cache.remember(Path(text: "d/a"), Known(Version(try outside.inode("a")), sums))
    cache.finish(isExhaustive: true)
    let (lines, status) = try hashed(
      section("listing", folders, [#"{"type":"entry","path":"d/a"}"#]), in: folders
    ) { $0.cache = path }
    #expect(lines.first?.hasPrefix(#"{"type":"hole","path":"d/a""#) == true)
    #expect(status == .partial)
  }

  @Test("verifying passes on what holds, byte for byte, and what carries no digest")
  func verified() throws {
    folders.write("a", "hello\n")
    let records = [
      #"{ "type":"entry","path":"a","sha256":"\#(helloSum.uppercased())"}"#,
      #"{"type":"entry","path":"b","crc32c":null}"#,
    ]
    let (lines, status) = try hashed(section("selection", folders, records), in: folders) {
      $0.verifies = true
    }
    #expect(lines == records)
    #expect(status == .success)
  }

  @Test("verifying tells which digest does not hold, and protects the path in a listing")
  func mismatch() throws {
    folders.write("a", "hello\n")
    let record = #""path":"a","md5":"b1946ac92492d2347c6235b4d2611184","sha256":"\#(emptySum)""#
    let (lines, status) = try hashed(
      section("listing", folders, [#"{"type":"entry",\#(record)}"#]), in: folders
    ) {
      $0.verifies = true
      $0.recipe = Recipe(Algorithm.allCases)
    }
    let reason = #""kind":"data","reason":"the file does not have the sha256 given"}"#
    #expect(
      lines == [
        #"{"type":"outcome",\#(record),"did":"verify","ok":false,\#(reason)"#,
        #"{"type":"hole","path":"a",\#(reason)"#,
      ])
    #expect(status == .partial)
  }

  @Test("a root that is not there, or on another machine, is a failure of the run")
  func noRoot() {
    for root in ["/nonexistent/folder", "s3://bucket/prefix"] {
      let input = """
        {"type":"head","version":1,"view":"listing","root":"\(root)"}
        {"type":"tail","complete":true,"records":0}

        """
      #expect(throws: Failure.self) { try hashed(input, in: folders) }
    }
  }
}
