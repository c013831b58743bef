package import Core
internal import Glibc
internal import Records
package import System
package import Tasks
internal import Values

/// A worker: takes tasks from a store, has a handler do them, and tells the store what came of it.
///
/// The shell around a `Shift`, which decides; here are the store, the handler, the clock and the
/// loop. What became of each try is written as a verdict.
package final class Workshop {
  private let store: any TaskStore
  private let handler: any Performer
  private let loop: Loop
  private let output: Output
  private let log: Log
  private var draw: Draw
  private var limits: [String: Int]
  private var shift: Shift
  private var worker: Worker
  private var isListening = false
  private var failure: Failure?
  private var begun: [Shift.Key: Int64] = [:]
  /// Called before each wait, so that whoever owns the worker can look at the world.
  package var beforeWaiting: () -> Void = {}

  /// What is worked, and how.
  package struct Order {
    package var draw: Draw
    package var limits: [String: Int] = [:]
    package var terms = Shift.Terms()
    package var judge = Judge()

    package init(_ draw: Draw) { self.draw = draw }
  }

  package init(
    _ store: any TaskStore, _ handler: any Performer, _ order: Order, _ loop: Loop,
    _ output: Output, _ log: Log
  ) {
    self.store = store
    self.handler = handler
    self.loop = loop
    self.output = output
    self.log = log
    draw = order.draw
    limits = order.limits
    shift = Shift(order.terms, order.judge)
    worker = Worker(
      host: Machine.name, process: Int(getpid()),
      id: Identifier.make(at: Clock.now(), Machine.random(16)), width: order.terms.width,
      weights: Dictionary(
        order.draw.queues.map { ($0.name, $0.weight) }, uniquingKeysWith: max),
      started: Clock.now())
    worker.isStrict = order.draw.isStrict
    handler.ended = { [weak self] key, ending in self?.ended(key, ending) }
  }

  /// How many tasks are worked at once, from now on.
  package var width: Int {
    get { shift.terms.width }
    set {
      shift.terms.width = newValue
      worker.width = newValue
    }
  }

  /// Takes nothing more; the run ends when nothing is in hand.
  package func stop() { shift.stop(at: now) }

  /// Takes nothing more, and gives what is in hand all the time it needs.
  package func finish() { shift.finish() }

  /// Works until it is told to stop, or until nothing is ready if it is to be brief.
  package func run() throws(Failure) {
    try Interrupt.watch(on: loop) { [weak self] in self?.stop() }
    while try !turn() {}
    handler.close()
    do { try store.leave(worker) } catch { log.debug(error.message) }
    if let failure { throw failure }
  }

  private var now: Shift.Moment { .init(wall: Clock.now(), elapsed: Clock.elapsed()) }

  private static func dice(_ limit: Int) -> Int { limit > 0 ? Int.random(in: 0..<limit) : 0 }

  /// One round, and the wait for what comes next; true at the end.
  private func turn() throws(Failure) -> Bool {
    actions: for action in shift.round(at: now) {
      switch action {
      case .end: return true
      case .stop(let key, let call):
        log.info("a task is told to stop", ["id": "\(key.id)", "why": "\(call.words)"])
        handler.stop(key)
      case .kill(let key): handler.kill(key)
      case .settle, .beat, .recover, .advance, .sweep, .take:
        guard try reached({ () throws(Failure) in try carryOut(action) }) else { break actions }
      }
    }
    handler.flush()
    flush()
    beforeWaiting()
    let (next, now) = (shift.next, Clock.elapsed())
    if next <= now {
      try loop.turn(mayWait: false)
    } else {
      let timer = loop.after(next - now) {}
      try loop.turn(mayWait: true)
      loop.cancel(timer)
    }
    return false
  }

  /// Verdicts that nobody reads any more end the worker, in good order.
  private func flush() {
    if failure != nil { return output.buffer.clear() }
    do { try output.flush() } catch {
      failure = error
      stop()
    }
  }

  /// Whether the store could be reached. What cannot be mended by waiting is thrown.
  private func reached(_ body: () throws(Failure) -> Void) throws(Failure) -> Bool {
    do {
      try body()
      return true
    } catch {
      guard error.kind == .unavailable || error.kind == .later || error.kind == .io else {
        throw error
      }
      if shift.missed(at: now, Workshop.dice) {
        log.warn("\(error.message); it is tried again until it answers")
      }
      return false
    }
  }
}

// MARK: With the store

extension Workshop {
  private func carryOut(_ action: Shift.Action) throws(Failure) {
    let wasAway = shift.isAway
    let moment = now
    let queues = draw.queues.map(\.name)
    switch action {
    case .settle(let settlements):
      let answers = try store.settle(settlements, at: moment.wall)
      for (settlement, isOurs) in zip(settlements, answers) where !isOurs {
        log.warn("a task was not ours any more when it ended", ["id": "\(settlement.task.id)"])
      }
      shift.settled()
    case .beat:
      worker.hands = shift.inHand
      worker.status = shift.isStopping ? .closed : .active
      shift.beaten(
        try store.beat(worker, lease: shift.terms.lease, at: moment.wall), at: moment)
      try listen(queues)
    case .recover:
      let cutoff = moment.wall.advanced(by: -shift.terms.lease.nanoseconds)
      let count = try store.recover(queues, before: cutoff, at: moment.wall) { task in
        shift.judge.abandoned(task, at: moment.wall, Workshop.dice)
      }
      if count > 0 { log.warn("\(count) tasks of workers that died were recovered") }
      shift.recovered(at: moment)
    case .advance: shift.advanced(try store.advance(queues, at: moment.wall), at: moment)
    case .sweep:
      try store.sweep(queues, at: moment.wall)
      shift.swept(at: moment)
    case .take(let places): try take(places, moment)
    case .stop, .kill, .end: return
    }
    if wasAway { log.warn("\(store.name): it answers again") }
  }

  private func listen(_ queues: [String]) throws(Failure) {
    if isListening { return }
    try store.listen(
      loop, queues, ready: { [weak self] in self?.shift.heard() },
      cancelled: { [weak self] id in self?.shift.heard(cancel: id) })
    isListening = true
  }

  private func take(_ places: Int, _ moment: Shift.Moment) throws(Failure) {
    var demand = Demand(
      draw.portions(for: places, Workshop.dice), most: places, lease: shift.terms.lease)
    demand.limits = limits
    let tasks = try store.take(demand, at: moment.wall)
    shift.reached()
    for (task, limit) in shift.took(tasks, of: places, at: moment, Workshop.dice) {
      begun[Shift.Key(task)] = moment.elapsed
      do {
        try handler.begin(task, limit: limit)
      } catch {
        if error.kind == .data {
          ended(Shift.Key(task), .failed(.data, reason: error.reason))
          continue
        }
        // Whoever cannot begin one task can begin none.
        shift.returned(Shift.Key(task))
        failure = failure ?? error
        stop()
      }
    }
  }
}

// MARK: With the handler

extension Workshop {
  private func ended(_ key: Shift.Key, _ ending: Upshot) {
    let moment = now
    guard let (task, fate) = shift.ended(key, ending, at: moment, Workshop.dice) else { return }
    let duration = Span(nanoseconds: moment.elapsed - (begun.removeValue(forKey: key) ?? 0))
    Writer(output.buffer).verdict(task, ending, fate, duration)
    if case .failed(_, let reason, _) = ending {
      log.info("a try failed", ["id": "\(task.id)", "reason": "\(reason)"])
    }
  }
}

extension Writer {
  /// What became of a try.
  fileprivate func verdict(_ task: Task, _ ending: Upshot, _ fate: Fate?, _ duration: Span) {
    begin(.verdict)
    add(.id, text: task.id)
    add(.queue, text: task.queue)
    add(.taskType, text: task.type)
    switch ending {
    case .done(let result):
      add(.ok, true)
      if let result { result.withUnsafeBytes { add(.result, name: $0) } }
    case .failed(let kind, let reason, _):
      add(.ok, false)
      if let kind { add(.kind, text: kind.rawValue) }
      add(.reason, text: fate?.reason ?? reason)
    }
    if let fate {
      add(.state, text: fate.state(task).rawValue)
      if case .retry(let due, _, _) = fate { add(.due, due) }
    }
    add(.attempt, task.retried + 1)
    add(.duration, text: duration.text)
    end()
  }
}

extension Fate {
  fileprivate var reason: String? {
    switch self {
    case .retry(_, let reason, _), .archive(let reason): reason
    case .done, .handBack: nil
    }
  }

  /// Where a task goes.
  fileprivate func state(_ task: Task) -> State {
    switch self {
    case .done: .completed
    case .retry: .retry
    case .archive: .archived
    case .handBack: .pending
    }
  }
}
