internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Deletes what a watcher saw go, after a look at the source of its own: events come late, and what
/// was removed may be back.
struct Witness {
  private let remover: any Remover
  private let ration: Ration
  private let docket = Docket()
  private let parser = Parser()
  /// The root that the head names, for events that name none.
  var root: Path?

  init(_ orders: Orders, _ remover: any Remover) {
    self.remover = remover
    ration = Ration(orders, remover)
  }

  var refusal: Failure? { ration.refusal }

  /// A remove event.
  func removed(_ event: Record, _ section: Section, dry: Bool) throws(Failure) {
    try remove(event, dry: dry, docket.outcome(of: event, into: section))
    remover.prune()
  }

  /// The second half of a rename whose first half was done: the old name goes.
  ///
  /// False if the record
  /// is nothing of the kind.
  func renamed(_ outcome: Record, _ section: Section, dry: Bool) throws(Failure) -> Bool {
    guard outcome.holds(.event, "rename"), outcome.holds(.did, "copy"), outcome.path != nil,
      try outcome.flag(.ok) == true
    else { return false }
    try section.forward(outcome)
    let half = Buffer()
    let writer = Writer(half)
    writer.begin(.outcome)
    writer.add(.path, name: outcome.ownPath)
    if let root = try outcome.name(.root) { writer.add(.root, name: root) }
    writer.end()
    try parser.read(Array(half.bytes.dropLast())) { (half) throws(Failure) in
      try remove(half, dry: dry, docket.outcome(of: half, into: section))
    }
    remover.prune()
    return true
  }

  private func remove(
    _ record: Record, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    let path = record.ownPath
    if let objection = path.objection { return try tell(.kept(.refused, objection)) }
    guard let source = try record.name(.root) ?? root else {
      return try tell(
        .kept(.data, "withheld: the event names no root, so it cannot be checked"))
    }
    if let objection = Witness.objection(to: path, goneFrom: source) { return try tell(objection) }
    if path.isFolder { return try remover.removeTree(path, ration, dry: dry, tell) }
    if let objection = try ration.take() { return try tell(objection) }
    try remover.remove(path, Evidence(), dry: dry) { [ration] (fate) throws(Failure) in
      ration.settle(fate)
      try tell(fate)
    }
  }

  /// Why a path cannot be said to be gone; nil if it is.
  ///
  /// A root that is gone itself says nothing.
  private static func objection(to path: Path, goneFrom source: Path) -> Fate? {
    guard source.isAbsolute else {
      return .kept(.unavailable, "withheld: \(source) cannot be looked at from here")
    }
    let folder: Folder
    do { folder = try Folder.open(source) } catch {
      return .kept(.later, "withheld: \(source): \(error.reason)")
    }
    switch folder.beneath(path.parent) {
    case .success(let parent):
      switch parent.look(path.name) {
      case .success: return .kept(.later, "withheld: it is there again")
      case .failure(let error): return error.isAbsent ? nil : Fate(error)
      }
    case .failure(let error): return error.isAbsent ? nil : Fate(error)
    }
  }
}
