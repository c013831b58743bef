internal import Core
internal import Digests
internal import Tasks
internal import Values

/// The names of keys, as asynq gives them.
enum Keys {
  static let queues: Word = "asynq:queues"
  static let servers: Word = "asynq:servers"
  static let workers: Word = "asynq:workers"
  /// The channel on which tasks are asked to be given up.
  static let cancel: Word = "asynq:cancel"

  /// What every key of a queue begins with. The braces keep them together on one machine.
  static func prefix(_ queue: String) -> Word { Word("asynq:{\(queue)}:") }

  static func pending(_ queue: String) -> Word { Word("asynq:{\(queue)}:pending") }
  static func active(_ queue: String) -> Word { Word("asynq:{\(queue)}:active") }
  static func paused(_ queue: String) -> Word { Word("asynq:{\(queue)}:paused") }
  static func groups(_ queue: String) -> Word { Word("asynq:{\(queue)}:groups") }

  static func server(_ worker: Worker) -> Word { Word("asynq:servers:\(identity(worker))") }
  static func hands(_ worker: Worker) -> Word { Word("asynq:workers:\(identity(worker))") }

  private static func identity(_ worker: Worker) -> String {
    "{\(worker.host):\(worker.process):\(worker.id)}"
  }

  /// The lock that keeps the like of a task out.
  static func lock(_ order: Order) throws(Failure) -> String {
    let task = order.task
    let stem = "asynq:{\(task.queue)}:unique:\(task.type):"
    if let name = order.uniqueName { return stem + name }
    guard let payload = task.payload else { return stem }
    return stem + Hex.text(try Digest(.md5).value(of: payload))
  }
}

/// Moments in the forms in which they are kept.
extension Timestamp {
  /// Whole seconds, none too early.
  var score: Int64 { seconds + (nanoseconds > 0 ? 1 : 0) }

  /// Nanoseconds since 1970, in decimal digits.
  var nanoseconds1970: Word {
    Word(Int128(seconds) * 1_000_000_000 + Int128(nanoseconds))
  }

  /// The day in UTC, as in `2026-11-21`.
  var day: String {
    let date = Timestamp.civil(days: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date.year)-\(two(date.month))-\(two(date.day))"
  }
}
