package import Core
package import Tasks
package import Values

/// Whoever does the work of tasks. Everything happens on the thread of the loop.
package protocol Performer: AnyObject {
  /// Is told once for each task that was begun how it ended, in a turn of its own.
  var ended: (Shift.Key, Upshot) -> Void { get set }

  /// Begins with a task that must have ended by the limit. A failure of kind `data` is the task's
  /// own; after any other no task can be begun.
  func begin(_ task: Task, limit: Timestamp) throws(Failure)

  /// Nothing more is begun for now.
  func flush()

  /// Asks for a task to be given up.
  func stop(_ key: Shift.Key)

  /// Ends a task that was not given up.
  func kill(_ key: Shift.Key)

  /// There will be no more tasks.
  func close()
}

/// What a handler's process finds in its environment.
package enum Surroundings {
  /// A variable that is longer keeps the system from starting anything, as do many that are long.
  private static let longest = 65_536

  package static func variables(
    of task: Task, limit: Timestamp
  ) throws(Failure) -> [(name: String, value: String)] {
    for (name, value) in [("id", task.id), ("type", task.type), ("queue", task.queue)]
    where value.utf8.count > longest || value.utf8.contains(0) {
      throw Failure(.data, "", "the \(name) of the task cannot be told to a command")
    }
    return [
      ("S4L_TASK_ID", task.id), ("S4L_TASK_TYPE", task.type), ("S4L_TASK_QUEUE", task.queue),
      ("S4L_TASK_ATTEMPT", "\(task.retried + 1)"), ("S4L_TASK_MAX_RETRY", "\(task.retries)"),
      ("S4L_TASK_LIMIT", limit.text),
    ]
  }

  /// What the variables mean, for manuals.
  package static let help: [(name: String, help: String)] = [
    ("S4L_TASK_ID", "To the command: the id of the task."),
    ("S4L_TASK_TYPE", "To the command: its type."),
    ("S4L_TASK_QUEUE", "To the command: its queue."),
    ("S4L_TASK_ATTEMPT", "To the command: which try this is, from 1."),
    ("S4L_TASK_MAX_RETRY", "To the command: how often it may be tried again."),
    ("S4L_TASK_LIMIT", "To the command: the moment by which the try must have ended."),
  ]
}
