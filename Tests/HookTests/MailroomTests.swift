import Core
import Inbox
import Serve
import Settings
import Support
import System
import TaskFile
import Tasks
import Testing
import Values

@testable import s4l_hook

@Suite struct MailroomTests {
  private let sandbox = Sandbox()
  private let log = Log(tool: "test", level: .fatal)
  private let start = Timestamp(seconds: 1_700_000_000)

  private var file: Path { sandbox.folder.appending("queue.db") }
  private var inbox: Path { sandbox.folder.appending("inbox") }

  /// Whether the queue can be opened, and how often somebody has wanted to be reminded.
  private final class Switch: @unchecked Sendable {
    var isAway = false
    var reminders = 0
  }

  private func room(_ state: Switch = Switch(), limit: Int = 1 << 20) throws -> Mailroom {
    let document = ["a", "b"].map {
      "[[strm_jobs]]\nid = \"\($0)\"\nsource = \"d:/\($0)\"\noutput_path = \"/o/\($0)\"\n"
    }.joined()
    let configuration = Resolution(
      Array(document.utf8), file: "f.toml", environment: Environment([:]), isShared: false
    ).configuration
    var terms = EventTerms()
    for group in configuration.groups(of: "strm_jobs") {
      if let feed = try Feed(group, configuration) { terms.feeds.append(feed) }
    }
    return Mailroom(
      terms, Inbox(inbox, limit: limit), log,
      { [file] () throws(Failure) in
        if state.isAway { throw Failure(.unavailable, "queue", "it is away") }
        return try FileTasks(file)
      }, remind: { state.reminders += 1 })
  }

  private func petition(_ path: String, _ ticket: Int = 1) -> Petition {
    Petition(ticket: ticket, body: Array(#"{"event":"create","path":"\#(path)"}"#.utf8))
  }

  private func tasks(_ state: State = .scheduled) throws -> [Task] {
    var tasks: [Task] = []
    try FileTasks(file).list("library", state) { (standing) throws(Failure) in
      tasks.append(standing.task)
    }
    return tasks
  }

  private func statuses(
    _ room: Mailroom, _ petitions: [Petition], after seconds: Int64 = 0
  ) -> [Int] {
    room.answers(petitions, at: start.advanced(by: seconds * 1_000_000_000)).sorted { $0.0 < $1.0 }
      .map(\.1.status)
  }

  /// What a worker does: takes the task that is due.
  private func take(after seconds: Int) throws -> [Task] {
    let queue = try FileTasks(file)
    let now = start.advanced(by: Int64(seconds) * 1_000_000_000)
    _ = try queue.advance(["library"], at: now)
    return try queue.take(
      Demand([.init("library", 9)], most: 9, lease: Span(nanoseconds: 600_000_000_000)), at: now)
  }

  @Test("events are kept, and each job they concern gets one task")
  func tasksOfJobs() throws {
    let room = try room()
    #expect(
      statuses(room, [petition("/a/1", 1), petition("/b/1", 2), petition("/c/1", 3)])
        == [200, 200, 200])
    #expect(statuses(room, [petition("/a/2")], after: 1) == [200])
    let tasks = try tasks()
    #expect(
      tasks.map { String(decoding: $0.payload ?? [], as: UTF8.self) }.sorted()
        == [#"{"job":"a","strategy":"incremental"}"#, #"{"job":"b","strategy":"incremental"}"#])
    #expect(tasks.allSatisfy { $0.type == "library" && $0.serialKey == "library" })
    #expect(House.text(inbox.appending("a.events")).split(separator: "\n").count == 2)
  }

  @Test("a task that has begun does not count for what comes after")
  func begun() throws {
    let room = try room()
    #expect(statuses(room, [petition("/a/1")]) == [200])
    #expect(try take(after: 3).isEmpty)
    #expect(try take(after: 6).count == 1)
    // It has begun, and has taken what was there.
    let haul = try Inbox(inbox).take("a", root: Path(text: "d:/a"))
    #expect(haul?.count == 1)
    #expect(statuses(room, [petition("/a/2")], after: 6) == [200])
    #expect(try tasks().count == 1)
    #expect(try tasks(.active).count == 1)
  }

  @Test("one that was taken before it was due does not count either")
  func early() throws {
    let room = try room()
    #expect(statuses(room, [petition("/a/1")]) == [200])
    let queue = try FileTasks(file)
    let id = try #require(try tasks().first?.id)
    _ = try queue.run(id, in: "library", at: start)
    #expect(try take(after: 1).count == 1)
    let haul = try Inbox(inbox).take("a", root: Path(text: "d:/a"))
    try haul?.done()
    #expect(statuses(room, [petition("/a/2")], after: 2) == [200])
    #expect(try tasks().count == 1)
  }

  @Test("one that nobody has begun is not put off by what comes after")
  func waiting() throws {
    let rooms = [try room(), try room()]
    for second in 0..<8 {
      #expect(
        statuses(rooms[second % 2], [petition("/a/\(second)")], after: Int64(second)) == [200])
    }
    #expect(try tasks().count == 1)
    #expect(try take(after: 5).count == 1)
  }

  @Test("one that somebody has dropped is queued again with what comes after")
  func dropped() throws {
    let room = try room()
    #expect(statuses(room, [petition("/a/1")]) == [200])
    _ = try FileTasks(file).delete(try #require(try tasks().first?.id), in: "library")
    #expect(statuses(room, [petition("/a/2")], after: 6) == [200])
    #expect(try tasks().count == 1)
  }

  @Test("a queue that is away is no reason to refuse, and gets its tasks later")
  func away() throws {
    let state = Switch()
    state.isAway = true
    let room = try room(state)
    #expect(statuses(room, [petition("/a/1")]) == [200])
    #expect(state.reminders == 1)
    // It is not waited for with every event.
    #expect(statuses(room, [petition("/b/1")], after: 1) == [200])
    #expect(state.reminders == 1)
    state.isAway = false
    #expect(statuses(room, [.reminder], after: 5).isEmpty)
    #expect(try tasks().count == 2)
  }

  @Test("what came in before is seen to at the start")
  func begin() throws {
    let state = Switch()
    state.isAway = true
    #expect(statuses(try room(state), [petition("/b/1")]) == [200])
    let room = try room()
    room.begin(at: start)
    #expect(
      try tasks().map { String(decoding: $0.payload ?? [], as: UTF8.self) } == [
        #"{"job":"b","strategy":"incremental"}"#
      ])
  }

  @Test("what cannot be kept is refused, and what others send is not")
  func full() throws {
    let room = try room(limit: 400)
    #expect(statuses(room, [petition("/a/1")]) == [200])
    let long = String(repeating: "x", count: 400)
    #expect(
      statuses(room, [petition("/a/\(long)", 1), petition("/b/1", 2), petition("/c", 3)])
        == [503, 200, 200])
    #expect(House.text(inbox.appending("a.events")).split(separator: "\n").count == 1)
    #expect(statuses(room, [petition("/a/2")], after: 1) == [200])
  }

  @Test("what is sound of a body is kept, and it is refused all the same")
  func flawed() throws {
    let room = try room()
    let body = #"{"events":[{"event":"create","path":"/a/1"},{"event":"create","path":"/a/../x"}]}"#
    #expect(statuses(room, [Petition(ticket: 1, body: Array(body.utf8))]) == [400])
    #expect(House.text(inbox.appending("a.events")).split(separator: "\n").count == 1)
    #expect(try tasks().count == 1)
    #expect(statuses(room, [Petition(ticket: 1, body: [])]) == [400])
    let other = Petition(
      ticket: 1, body: petition("/a/1").body, job: Array("none".utf8))
    #expect(statuses(room, [other]) == [400])
  }

  @Test("an unmounted drive removes nothing")
  func unmounted() throws {
    let body = #"{"data":[{"action":"unmount","mount_point":"/a","status":"true"}]}"#
    #expect(statuses(try room(), [Petition(ticket: 1, body: Array(body.utf8))]) == [200])
    #expect(!House.isFolder(inbox))
  }
}
