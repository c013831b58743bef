internal import Core
internal import Tasks

/// Queues on a Redis server, in the form that asynq gives them: its clients, workers and inspectors
/// work on the same queues at the same time.
///
/// The map: `RedisAddress` says where the server is and `Endpoint` gets there; a `Connection`
/// speaks with it, a `Session` keeps one and runs each `Script`; `Wire` is what tasks and workers
/// look like on it; an `Ear` waits for what the server has to tell. Each part of what is asked of
/// queues is an extension of this class, with its scripts in `Scripts/`.
///
/// What asynq does not know stands in members of a task's hash that begin with `s4l_`, and in keys
/// below `s4l:` in those of the queue: `turn` marks who took a task, `open` a lock that lasts as
/// long as its holder may be worked, `cancel` a task to be given up for good, `serial` the key that
/// tasks share which are worked one after the other, and `waits` one that waits for such a key.
package final class RedisTasks: TaskStore {
  let session: Session
  /// The marks of what we took and have not settled, by queue and id.
  var turns: [Possession: Word] = [:]
  /// Begins all our marks, so that no other process has them.
  private let stamp = String(UInt64.random(in: .min ... .max), radix: 36)
  private var takings = 0
  var ears: Ears?

  package init(_ address: RedisAddress) {
    session = Session(address)
  }

  deinit {
    ears?.close()
  }

  package var name: String { session.address.name }

  /// A mark that nothing was taken under yet.
  func nextTurn() -> Word {
    takings += 1
    return Word("\(stamp).\(takings)")
  }

  func turn(_ queue: String, _ id: String) -> Word? {
    turns[Possession(queue: queue, id: id)]
  }

  /// Archived tasks are kept for so many seconds.
  static let archiveAge: Int64 = 90 * 86_400
  /// How long a lock lasts that is tied to the state of its holder, in seconds: for good.
  static let openLock = 10 * 365 * 86_400

  func malformed(_ what: String) -> Failure {
    Failure(.bug, name, "an answer about \(what) cannot be understood")
  }
}
