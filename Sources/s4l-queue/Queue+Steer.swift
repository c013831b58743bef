import Command
import Core
import Records
import System
import Tasks
import Values

extension Queue {
  /// Does something with single tasks, or with all of a queue that are in certain states.
  func steer(_ io: Standard) throws(Failure) -> Status {
    let store = try open(io)
    if !looking.states.isEmpty { return try steerAll(store, io) }
    if verb == .delete, arguments.isEmpty, !queues.isEmpty { return try remove(store) }
    var status = Status.success
    for id in try someIds() {
      guard let queue = try home(of: id, store) else {
        io.log.error("\(id): there is no such task")
        status = status.joined(with: .absent)
        continue
      }
      status = status.joined(with: tell(id, try steer(id, queue, store), io))
    }
    return status
  }

  /// The queue that a task is in: ids belong to their queues, and the same one may be in several.
  func home(of id: String, _ store: any TaskStore) throws(Failure) -> String? {
    if !queues.isEmpty { return try queue() }
    var homes: [String] = []
    for count in try store.queues() where try store.find(id, in: count.queue) != nil {
      homes.append(count.queue)
    }
    if homes.count > 1 {
      throw Failure(
        .usage, id, "it is in \(homes.joined(separator: " and ")); --queue tells which is meant")
    }
    return homes.first
  }

  private func steer(
    _ id: String, _ queue: String, _ store: any TaskStore
  ) throws(Failure) -> Steered {
    switch verb {
    case .cancel:
      try store.cancel(id, in: queue, mayRetry: looking.mayRetry, at: Clock.now())
    case .retry: try store.run(id, in: queue, at: Clock.now())
    case .archive: try store.archive(id, in: queue, at: Clock.now())
    default: try store.delete(id, in: queue)
    }
  }

  private func tell(_ id: String, _ steered: Steered, _ io: Standard) -> Status {
    switch steered {
    case .done: return .success
    case .absent:
      io.log.error("\(id): there is no such task")
      return .absent
    case .refused(let state):
      io.log.error("\(id): it is \(state.rawValue)")
      return .partial
    }
  }

  private func steerAll(_ store: any TaskStore, _ io: Standard) throws(Failure) -> Status {
    if !arguments.isEmpty { throw Failure(.usage, "--state", "it stands in place of ids") }
    if queues.isEmpty, verb != .retry {
      throw Failure(.usage, "--state", "\(verb.rawValue) of so many needs --queue as well")
    }
    var status = Status.success
    for name in try names(store) { status = status.joined(with: try steerAll(name, store, io)) }
    return status
  }

  private func steerAll(
    _ queue: String, _ store: any TaskStore, _ io: Standard
  ) throws(Failure) -> Status {
    var ids: [String] = []
    for state in looking.chosen {
      try store.list(queue, state) { ids.append($0.task.id) }
    }
    var count = 0
    var status = Status.success
    for id in ids {
      switch try steer(id, queue, store) {
      case .done: count += 1
      // It went its way meanwhile.
      case .absent: continue
      case .refused(let state): status = tell(id, .refused(state), io)
      }
    }
    if !io.isQuiet, count > 0 || !queues.isEmpty {
      io.log.notice("\(queue): \(count) \(count == 1 ? "task" : "tasks")")
    }
    return status
  }

  private func remove(_ store: any TaskStore) throws(Failure) -> Status {
    let queue = try queue()
    guard try store.remove(queue) else {
      throw Failure(.absent, queue, "there is no such queue")
    }
    return .success
  }

  /// Pauses queues, or lets them go on.
  func halt(_ io: Standard) throws(Failure) -> Status {
    try takesNoArguments()
    if queues.isEmpty { throw Failure(.usage, "--queue", "\(verb.rawValue) needs a queue") }
    let store = try open(io)
    _ = try names(store)
    for queue in queues {
      let isNew =
        try verb == .pause
        ? store.pause(queue.name, at: Clock.now()) : store.resume(queue.name)
      if !isNew { io.log.info("it was so before", ["queue": "\(queue.name)"]) }
    }
    return .success
  }
}
