internal import Core
package import Tasks
package import Values

/// What a worker has in hand and what it has to do next: a machine without a clock, a store or a
/// child of its own.
///
/// Whoever runs it asks for a `round`, carries out what it says, in order, and tells what came of
/// it. Between rounds he waits until `next`, or until something happens. Moments come in two kinds:
/// those of the wall, which tasks and stores speak of, and those of a clock that only goes forward,
/// by which leases and grace are measured, so that a wall clock that jumps loses nobody's lease.
package struct Shift {
  package struct Moment: Equatable, Sendable {
    package var wall: Timestamp
    /// Nanoseconds of a clock that only goes forward.
    package var elapsed: Int64

    package init(wall: Timestamp, elapsed: Int64) {
      self.wall = wall
      self.elapsed = elapsed
    }
  }

  /// A task within its queue.
  package struct Key: Hashable, Sendable {
    package var queue: String
    package var id: String

    package init(queue: String, id: String) {
      self.queue = queue
      self.id = id
    }

    package init(_ task: Task) { self.init(queue: task.queue, id: task.id) }

    /// Names are bytes: two spellings of one letter are two ids.
    package static func == (one: Key, other: Key) -> Bool {
      one.id.utf8.elementsEqual(other.id.utf8) && one.queue.utf8.elementsEqual(other.queue.utf8)
    }

    package func hash(into hasher: inout Hasher) {
      for var text in [queue, id] {
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      }
    }
  }

  package struct Terms: Equatable, Sendable {
    /// How many tasks are worked at once.
    package var width = 4
    package var lease = Span(nanoseconds: 30_000_000_000)
    /// How long tasks in hand may go on when the worker is told to end.
    package var grace = Span(nanoseconds: 8_000_000_000)
    /// How long a handler that was told to stop has before it is killed.
    package var patience = Span(nanoseconds: 5_000_000_000)
    /// Whether the worker ends once nothing is ready.
    package var isBrief = false

    package init() {}
  }

  package enum Action: Equatable, Sendable {
    /// Tell a handler to stop, or end it.
    case stop(Key, Call)
    case kill(Key)
    case settle([Settlement])
    case beat
    case recover
    case advance
    case sweep
    case take(Int)
    /// Nothing is left to do.
    case end
  }

  private struct Hand {
    var task: Task
    var started: Timestamp
    var limit: Timestamp
    /// The same on the clock that only goes forward.
    var over: Int64
    var lease: Int64
    /// What it shall be told, and what it has been told, and when.
    var wish: Call?
    var call: Call?
    var called: Int64 = 0
    var isKilled = false
  }

  /// Intervals, in nanoseconds.
  private static let second: Int64 = 1_000_000_000
  private static let look = 2 * second
  private static let tidying = 60 * second
  private static let firstAbsence = second / 4
  private static let longestAbsence = 5 * second

  package var terms: Terms
  package var judge: Judge
  private var hands: [Key: Hand] = [:]
  private var settlements: [(settlement: Settlement, lease: Int64)] = []
  /// Whether there may be something to take.
  private var isHungry = true
  private var stopped: Int64?
  private var isFinishing = false
  /// Tasks that somebody asked to be given up; whether for good, the next beat tells.
  private var unwanted: Set<String> = []
  private var beatAt = Int64.min
  private var lookAt = Int64.min
  private var recoverAt = Int64.min
  private var tidyAt = Int64.min
  /// How often in a row the store could not be reached, and when it is tried again.
  private var absences = 0
  private var absentUntil = Int64.min
  package init(_ terms: Terms, _ judge: Judge) {
    self.terms = terms
    self.judge = judge
  }

  package var isStopping: Bool { stopped != nil || isFinishing }
  package var isAway: Bool { absences > 0 }
  package var count: Int { hands.count }

  /// What a worker tells of itself.
  package var inHand: [Worker.Hand] {
    hands.values.map { Worker.Hand($0.task, started: $0.started, limit: $0.limit) }
  }
}

// MARK: What happened

extension Shift {
  /// Somebody thinks that there is something to take.
  package mutating func heard() { isHungry = true }

  /// Somebody wants a task given up.
  package mutating func heard(cancel id: String) {
    guard hands.values.contains(where: { $0.task.id == id }) else { return }
    unwanted.insert(id)
    beatAt = .min
  }

  /// Nothing more is taken, and what is in hand may go on for the grace.
  package mutating func stop(at moment: Moment) {
    if stopped == nil { stopped = moment.elapsed }
  }

  /// Nothing more is taken, and what is in hand may go on until we are told to stop.
  package mutating func finish() { isFinishing = true }

  /// Tasks were taken, for a demand made at that moment; gives those that are to be begun. What is
  /// over before it began is not begun.
  package mutating func took(
    _ tasks: [Task], of demanded: Int, at moment: Moment, _ dice: (Int) -> Int
  ) -> [(task: Task, limit: Timestamp)] {
    if tasks.count < demanded { isHungry = false }
    var begun: [(task: Task, limit: Timestamp)] = []
    for task in tasks {
      let limit = task.limit(from: moment.wall)
      let over = moment.elapsed &+ Shift.nanoseconds(from: moment.wall, to: limit)
      hands[Key(task)] = Hand(
        task: task, started: moment.wall, limit: limit, over: over,
        lease: moment.elapsed + terms.lease.nanoseconds)
      if over > moment.elapsed {
        begun.append((task, limit))
      } else {
        hands[Key(task)]?.call = .timeout
        _ = ended(Key(task), .failed(nil, reason: ""), at: moment, dice)
      }
    }
    return begun
  }

  /// A try has ended; gives the task and its fate, nil if that is not ours to decide any more.
  package mutating func ended(
    _ key: Key, _ ending: Upshot, at moment: Moment, _ dice: (Int) -> Int
  ) -> (task: Task, fate: Fate?)? {
    guard let hand = hands.removeValue(forKey: key) else { return nil }
    unwanted.remove(key.id)
    let fate = judge.fate(of: hand.task, ending, hand.call, at: moment.wall, dice)
    if let fate {
      settlements.append((Settlement(hand.task, fate, result: ending.result), hand.lease))
    }
    return (hand.task, fate)
  }

  /// A task that could not be begun goes back as if it had not been taken.
  package mutating func returned(_ key: Key) {
    guard let hand = hands.removeValue(forKey: key) else { return }
    settlements.append((Settlement(hand.task, .handBack), hand.lease))
  }

  /// The store has taken the settlements of this round.
  package mutating func settled() {
    reached()
    settlements = []
    isHungry = true
  }

  /// The store has answered a beat that was asked for at that moment.
  package mutating func beaten(_ pulse: Pulse, at moment: Moment) {
    reached()
    beatAt = moment.elapsed + beatInterval
    let lost = Set(pulse.lost)
    let cancelled = Set(pulse.cancelled)
    for key in Array(hands.keys) {
      guard var hand = hands[key], hand.call != .lost else { continue }
      if lost.contains(key.id) {
        hand.wish = .lost
      } else {
        hand.lease = moment.elapsed + terms.lease.nanoseconds
        if cancelled.contains(key.id) {
          hand.wish = .cancelled(mayRetry: false)
        } else if unwanted.contains(key.id) {
          hand.wish = .cancelled(mayRetry: true)
        }
      }
      hands[key] = hand
    }
    unwanted = []
  }

  package mutating func recovered(at moment: Moment) {
    reached()
    recoverAt = moment.elapsed + max(min(terms.lease.nanoseconds, Shift.tidying), Shift.second)
  }

  /// What was due has been made ready, and the next will be at that moment.
  package mutating func advanced(_ due: Timestamp?, at moment: Moment) {
    reached()
    let rest = due.map { max(Shift.nanoseconds(from: moment.wall, to: $0), 0) } ?? Shift.look
    lookAt = moment.elapsed + max(min(rest, Shift.look), Shift.second / 100)
    isHungry = true
  }

  package mutating func swept(at moment: Moment) {
    reached()
    tidyAt = moment.elapsed + Shift.tidying
  }

  package mutating func reached() { absences = 0 }

  /// The store could not be reached; tells whether it could before. It is left alone for a while,
  /// a longer one each time.
  package mutating func missed(at moment: Moment, _ dice: (Int) -> Int) -> Bool {
    let pause = min(Shift.firstAbsence << Int64(min(absences, 10)), Shift.longestAbsence)
    absences += 1
    absentUntil = moment.elapsed + pause / 2 + Int64(dice(Int(pause / 2)))
    return absences == 1
  }
}

// MARK: What is to be done

extension Shift {
  /// What is to be done now, in this order. What needs the store is left out while it is away; if
  /// one of the actions fails, those behind it are not carried out.
  package mutating func round(at moment: Moment) -> [Action] {
    let now = moment.elapsed
    var actions = calls(at: now)
    drop(at: now)
    if isDone { return actions + [.end] }
    if isAway, now < absentUntil { return actions }
    if !settlements.isEmpty { actions.append(.settle(settlements.map(\.settlement))) }
    if beatAt <= now { actions.append(.beat) }
    if isStopping { return actions }
    if recoverAt <= now { actions.append(.recover) }
    if lookAt <= now { actions.append(.advance) }
    if tidyAt <= now { actions.append(.sweep) }
    let places = terms.width - hands.count
    if isHungry || lookAt <= now, places > 0 { actions.append(.take(places)) }
    return actions
  }

  private var isDone: Bool {
    guard hands.isEmpty, settlements.isEmpty else { return false }
    return isStopping || terms.isBrief && !isHungry && lookAt > .min
  }

  /// Who is told to stop, and who has not heeded it.
  private mutating func calls(at now: Int64) -> [Action] {
    var actions: [Action] = []
    for key in Array(hands.keys) {
      guard var hand = hands[key] else { continue }
      if let call = due(hand, now) {
        hand.call = call
        hand.wish = nil
        hand.called = now
        actions.append(.stop(key, call))
      } else if hand.call != nil, !hand.isKilled, hand.called + terms.patience.nanoseconds <= now {
        hand.isKilled = true
        actions.append(.kill(key))
      }
      hands[key] = hand
    }
    return actions
  }

  private func due(_ hand: Hand, _ now: Int64) -> Call? {
    if hand.call == .lost { return nil }
    // Whoever loses the task while it is being stopped must not settle it any more.
    if hand.lease <= now || hand.wish == .lost { return .lost }
    if hand.call != nil { return nil }
    if let wish = hand.wish { return wish }
    if hand.over <= now { return .timeout }
    if let stopped, stopped + terms.grace.nanoseconds <= now { return .shutdown }
    return nil
  }

  /// What can be settled no more, as the lease has run out, is for whoever finds it.
  private mutating func drop(at now: Int64) {
    settlements.removeAll { $0.lease <= now }
  }

  /// When the next round is due, at the latest, as far as is known now.
  package var next: Int64 {
    var earliest = Int64.max
    func due(_ moment: Int64) { earliest = min(earliest, moment) }
    for hand in hands.values {
      if hand.call != .lost { due(hand.wish == nil ? hand.lease : .min) }
      if hand.call != nil {
        if !hand.isKilled { due(hand.called + terms.patience.nanoseconds) }
      } else {
        due(hand.over)
        if let stopped { due(stopped + terms.grace.nanoseconds) }
      }
    }
    if isAway {
      due(absentUntil)
      return earliest
    }
    if !settlements.isEmpty || isDone { due(.min) }
    due(beatAt)
    if isStopping { return earliest }
    [recoverAt, lookAt, tidyAt].forEach(due)
    if isHungry, hands.count < terms.width { due(.min) }
    return earliest
  }

  private var beatInterval: Int64 { min(5 * Shift.second, terms.lease.nanoseconds / 4) }

  /// How long it is from one moment to another, within what can be counted.
  private static func nanoseconds(from start: Timestamp, to end: Timestamp) -> Int64 {
    let seconds = end.seconds &- start.seconds
    if seconds > 4_000_000_000 { return 4_000_000_000 * second }
    if seconds < -4_000_000_000 { return -4_000_000_000 * second }
    return seconds * second + Int64(end.nanoseconds - start.nanoseconds)
  }
}

extension Upshot {
  fileprivate var result: [UInt8]? {
    switch self {
    case .done(let result), .failed(_, _, let result): result
    }
  }
}
