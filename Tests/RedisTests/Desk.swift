import Core
import Glibc
import Support
import Tasks
import Testing
import Values

@testable import Redis

/// A server of one test and queues on it.
final class Desk {
  let server: RedisServer
  let tasks: RedisTasks
  /// For looking behind what the queues say.
  let session: Session

  init(_ options: [String] = []) {
    server = RedisServer(options)
    tasks = RedisTasks(server.address)
    session = Session(server.address)
  }

  /// Another process on the same queues.
  func another() -> RedisTasks { RedisTasks(server.address) }

  func push(_ task: Task, at now: Timestamp = .start) throws(Failure) -> Admission {
    try tasks.push([Order(task)], at: now)[0]
  }

  func take(_ most: Int = 1, of queue: String = "q", at now: Timestamp = .start) throws -> [Task] {
    try tasks.take(.of(queue, most), at: now)
  }

  /// The next task, which must be there.
  func one(at now: Timestamp = .start) throws -> Task {
    try #require(try take(at: now).first)
  }

  func state(_ id: String, in queue: String = "q") throws(Failure) -> State? {
    try tasks.find(id, in: queue)?.state
  }

  func settle(_ task: Task, _ fate: Fate, at now: Timestamp = .start) throws(Failure) -> Bool {
    try tasks.settle([Settlement(task, fate)], at: now)[0]
  }
}

extension RedisServer {
  var address: RedisAddress {
    var address = RedisAddress()
    address.port = port
    return address
  }
}

extension Timestamp {
  /// Some moment for tests to begin at.
  static let start = Timestamp(seconds: 1_795_000_000)

  static func after(_ seconds: Int64) -> Timestamp { Timestamp(seconds: start.seconds + seconds) }
}

extension Span {
  static let lease = Span(nanoseconds: 30_000_000_000)
}

extension Demand {
  static func of(_ queue: String, _ most: Int) -> Demand {
    Demand([Portion(queue, most)], most: most, lease: .lease)
  }
}

extension Task {
  static func named(_ id: String, serial: String? = nil, payload: String = "p") -> Task {
    var task = Task(id: id, queue: "q", type: "t", payload: Array(payload.utf8))
    task.serialKey = serial
    return task
  }
}

/// Waits until something that others do is done.
func until(_ isDone: () throws -> Bool) throws {
  while try !isDone() { usleep(5_000) }
}
