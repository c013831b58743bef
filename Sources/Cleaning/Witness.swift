internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Deletes what a watcher saw go, after a look at the source of its own: events come late, and what
/// was removed may be back.
final class Witness {
  private let remover: any Remover
  private let ration: Ration
  private let absence: Absence
  private let orders: Orders
  /// Set where the place is a media library, once that is known.
  private var recall: Recall?
  private let docket = Docket()
  private let parser = Parser()
  /// The root that the head names, for events that name none.
  var root: Path?

  init(_ orders: Orders, _ remover: any Remover) {
    self.remover = remover
    self.orders = orders
    ration = Ration(orders, remover)
    absence = Absence(orders.open)
  }

  var refusal: Failure? { ration.refusal }

  /// Carries out what was put off.
  func settle() throws(Failure) { try recall?.settle() }

  private func library() throws(Failure) -> Recall? {
    if recall == nil { recall = try Recall(orders, remover, ration) }
    return recall
  }

  /// A remove event.
  func removed(_ event: Record, _ section: Section, dry: Bool) throws(Failure) {
    try remove(event, section, dry: dry, docket.outcome(of: event, into: section))
    remover.prune()
  }

  /// The second half of a rename whose first half was done: the old name goes.
  ///
  /// False if the record is nothing of the kind.
  func renamed(_ outcome: Record, _ section: Section, dry: Bool) throws(Failure) -> Bool {
    guard outcome.holds(.event, "rename"), outcome.path != nil, try outcome.flag(.ok) == true,
      try isDone(outcome)
    else { return false }
    try section.forward(outcome)
    let half = Buffer()
    let writer = Writer(half)
    writer.begin(.outcome)
    writer.add(.path, name: outcome.ownPath)
    if let root = try outcome.name(.root) { writer.add(.root, name: root) }
    writer.end()
    try parser.read(Array(half.bytes.dropLast())) { (half) throws(Failure) in
      try remove(half, section, dry: dry, docket.outcome(of: half, into: section))
    }
    remover.prune()
    return true
  }

  /// Whether the new name has what it is to have. In a library that may be a file that was written
  /// or was right already.
  private func isDone(_ outcome: Record) throws(Failure) -> Bool {
    if outcome.holds(.did, "copy") { return true }
    // What is gone from its new place as well has not come back to the old one by that.
    let isKnown = ["write", "keep", "vanished"].contains { outcome.holds(.did, $0) }
    guard isKnown else { return false }
    return try library() != nil
  }

  private func remove(
    _ record: Record, _ section: Section, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    let path = record.ownPath
    if let objection = path.objection { return try tell(.kept(.refused, objection)) }
    guard let source = try record.name(.root) ?? root else {
      return try tell(
        .kept(.data, "withheld: the event names no root, so it cannot be checked"))
    }
    if let library = try library() {
      return try library.add(path, from: source, section, dry: dry, tell)
    }
    absence.forget()
    if let objection = absence.objection(to: path, goneFrom: source) { return try tell(objection) }
    if path.isFolder { return try remover.removeTree(path, ration, dry: dry, tell) }
    if let objection = try ration.take() { return try tell(objection) }
    try remover.remove(path, Evidence(), dry: dry) { [ration] (fate) throws(Failure) in
      ration.settle(fate)
      try tell(fate)
    }
  }
}
