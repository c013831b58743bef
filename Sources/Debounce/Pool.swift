/// Things that are held until it has been quiet around each of them, or until it has been held for
/// long enough.
///
/// Time is handed in, as nanoseconds that only grow. A span of `Pool.never` keeps things until they
/// are asked for.
package struct Pool<Thing> {
  private struct Slot {
    var thing: Thing
    var size: Int
    let first: Int64
    var last: Int64
    /// Grows with every touch in the pool.
    var order: Int
  }

  /// When a thing was due as it was put here; it may have been touched or taken out since.
  private struct Appointment: Comparable {
    var due: Int64
    var order: Int
    var identifier: Int

    static func < (one: Appointment, other: Appointment) -> Bool {
      (one.due, one.order) < (other.due, other.order)
    }
  }

  private let quiet: Int64
  private let most: Int64
  private var slots: [Int: Slot] = [:]
  private var appointments: [Appointment] = []
  private var touches = 0
  private var identifiers = 0
  /// What the things weigh together.
  package private(set) var size = 0

  package init(quiet: Int64, most: Int64) {
    self.quiet = quiet
    self.most = max(most, quiet)
  }

  package var count: Int { slots.count }

  package subscript(identifier: Int) -> Thing? { slots[identifier]?.thing }

  /// The number of the last touch: things of a smaller one were seen earlier.
  package func order(of identifier: Int) -> Int { slots[identifier]?.order ?? 0 }

  package mutating func add(_ thing: Thing, size: Int, at now: Int64) -> Int {
    identifiers += 1
    touches += 1
    let slot = Slot(thing: thing, size: size, first: now, last: now, order: touches)
    slots[identifiers] = slot
    self.size += size
    push(Appointment(due: due(slot), order: slot.order, identifier: identifiers))
    return identifiers
  }

  /// Puts another thing in the place of one that is there, which counts as seen now.
  package mutating func replace(_ identifier: Int, _ thing: Thing, size: Int, at now: Int64) {
    guard var slot = slots[identifier] else { return }
    touches += 1
    self.size += size - slot.size
    slot.thing = thing
    slot.size = size
    slot.last = now
    slot.order = touches
    slots[identifier] = slot
  }

  /// Puts another thing in the place of one, without a word about when.
  package mutating func amend(_ identifier: Int, _ thing: Thing) {
    slots[identifier]?.thing = thing
  }

  package mutating func remove(_ identifier: Int) -> Thing? {
    guard let slot = slots.removeValue(forKey: identifier) else { return nil }
    size -= slot.size
    if appointments.count > 2 * slots.count + 64 { forgetTheGone() }
    return slot.thing
  }

  /// When the next thing is due; nil if none ever is.
  package mutating func due() -> Int64? {
    guard let first = first(), first.due < .max else { return nil }
    return first.due
  }

  /// The one that is due next, if it is due by now.
  package mutating func next(at now: Int64) -> Int? {
    guard let first = first(), first.due <= now, first.due < .max else { return nil }
    return first.identifier
  }

  /// The one that would be due first.
  package mutating func eldest() -> Int? { first()?.identifier }

  package var all: [Int] { Array(slots.keys) }

  private func due(_ slot: Slot) -> Int64 {
    min(Pool.later(slot.last, quiet), Pool.later(slot.first, most))
  }

  static func later(_ moment: Int64, _ span: Int64) -> Int64 {
    let (sum, isOver) = moment.addingReportingOverflow(span)
    return isOver ? .max : sum
  }
}

// MARK: Appointments: a heap, the earliest on top

extension Pool {
  /// The earliest that still holds. A touch only ever moves a thing back, so what an appointment
  /// says is never too late, and it is put right when it comes to the top.
  private mutating func first() -> Appointment? {
    while let top = appointments.first {
      guard let slot = slots[top.identifier] else {
        pop()
        continue
      }
      let actual = Appointment(due: due(slot), order: slot.order, identifier: top.identifier)
      if actual == top { return top }
      appointments[0] = actual
      sink(0)
    }
    return nil
  }

  private mutating func push(_ appointment: Appointment) {
    appointments.append(appointment)
    var at = appointments.count - 1
    while at > 0, appointments[at] < appointments[(at - 1) / 2] {
      appointments.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  private mutating func pop() {
    appointments.swapAt(0, appointments.count - 1)
    appointments.removeLast()
    sink(0)
  }

  private mutating func sink(_ start: Int) {
    var at = start
    while true {
      var least = at
      for child in [2 * at + 1, 2 * at + 2] where child < appointments.count {
        if appointments[child] < appointments[least] { least = child }
      }
      if least == at { return }
      appointments.swapAt(at, least)
      at = least
    }
  }

  /// Keeps the heap as small as what is held, however much was taken out early.
  private mutating func forgetTheGone() {
    appointments = slots.map {
      Appointment(due: due($0.value), order: $0.value.order, identifier: $0.key)
    }
    appointments.sort()
  }
}

extension Pool {
  package static var never: Int64 { .max }
}
