import Core
import Drives
import Store
import Support
import Testing
import Values

@testable import OpenList

@Suite("A folder of OpenList") struct ListingTests {
  let bench: Bench

  init() throws { bench = try Bench() }

  @Test(
    "is told whole, however large the pages are that the server gives",
    arguments: ["openlist", "alist-3.58", "alist-3.61"], [0, 1, 499, 500, 501, 1_203])
  func pages(_ flavour: String, _ count: Int) throws {
    try bench.server.set(["flavour": flavour])
    let made = bench.sandbox.shell(
      "mkdir m && cd m && seq -f 'n%05g' \(count) | xargs -r touch", asRoot: true)
    #expect(made.status == 0)
    let told = try bench.list(try bench.drive(), "m")
    #expect(told.failure == nil)
    #expect(told.names.count == count && Set(told.names).count == count)
    let pages = try bench.server.log().compactMap { $0.given?.page }
    #expect(pages == Array(1...max((count + 499) / 500, 1)))
  }

  @Test("has files and folders, with what is known of them")
  func members() throws {
    bench.plant("m/a & <b>.mkv", "four", at: 1_714_979_289)
    bench.plant("m/old", "", at: 5)
    bench.plant("m/sub/x")
    try bench.server.set(["hashes": true])
    let told = try bench.list(try bench.drive(), "m")
    #expect(told.failure == nil && told.names == ["a & <b>.mkv", "old", "sub/"])
    let file = try #require(told.files["a & <b>.mkv"])
    #expect(file.size == 4)
    #expect(file.mtime == Timestamp(seconds: 1_714_979_289, nanoseconds: 120_000_000))
    // By `printf four | md5sum`, and sha256sum.
    #expect(file.md5 == "8cbad96aced40b3838dd9f07f6ef5772")
    #expect(file.sha256 == "04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00")
    // What was made in the first year is of no known time.
    let old = try #require(told.files["old"])
    #expect(old.size == 0 && old.mtime == nil)
    try bench.server.set(["hashes": false, "sign_all": false])
    let bare = try bench.list(try bench.drive(), "m").files["old"]
    #expect(bare == Bench.Entry(size: 0))
  }

  @Test("is a failure when a page brings less than it says, or its count changes")
  func short() throws {
    let made = bench.sandbox.shell(
      "mkdir m && cd m && seq -f 'n%05g' 700 | xargs touch", asRoot: true)
    #expect(made.status == 0)
    let drive = try bench.drive()
    for fault in [["drop": 1], ["drop": 1, "after": 1], ["total": 1], ["total": 5, "after": 1]] {
      var given: [String: any Sendable] = fault
      given["call"] = "list"
      try bench.server.fail(given)
      let told = try bench.list(drive, "m")
      #expect(told.failure?.kind == .later, "\(fault)")
    }
    // All of it missing, in a folder that claims to have one.
    try bench.server.fail(["call": "list", "raw": page("null", 1)])
    #expect(try bench.list(drive, "m").failure?.reason == "0 of 1 entries were listed")
    try bench.server.fail()
    #expect(try bench.list(drive, "m").names.count == 700)
  }

  @Test("that has a name twice is whole, unless one is a file and the other a folder")
  func twice() throws {
    let file = #"{"name":"a","size":1,"is_dir":false}"#
    let folder = #"{"name":"a","size":0,"is_dir":true}"#
    try bench.server.fail(["call": "list", "raw": page("[\(file),\(file)]", 2)])
    let told = try bench.list(try bench.drive())
    #expect(told.failure == nil && told.names == ["a"])
    try bench.server.fail(["call": "list", "raw": page("[\(file),\(folder)]", 2)])
    #expect(try bench.list(try bench.drive()).failure?.kind == .later)
  }

  @Test("is a failure when the same page comes again and again")
  func endless() throws {
    let item = #"{"name":"a","size":1,"is_dir":false}"#
    try bench.server.fail(
      ["call": "list", "times": 5, "raw": page("[\(item)]", 1_000)],
      ["call": "list", "raw": page("[]", 1_000)])
    let told = try bench.list(try bench.drive())
    #expect(told.failure?.reason == "1 of 1000 entries were listed")
    #expect(try bench.calls().count == 2)
  }

  @Test("is a failure when its names move from page to page")
  func moving() throws {
    let item = { (name: String) in #"{"name":"\#(name)","size":1,"is_dir":false}"# }
    let page1 = (0..<500).map { item("n\($0)") }.joined(separator: ",")
    let page2 = (499..<999).map { item("n\($0)") }.joined(separator: ",")
    try bench.server.fail(
      ["call": "list", "times": 1, "raw": page("[\(page1)]", 1_000)],
      ["call": "list", "times": 1, "raw": page("[\(page2)]", 1_000)],
      ["call": "list", "raw": page("[]", 1_000)])
    let told = try bench.list(try bench.drive())
    #expect(told.failure?.reason == "999 of 1000 entries were listed")
    #expect(told.names.count == 999)
  }

  @Test(
    "is a failure when the answer makes no sense",
    arguments: [
      "", "null", "[]", "{", "<html></html>", #"{"code":200}"#, #"{"code":200,"message":"x"}"#,
      #"{"code":"200","data":{"content":[],"total":0}}"#, #"{"data":{"content":[],"total":0}}"#,
      #"{"code":200,"data":null}"#, #"{"code":200,"data":[]}"#, #"{"code":200,"data":{}}"#,
      #"{"code":200,"data":{"content":[]}}"#, #"{"code":200,"data":{"total":0}}"#,
      #"{"code":200,"data":{"content":{},"total":0}}"#,
      #"{"code":200,"data":{"content":[],"total":-1}}"#,
      #"{"code":200,"data":{"content":[],"total":1e1}}"#,
      #"{"code":200,"data":{"content":[],"total":0}}x"#,
      #"{"code":200,"data":{"content":[],"total":0},"data":{"content":[],"total":0}}"#,
      #"{"code":200,"data":{"content":[{}],"total":1}}"#,
      #"{"code":200,"data":{"content":[null],"total":1}}"#,
      #"{"code":200,"data":{"content":[{"name":"a","size":1}],"total":1}}"#,
      #"{"code":200,"data":{"content":[{"name":1,"size":1,"is_dir":false}],"total":1}}"#,
      #"{"code":200,"data":{"content":[{"name":"a\u0000","size":1,"is_dir":false}],"total":1}}"#,
      #"{"code":200,"data":{"content":[{"name":"..","size":1,"is_dir":true}],"total":1}}"#,
      #"{"code":200,"data":{"content":[{"name":"","size":1,"is_dir":true}],"total":1}}"#,
      #"{"code":200,"data":{"content":[{"name":"../x","size":1,"is_dir":false}],"total":1}}"#,
      #"{"code":200,"data":{"content":[{"name":"\#("\u{D}")","size":1,"is_dir":true}],"total":1}}"#,
      #"{"code":200,"data":{"x":"# + String(repeating: "[", count: 100_000),
    ])
  func garbage(_ answer: String) throws {
    try bench.server.fail(["call": "list", "raw": answer])
    let told = try bench.list(try bench.drive())
    #expect(told.failure?.kind == .unavailable, "\(String(describing: told.failure))")
    #expect(try bench.calls() == ["list"])
  }

  @Test("may come in any order of members, with more of them, and with a file of no size")
  func order() throws {
    let answer = #"""
      { "data" : {"total":4, "more":[{"a":{}}], "content": [
        {"is_dir":false,"size":7,"name":"a\u0022", "x":[1,2,{"y":null}], "hash_info":"no"},
        {"name":"\u7535\ud83d\ude00","size":null,"is_dir":false,"modified":"never"},
        {"name":"minus","size":-1,"is_dir":false},
        {"name":"dir","is_dir":true} ] }, "message":"success", "code" : 200 }
      """#
    try bench.server.fail(["call": "list", "raw": answer])
    let told = try bench.list(try bench.drive())
    #expect(told.failure == nil)
    #expect(told.names == ["a\"", "dir/"] && told.files["a\""] == Bench.Entry(size: 7))
    #expect(told.holes == ["\u{7535}\u{1F600}", "minus"])
  }

  @Test("is a failure when a page is cut off, again and again")
  func cut() throws {
    bench.plant("m/a")
    let drive = try bench.drive()
    for cut in [0, 1, 100, 250] {
      try bench.server.fail(["call": "list", "cut": cut])
      #expect(try bench.list(drive, "m").failure?.kind == .later)
    }
    try bench.server.fail(["call": "list", "cut": 100, "times": 1])
    _ = try bench.calls()
    #expect(try bench.list(drive, "m").names == ["a"])
    #expect(try bench.calls() == ["list", "list"])
  }

  @Test("is looked at anew where that is wanted, on its first page alone")
  func refresh() throws {
    let made = bench.sandbox.shell(
      "mkdir m && cd m && seq -f 'n%05g' 600 | xargs touch", asRoot: true)
    #expect(made.status == 0)
    try bench.server.set(["cache": true])
    let drive = try bench.drive()
    #expect(try bench.list(drive, "m").names.count == 600)
    bench.plant("m/new")
    #expect(try bench.list(drive, "m").names.count == 600)
    _ = try bench.calls()
    #expect(try bench.list(drive, "m", refreshes: true).names.count == 601)
    #expect(try bench.server.log().map { $0.given?.refresh } == [true, false])
  }

  @Test("is listed from memory where it may not be looked at anew")
  func unrefreshed() throws {
    bench.plant("m/a")
    let drive = try bench.drive(.nobody)
    #expect(try bench.list(drive, "m", refreshes: true).names == ["a"])
    #expect(try bench.list(drive, "m", refreshes: true).names == ["a"])
    #expect(try bench.server.log().map { $0.given?.refresh } == [true, false, false])
  }

  @Test("of a storage that fails holds what is mounted below, as far as anybody can see")
  func mounts() throws {
    bench.plant("m/a")
    try bench.server.set(["mounts": ["/m/one", "/m/two/deep"]])
    let drive = try bench.drive()
    #expect(try bench.list(drive, "m").names == ["a", "one/", "two/"])
    try bench.server.fail(["call": "list", "path": "/m", "swallow": true])
    #expect(try bench.list(drive, "m").names == ["one/", "two/"])
    try bench.server.set(["mounts": [String]()])
    #expect(try bench.list(drive, "m").failure?.kind == .unavailable)
  }

  @Test("is asked for below the folder that a location names, and below a site's own path")
  func roots() throws {
    bench.plant("m/n/o/a")
    #expect(try bench.list(try bench.drive(root: "m//n/"), "o").names == ["a"])
    #expect(try bench.list(try bench.drive(root: "/m/n/o")).names == ["a"])
    try bench.server.set(["site": "/list"])
    let drive = try bench.drive(root: "m", address: bench.server.endpoint + "/list/")
    #expect(try bench.list(drive, "n/o").names == ["a"])
    let wrong = try bench.list(try bench.drive(), "n").failure
    #expect(wrong?.kind == .unavailable && wrong?.reason.contains("404") == true)
    for path in ["..", "a/../b", "a//b", "/a"] {
      #expect(try bench.list(drive, path).failure?.kind == .refused)
    }
  }

  private func page(_ content: String, _ total: Int) -> String {
    #"{"code":200,"message":"success","data":{"content":\#(content),"total":\#(total)}}"#
  }
}
