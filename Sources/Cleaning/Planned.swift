package import Core
package import Records
package import Stream
internal import Store
internal import System
internal import Values

/// Carries out the deletes of a plan, once all of it is known, and those that a watcher saw.
package struct Planned: Cleaner {
  private let orders: Orders
  private let log: Log
  private let remover: any Remover
  private let docket = Docket()
  private let witness: Witness
  private var view: Head.View?
  private var side: Side?
  private var isDry = false
  private var spool = Spool()
  private var postponed = Postponed()
  /// How many of the deletes make room for the version that has won a conflict.
  private var contested = 0
  private var holes = Holes()
  /// Where the files are missing that the plan deletes here.
  private var other: Path?
  private var withholding = Withholding()
  private var flips = Flips()
  private var sawEvents = false
  /// Whether nothing that a killed run took away is still missing.
  private var isWhole = true
  /// Why the run as a whole has failed, to be told once its section is closed.
  package private(set) var refusal: Failure?

  package init(_ orders: Orders, _ log: Log) throws(Failure) {
    self.orders = orders
    self.log = log
    remover = try orders.remover(log)
    witness = Witness(orders, remover)
  }

  package var settling: () throws(Failure) -> Void {
    { [remover, witness] () throws(Failure) in
      try witness.settle()
      try remover.settle()
    }
  }

  package mutating func begin(_ head: inout Head) throws(Failure) {
    head.isDry = head.isDry || orders.isDry
    // Deletes are told when they are done, not where they stood.
    head.isOrdered = false
    isDry = head.isDry
    view = head.view
    side = try Side.of(orders.root.name, chosen: orders.side, in: head)
    witness.root = head.root
    spool = Spool()
    postponed = Postponed()
    contested = 0
    holes = Holes()
    withholding = Withholding()
    flips = Flips()
    other = side?.other.location(in: head)
    orders.spare(other, &holes)
    sawEvents = sawEvents || head.view == .events
    if try !orders.putBack(in: head, log) { isWhole = false }
    head.note(side, at: orders.root.name)
  }

  package mutating func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    switch record.kind {
    case .hole:
      // A hole without a path may be anywhere.
      holes.add(record.path ?? UnsafeRawBufferPointer(start: nil, count: 0))
      return false
    case .change:
      if Ownership.copies(record, to: side) {
        // A copy that nobody made before us is as good as one that failed.
        withholding.failed(.refused, size: try record.integer(.size))
      }
      guard Ownership.deletes(record, on: side), record.path != nil else { return false }
      // What is malformed is found out before anything is deleted.
      _ = try Evidence(planned: record)
      try spool.append(record)
      if record.isContested { contested += 1 } else { try postponed.note(record) }
      return true
    case .outcome:
      if record.isBlocked, flips.add(record.ownPath, size: try record.integer(.size)) {
        return false
      }
      try withholding.note(record)
      guard view == .events else { return false }
      return try witness.renamed(record, section, dry: isDry)
    case .event:
      guard Ownership.deletes(record, on: nil), record.path != nil else { return false }
      return try take(event: record, section)
    case .entry, .head, .tail, .task, .verdict, .record, .summary, .progress, .other: return false
    }
  }

  private mutating func take(event: Record, _ section: Section) throws(Failure) -> Bool {
    guard let view else {
      refusal = Planned.headless
      try section.deleted(event, .kept(.later, "withheld: there is no head"))
      return true
    }
    guard view == .events else { return false }
    try witness.removed(event, section, dry: isDry)
    return true
  }

  package mutating func end(_ ending: Ending, _ section: Section) throws(Failure) {
    if view == .listing, sawEvents {
      log.warn("events were lost; what was deleted meanwhile is only found by comparing anew")
      section.note(.partial)
    }
    if spool.count > 0 {
      let hindrance = hindrance(ending)
      // A refusal is told once the section is closed.
      if let hindrance, refusal == nil {
        log.warn("\(hindrance): \(spool.count) deletes were withheld")
      }
      if hindrance == nil { try resolveFlips() }
      let mayAsk = if case .tail(let tail) = ending { mayAsk(tail) } else { false }
      try replay(hindrance, asksFirst: hindrance == nil && mayAsk, section)
    }
    try witness.settle()
    try remover.finish()
    if !isWhole { section.note(.partial) }
    if refusal == nil { refusal = witness.refusal }
  }

  static let headless = Failure(.data, "stdin", "there is no head: deletes are refused")

  /// Why nothing may be deleted at all; nil if single deletes may.
  private mutating func hindrance(_ ending: Ending) -> String? {
    switch ending {
    case .bare:
      refusal = Planned.headless
      return "there is no head"
    case .cut: return Interrupt.isRequested ? "the run was stopped" : "the input was cut off"
    case .tail(let tail):
      if view != .plan { return "the section is no plan" }
      if !tail.isComplete { return "the plan is incomplete" }
      let total =
        side == .left
        ? tail.leftKnown ?? tail.leftEntries
        : tail.targetEntries ?? tail.rightKnown ?? tail.rightEntries
      let now = orders.brakes.objection(to: spool.count - contested, of: total)
      guard let objection = now ?? postponed.objection(orders.brakes) else { return nil }
      refusal = Failure(.refused, "\(orders.root.name)", objection)
      return objection
    }
  }

  private mutating func resolveFlips() throws(Failure) {
    if flips.isEmpty { return }
    var flips = flips
    try spool.forEach { (record) throws(Failure) in
      flips.willDelete(record.ownPath)
      return true
    }
    for size in flips.blocked { withholding.failed(.refused, size: size) }
  }

  /// Whether the other side is asked by name: where the plan is for both, and where it is a store,
  /// whose listing comes from afar in pieces. A folder of a plan for one side may be one of another
  /// machine.
  private func mayAsk(_ tail: Tail) -> Bool {
    let isForBoth = side == .left || tail.rightEntries != nil
    return isForBoth || other?.isAbsolute == false
  }

  /// Deletes what may be deleted, and says of all else why it was not.
  private mutating func replay(
    _ hindrance: String?, asksFirst: Bool, _ section: Section
  ) throws(Failure) {
    let inquiry = asksFirst ? inquiry(section) : nil
    var folders = Folders()
    try spool.forEach { (record) throws(Failure) in
      if hindrance == nil, Interrupt.isRequested { return false }
      let path = try record.name(.target) ?? record.ownPath
      // A folder goes after what it holds.
      if folders.areOpen { try inquiry?.settle() }
      try folders.leave(for: path, remover, dry: isDry)
      var reason = hindrance
      if reason == nil { reason = try objection(to: record) }
      if let reason {
        try section.deleted(record, .kept(.later, "withheld: \(reason)"))
      } else if path.isFolder, !path.isEmpty {
        folders.enter(path, docket.outcome(of: record, into: section))
      } else if let inquiry, !record.isForeseen {
        try inquiry.add(record)
      } else {
        try remove(record, section)
      }
      return true
    }
    try inquiry?.settle()
    try folders.leaveAll(remover, dry: isDry)
  }

  private func inquiry(_ section: Section) -> Inquiry {
    Inquiry(Absence(orders.open), other) { (record, objection) throws(Failure) in
      if let objection { return try section.deleted(record, objection) }
      if !Interrupt.isRequested { try remove(record, section) }
    }
  }

  private func remove(_ record: Record, _ section: Section) throws(Failure) {
    let path = try record.name(.target) ?? record.ownPath
    let evidence = try Evidence(planned: record)
    try remover.remove(path, evidence, dry: isDry, docket.outcome(of: record, into: section))
  }

  private func objection(to record: Record) throws(Failure) -> String? {
    if let path = record.path, holes.cover(path) { return "nothing is known of this place" }
    if record.isContested, orders.trash == nil {
      return "a version that loses a conflict goes to a trash, and there is none"
    }
    if orders.despiteErrors { return nil }
    let sizes = [try record.fingerprint(.was)?.size, try record.integer(.size)]
    return withholding.objection(to: sizes.compactMap { $0 })
  }
}
