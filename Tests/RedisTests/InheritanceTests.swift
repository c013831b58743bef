import Core
import Support
import Tasks
import Testing
import Values

@testable import Redis

/// What asynq left on a server is taken up by us.
@Suite("Keyspaces, left by others") struct InheritanceTests {
  private let desk = Desk()

  private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

  private func task(_ label: String) throws -> Task {
    try #require(Captured.messages.first { $0.label == label }).task
  }

  @Test("tasks that wait are taken as they are, the oldest first")
  func taken() throws {
    try desk.session.load(Captured.v5)
    let tasks = try desk.take(3, of: "default")
    #expect(try tasks == [task("D1"), task("D2"), task("D3")])
    #expect(try desk.settle(#require(tasks.first), .done))
    #expect(try desk.session.send("EXISTS", "asynq:{default}:unique:t:").integer == 0)
    #expect(try desk.state("D1", in: "default") == nil)
    #expect(try desk.state("D2", in: "default") == .active)
    #expect(try desk.tasks.find("D4", in: nil)?.task == task("D4"))
  }

  @Test("what is scheduled becomes ready, and what belongs to a group goes there")
  func advanced() throws {
    try desk.session.load(Captured.v3)
    #expect(try desk.tasks.advance(["s4l"], at: at(1_795_250_448)) == at(1_795_250_449))
    #expect(try desk.take(9, of: "s4l").isEmpty)
    #expect(try desk.tasks.advance(["s4l"], at: at(1_795_250_449)) == nil)
    #expect(try desk.take(9, of: "s4l") == [task("B1"), task("B2")])
  }

  @Test("a task in the hands of another's worker is not ours to settle, until its lease is over")
  func settled() throws {
    try desk.session.load(Captured.v6)
    let task = try task("E1")
    #expect(try !desk.settle(task, .done, at: at(1_795_246_889)))
    #expect(try desk.session.keyspace() == Captured.v6)

    let count = try desk.tasks.recover(
      ["s4l"], before: at(1_795_246_912), at: at(1_795_246_889)
    ) { _ in .done }
    #expect(count == 1)
    _ = try desk.session.send("HSET", "asynq:{s4l}:t:E1", "result", "RESULT")
    var expected = Captured.v7
    for key in Captured.v6.keys where key.contains("servers") || key.contains("workers") {
      expected[key] = Captured.v6[key]
    }
    #expect(try desk.session.keyspace() == expected)
  }

  @Test("a failed task comes again and is given up as before")
  func failed() throws {
    try desk.session.load(Captured.v8)
    #expect(try desk.tasks.advance(["s4l"], at: at(1_795_246_949)) == nil)
    let task = try #require(try desk.take(of: "s4l", at: at(1_795_246_949)).first)
    #expect(try desk.settle(task, .archive(reason: "boom2"), at: at(1_795_246_890)))
    #expect(try desk.session.keyspace() == Captured.v9)
  }

  @Test("a pause of theirs counts")
  func paused() throws {
    try desk.session.load(Captured.v10)
    #expect(try desk.take(of: "s4l").isEmpty)
    #expect(try desk.tasks.queues().map(\.isPaused) == [true])
    #expect(try desk.tasks.resume("s4l"))
    #expect(try desk.take(of: "s4l") == [task("G1")])
  }

  @Test("a task that was handed back is taken")
  func handedBack() throws {
    try desk.session.load(Captured.v11)
    #expect(try desk.take(of: "s4l") == [task("H1")])
  }

  @Test("an orphan is recovered")
  func orphan() throws {
    try desk.session.load(Captured.v12)
    let fate = Fate.retry(
      at: at(1_795_247_002), reason: "asynq: task lease expired", isFailure: true)
    let early = try desk.tasks.recover(
      ["s4l"], before: at(1_795_246_926), at: at(1_795_246_958)
    ) { _ in fate }
    #expect(early == 0)
    let count = try desk.tasks.recover(
      ["s4l"], before: at(1_795_246_927), at: at(1_795_246_958)
    ) { _ in fate }
    #expect(count == 1)
    var expected = Captured.v13
    for key in Captured.v12.keys where key.contains("servers:") {
      expected[key] = Captured.v12[key]
    }
    #expect(try desk.session.keyspace() == expected)
  }

  @Test("workers of theirs are seen, while they live")
  func workers() throws {
    try desk.session.load(Captured.v6)
    let workers = try desk.tasks.workers(at: at(1_795_246_892))
    #expect(workers.map(\.host) == ["vm"] && workers.first?.hands.map(\.task.id) == ["E1"])
    #expect(workers.first?.weights == ["s4l": 2, "low": 1])
    #expect(try desk.tasks.workers(at: at(1_795_246_893)).isEmpty)
    try desk.tasks.sweep(["s4l"], at: at(1_795_246_893))
    #expect(try desk.session.send("EXISTS", "asynq:servers", "asynq:workers").integer == 0)
  }

  @Test("what they keep is told, steered and removed as their inspector does")
  func kept() throws {
    try desk.session.load(Captured.v9)
    let found = try #require(try desk.tasks.find("F1", in: "s4l"))
    #expect(found.state == .archived && found.moment == at(1_795_246_890))
    #expect(try found.task == task("F1 archived"))
    #expect(try desk.tasks.run("F1", in: "s4l", at: at(1_795_246_891)) == .done)
    #expect(try desk.take(of: "s4l") == [task("F1 archived")])
    #expect(try desk.tasks.delete("F1", in: "s4l") == .refused(.active))
    #expect(try desk.tasks.archive("F1", in: "s4l", at: .start) == .refused(.active))
    _ = try desk.session.send("FLUSHALL")

    try desk.session.load(Captured.v9)
    #expect(try desk.tasks.delete("F1", in: "s4l") == .done)
    #expect(try desk.tasks.delete("F1", in: "s4l") == .absent)
    var expected = Captured.v9
    for key in expected.keys where key.contains("F1") || key.contains(":unique:") {
      expected[key] = nil
    }
    expected["asynq:{s4l}:archived"] = nil
    #expect(try desk.session.keyspace() == expected)
  }

  @Test("what they have completed is forgotten when its time is over")
  func swept() throws {
    try desk.session.load(Captured.v7)
    try desk.tasks.sweep(["s4l"], at: at(1_795_247_488))
    #expect(try desk.session.keyspace() == Captured.v7)
    try desk.tasks.sweep(["s4l"], at: at(1_795_247_489))
    #expect(try desk.state("E1", in: "s4l") == nil)
    #expect(try desk.session.send("EXISTS", "asynq:{s4l}:completed").integer == 0)
  }

  @Test("tasks of a group are seen, given up and removed")
  func groups() throws {
    try desk.session.load(Captured.v4)
    var ids: [String] = []
    try desk.tasks.list("s4l", .aggregating) { ids.append($0.task.id) }
    #expect(ids == ["C1"])
    #expect(try desk.tasks.queues().first?.counts[.aggregating] == 1)
    #expect(try desk.tasks.archive("C1", in: "s4l", at: .start) == .done)
    #expect(try desk.session.send("EXISTS", "asynq:{s4l}:groups").integer == 0)
    #expect(try desk.state("C1", in: "s4l") == .archived)
  }
}
