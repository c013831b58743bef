import Core
import Serve
import Support
import System
import TaskFile
import Tasks
import Testing
import Values

@testable import s4l_hook

@Suite struct OfficeTests {
  private let sandbox = Sandbox()
  private let log = Log(tool: "test", level: .fatal)

  private var file: Path { sandbox.folder.appending("queue.db") }

  private func terms() throws -> PublishTerms {
    #expect(
      sandbox.shell("mkdir -p root/a root/b && touch root/a/1 root/b/2 root/file").status == 0)
    var terms = PublishTerms(roots: try Roots([sandbox.folder.appending("root")]))
    terms.retries = 2
    terms.timeout = 60
    return terms
  }

  private func body(_ names: String...) -> [UInt8] {
    let items = names.map { #"{"from":"\#(sandbox.folder)/\#($0)","to":"p"}"# }
    return Array(("[" + items.joined(separator: ",") + "]").utf8)
  }

  private func waiting() throws -> [Task] {
    var tasks: [Task] = []
    try FileTasks(file).list("default", .pending) { (standing) throws(Failure) in
      tasks.append(standing.task)
    }
    return tasks
  }

  @Test("each request is queued whole or not at all")
  func whole() throws {
    let office = Office(try terms(), log) { [file] () throws(Failure) in try FileTasks(file) }
    let answers = office.answers([
      Petition(ticket: 1, body: body("root/a", "root/b"), unique: nil),
      Petition(ticket: 2, body: body("root/a", "root/absent"), unique: nil),
      Petition(ticket: 3, body: body("root/a", "elsewhere"), unique: nil),
      Petition(ticket: 4, body: body("root/file"), unique: nil),
      Petition(ticket: 5, body: [], unique: nil),
    ]).sorted { $0.0 < $1.0 }
    #expect(answers.map(\.0) == [1, 2, 3, 4, 5])
    #expect(answers.map(\.1.status) == [200, 400, 403, 200, 400])
    let tasks = try waiting()
    #expect(tasks.count == 3)
    #expect(tasks.allSatisfy { $0.type == "file_sync" && $0.retries == 2 && $0.timeout == 60 })
    #expect(Set(tasks.map(\.id)).count == 3)
    let root = "\(try sandbox.folder.resolved())/root"
    #expect(
      tasks.map { String(decoding: $0.payload ?? [], as: UTF8.self) } == [
        #"{"folder_path":"\#(root)/a","prefix":"p"}"#,
        #"{"folder_path":"\#(root)/b","prefix":"p"}"#,
        #"{"pairs":[{"from":"\#(root)/file","to":"p"}]}"#,
      ])
  }

  @Test("what is asked again under the same key is queued once")
  func unique() throws {
    let office = Office(try terms(), log) { [file] () throws(Failure) in try FileTasks(file) }
    let key = Array("key".utf8)
    let twice = Petition(ticket: 1, body: body("root/a", "root/a", "root/b"), unique: key)
    #expect(office.answers([twice, twice]).map(\.1.status) == [200, 200])
    #expect(office.answers([twice]).map(\.1.status) == [200])
    #expect(try waiting().count == 3)
    let another = Petition(ticket: 1, body: twice.body, unique: Array("key2".utf8))
    _ = office.answers([another])
    #expect(try waiting().count == 6)
    // A different body is a different wish, whatever key it bears.
    _ = office.answers([Petition(ticket: 1, body: body("root/b"), unique: key)])
    #expect(try waiting().count == 7)
    #expect(try waiting().allSatisfy { $0.retention > 0 })
  }

  @Test("items that would get one key are refused, folders that are merged are not")
  func keys() throws {
    let office = Office(try terms(), log) { [file] () throws(Failure) in try FileTasks(file) }
    func status(_ items: (String, String)...) -> Int? {
      let body = items.map { #"{"from":"\#(sandbox.folder)/\#($0.0)","to":"\#($0.1)"}"# }
      let text = "[" + body.joined(separator: ",") + "]"
      return office.answers([Petition(ticket: 1, body: Array(text.utf8), unique: nil)])
        .first?.1.status
    }
    #expect(status(("root/a/1", "k"), ("root/b/2", "/k/")) == 400)
    #expect(status(("root/a", "k"), ("root/b/2", "k")) == 400)
    #expect(status(("root/b/2", "k/1"), ("root/a", "k")) == 400)
    #expect(try waiting().isEmpty)
    #expect(status(("root/b/2", "k/2"), ("root/a", "k")) == 200)
    #expect(status(("root/a", "k"), ("root/b", "k")) == 200)
  }

  @Test("what is asked again after its files have arrived and gone is known again")
  func gone() throws {
    let office = Office(try terms(), log) { [file] () throws(Failure) in try FileTasks(file) }
    let folder = "\(sandbox.folder)/root"
    let body = Array(
      #"[{"from":"\#(folder)/a","to":"p"},{"from":"\#(folder)/file","to":"p/f"}]"#.utf8)
    let petition = Petition(ticket: 1, body: body, unique: Array("key".utf8))
    #expect(office.answers([petition]).map(\.1.status) == [200])
    let queue = try FileTasks(file)
    let now = Clock.now()
    let lease = Span(nanoseconds: 60_000_000_000)
    let taken = try queue.take(Demand([.init("default", 2)], most: 2, lease: lease), at: now)
    #expect(taken.count == 2)
    _ = try queue.settle(taken.map { Settlement($0, .done) }, at: now)
    #expect(sandbox.shell("rm -r root/a root/file").status == 0)
    #expect(office.answers([petition]).map(\.1.status) == [200])
    #expect(try waiting().isEmpty)
    let other = Petition(ticket: 1, body: body, unique: Array("other".utf8))
    #expect(office.answers([other]).map(\.1.status) == [400])
    #expect(
      office.answers([Petition(ticket: 1, body: body, unique: nil)]).map(\.1.status) == [400])
  }

  @Test("a queue that is away is asked again the next time")
  func away() throws {
    let calls = Counter()
    let office = Office(try terms(), log) { [file] () throws(Failure) in
      if calls.next() == 1 { throw Failure(.unavailable, "queue", "it is away") }
      return try FileTasks(file)
    }
    let petition = Petition(ticket: 1, body: body("root/a"), unique: nil)
    let broken = Petition(ticket: 2, body: [], unique: nil)
    #expect(office.answers([petition, broken]).map(\.1.status) == [400, 503])
    #expect(office.answers([petition]).map(\.1.status) == [200])
    #expect(try waiting().count == 1)
  }
}

/// Counts calls, from one thread.
private final class Counter: @unchecked Sendable {
  private var count = 0

  func next() -> Int {
    count += 1
    return count
  }
}
