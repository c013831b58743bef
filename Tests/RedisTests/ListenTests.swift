import Core
import Support
import System
import Tasks
import Testing
import Values

@testable import Redis

/// Waking up when there is something to do, and only then.
@Suite("Listening to Redis") struct ListenTests {
  private final class Note {
    var ready = 0
    var cancelled: [String] = []
  }

  /// A listener as a worker is one: whenever it is woken, it takes what there is.
  private final class Listener {
    let tasks: RedisTasks
    let loop: Loop
    let note = Note()
    var taken: [String] = []

    init(_ desk: Desk, queues: [String] = ["q"]) throws {
      tasks = desk.another()
      loop = try Loop()
      try tasks.listen(
        loop, queues, ready: { [note] in note.ready += 1 },
        cancelled: { [note] in note.cancelled.append($0) })
    }

    func take() throws { taken += try tasks.take(.of("q", 1), at: .start).map(\.id) }

    /// Turns until it is as wanted, taking whenever it is woken.
    func run(until isDone: () throws -> Bool) throws {
      var seen = note.ready
      while try !isDone() {
        // What is waited for may happen where the loop does not see it.
        loop.after(5_000_000) {}
        try loop.turn(mayWait: true)
        if note.ready != seen {
          seen = note.ready
          try take()
        }
      }
    }

    /// Turns for a while, by the clock of the loop.
    func run(milliseconds: Int64) throws {
      var isOver = false
      loop.after(milliseconds * 1_000_000) { isOver = true }
      try run { isOver }
    }
  }

  private func blocked(_ desk: Desk) throws -> Int {
    let text = try desk.session.send("INFO", "clients").text ?? ""
    let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("blocked_clients:") }
    return line.flatMap { Int($0.dropFirst("blocked_clients:".count)) } ?? -1
  }

  /// How often a command was given.
  private func calls(_ desk: Desk, _ command: String) throws -> Int {
    let text = try desk.session.send("INFO", "commandstats").text ?? ""
    let prefix = "cmdstat_\(command):calls="
    let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(prefix) }
    return line.flatMap { Int($0.dropFirst(prefix.count).prefix { $0.isNumber }) } ?? 0
  }

  @Test("a listener is woken by whatever puts something into its queue")
  func woken() throws {
    let desk = Desk()
    let listener = try Listener(desk)
    try listener.run { try blocked(desk) == 1 }
    _ = try desk.push(.named("a"))
    try listener.run { listener.taken == ["a"] }
    // Somebody else's script, and a moment that came.
    var order = Order(.named("b"))
    order.due = .after(9)
    _ = try desk.tasks.push([order], at: .start)
    try listener.take()
    try listener.run { try blocked(desk) == 1 }
    _ = try desk.tasks.advance(["q"], at: .after(9))
    try listener.run { listener.taken == ["a", "b"] }
  }

  @Test("all who listen are woken, nothing is lost or moved, and then all is quiet")
  func many() throws {
    let desk = Desk()
    let listeners = try (0..<4).map { _ in try Listener(desk) }
    for listener in listeners {
      try listener.run { try calls(desk, "subscribe") >= 4 || listener.note.ready > 0 }
    }
    func turn() throws { for listener in listeners { try listener.loop.turn(mayWait: false) } }
    try until {
      try turn()
      return try blocked(desk) == 4
    }
    let orders = ["a", "b", "c"].map { Order(.named($0)) }
    _ = try desk.tasks.push(orders, at: .start)
    try until {
      try turn()
      return listeners.allSatisfy { $0.note.ready == 1 }
    }
    #expect(
      try desk.session.send("LRANGE", "asynq:{q}:pending", "0", "-1").list.map(\.text) == [
        "c", "b", "a",
      ])
    #expect(try calls(desk, "blmove") == 4)
    for listener in listeners { try listener.take() }
    #expect(listeners.flatMap(\.taken) == ["a", "b", "c"])
  }

  @Test("who is idle asks nothing")
  func idle() throws {
    let desk = Desk()
    let listener = try Listener(desk, queues: ["q", "r"])
    try listener.run { try blocked(desk) == 2 && calls(desk, "subscribe") == 1 }
    let before = try calls(desk, "blmove")
    try listener.run(milliseconds: 1_500)
    #expect(try calls(desk, "blmove") == before)
    #expect(listener.note.ready == 0)
  }

  @Test("a paused queue that is not empty is not asked again and again")
  func paused() throws {
    let desk = Desk()
    _ = try desk.push(.named("a"))
    _ = try desk.tasks.pause("q", at: .start)
    let listener = try Listener(desk)
    try listener.run(milliseconds: 2_500)
    #expect(listener.taken.isEmpty)
    #expect(try (1...3).contains(calls(desk, "blmove")))
    _ = try desk.tasks.resume("q")
    try listener.run { listener.taken == ["a"] }
  }

  @Test("a server that cannot wake anyone is asked twice a second")
  func old() throws {
    let desk = Desk(["--rename-command", "BLMOVE", ""])
    let listener = try Listener(desk)
    try listener.run(milliseconds: 1_200)
    #expect((2...3).contains(listener.note.ready))
    _ = try desk.push(.named("a"))
    try listener.run { listener.taken == ["a"] }
  }

  @Test("who listens hears of what is to be given up, also from others")
  func cancelled() throws {
    let desk = Desk()
    let listener = try Listener(desk)
    try listener.run { try calls(desk, "subscribe") == 1 }
    _ = try desk.push(.named("a"))
    _ = try desk.take()
    #expect(try desk.tasks.cancel("a", in: "q", mayRetry: true, at: .start) == .done)
    _ = try desk.session.send("PUBLISH", "asynq:cancel", "other")
    try listener.run { listener.note.cancelled == ["a", "other"] }
  }

  @Test("a listener comes back to a server that was away")
  func restarted() throws {
    let desk = Desk()
    let listener = try Listener(desk)
    try listener.run { try blocked(desk) == 1 }
    desk.server.restart()
    try listener.run { try blocked(desk) == 1 && calls(desk, "subscribe") == 1 }
    _ = try desk.push(.named("a"))
    try listener.run { listener.taken == ["a"] }
  }
}
