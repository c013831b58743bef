package import Core
package import Tasks
package import Values

extension RedisTasks {
  package func cancel(
    _ id: String, in queue: String, mayRetry: Bool, at now: Timestamp
  ) throws(Failure) -> Steered {
    try steer(id, queue, mayRetry ? "retry" : "cancel", now)
  }

  package func run(_ id: String, in queue: String, at now: Timestamp) throws(Failure) -> Steered {
    try steer(id, queue, "run", now)
  }

  package func archive(
    _ id: String, in queue: String, at now: Timestamp
  ) throws(Failure) -> Steered {
    try steer(id, queue, "archive", now)
  }

  package func delete(_ id: String, in queue: String) throws(Failure) -> Steered {
    try steer(id, queue, "delete", Timestamp(seconds: 0))
  }

  private func steer(
    _ id: String, _ queue: String, _ wish: Word, _ now: Timestamp
  ) throws(Failure) -> Steered {
    let reply = try session.run(
      Script.steer([
        Keys.prefix(queue), Word(id), wish, Word(now.seconds), now.nanoseconds1970,
        Word(now.seconds - RedisTasks.archiveAge), Word(RedisTasks.openLock),
      ]))
    switch reply.text {
    case "done": return .done
    case "absent": return .absent
    case let text:
      guard let state = text.flatMap(State.init(rawValue:)) else { throw malformed("a task") }
      return .refused(state)
    }
  }

  /// A queue may be paused before anything was put into it, and is seen then.
  package func pause(_ queue: String, at now: Timestamp) throws(Failure) -> Bool {
    let replies = try session.send([
      ["SADD", Keys.queues, Word(queue)],
      ["SET", Keys.paused(queue), Word(now.seconds), "NX"],
    ])
    return replies.last?.text == "OK"
  }

  package func resume(_ queue: String) throws(Failure) -> Bool {
    try session.send("DEL", Keys.paused(queue)).integer == 1
  }

  package func remove(_ queue: String) throws(Failure) -> Bool {
    let today = try clock()
    let days = (0...91).map { Word(today.advanced(by: -$0 * 86_400_000_000_000).day) }
    while true {
      switch try session.run(Script.remove([Word(queue)] + days)).text {
      case "more": continue
      case "done": return true
      case "absent": return false
      case "filled": throw Failure(.refused, queue, "the queue is not empty")
      default: throw malformed("a queue")
      }
    }
  }
}
