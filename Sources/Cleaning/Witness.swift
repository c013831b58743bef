internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Deletes what a watcher saw go, after a look at the source of its own: events come late, and what
/// was removed may be back.
struct Witness {
  private let orders: Orders
  private let log: Log
  /// The root that the head names, for events that name none.
  var root: Path?
  private var deletes = 0
  private(set) var refusal: Failure?

  init(_ orders: Orders, _ log: Log) {
    self.orders = orders
    self.log = log
  }

  /// A remove event.
  mutating func removed(
    _ event: Record, _ removal: inout Removal, _ section: Section, dry: Bool
  ) throws(Failure) {
    let fate = try fate(of: event, &removal, dry: dry)
    try section.deleted(event, fate)
    removal.prune()
  }

  /// The second half of a rename whose first half was done: the old name goes.
  ///
  /// False if the record
  /// is nothing of the kind.
  mutating func renamed(
    _ outcome: Record, _ removal: inout Removal, _ section: Section, dry: Bool
  ) throws(Failure) -> Bool {
    guard outcome.holds(.event, "rename"), outcome.holds(.did, "copy"), outcome.path != nil,
      try outcome.flag(.ok) == true
    else { return false }
    try section.forward(outcome)
    let fate = try fate(of: outcome, &removal, dry: dry)
    let path = outcome.ownPath
    let root = try outcome.name(.root)
    try section.outcome(ok: fate.isOK, bytes: 0) { writer in
      writer.add(.path, name: path)
      if let root { writer.add(.root, name: root) }
      writer.fate(fate)
    }
    removal.prune()
    return true
  }

  private mutating func fate(
    of record: Record, _ removal: inout Removal, dry: Bool
  ) throws(Failure) -> Fate {
    let path = record.ownPath
    if let objection = path.objection { return .kept(.refused, objection) }
    guard let source = try record.name(.root) ?? root else {
      return .kept(.data, "withheld: the event names no root, so it cannot be checked")
    }
    if let objection = Witness.objection(to: path, goneFrom: source) { return objection }
    if path.isFolder { return try tree(path, &removal, dry: dry) }
    return try count { () throws(Failure) in try removal.remove(path, Evidence(), dry: dry) }
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

  private mutating func count(_ remove: () throws(Failure) -> Fate) throws(Failure) -> Fate {
    if let refusal { return .kept(.later, "withheld: \(refusal.reason)") }
    if let objection = orders.brakes.objection(toEvidenced: deletes + 1) {
      refusal = Failure(.refused, "\(orders.root)", objection)
      return .kept(.later, "withheld: \(objection)")
    }
    let fate = try remove()
    if fate == .removed { deletes += 1 }
    return fate
  }

  /// Removes all files below a folder, and the folder.
  ///
  /// The first that stays is what is told.
  private mutating func tree(
    _ path: Path, _ removal: inout Removal, dry: Bool
  ) throws(Failure) -> Fate {
    let folder: Folder
    switch try removal.open().beneath(path) {
    case .success(let opened): folder = opened
    case .failure(let error): return error.isNoFolder && !error.isLink ? .gone : Fate(error)
    }
    var kept: Fate?
    for (name, isFolder) in try folder.contents() {
      if Interrupt.isRequested { return .kept(.later, "the run was stopped") }
      let below = path.appending(isFolder ? Path(name.bytes + [Path.slash]) : name)
      let fate =
        try isFolder
        ? tree(below, &removal, dry: dry)
        : count { () throws(Failure) in try removal.remove(below, Evidence(), dry: dry) }
      if !fate.isOK { kept = kept ?? fate }
    }
    if let kept { return kept }
    return try removal.remove(path, Evidence(), dry: dry)
  }
}

extension Folder {
  /// The names in the folder, each with whether it is a folder.
  func contents() throws(Failure) -> [(name: Path, isFolder: Bool)] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    var found: [(name: Path, isFolder: Bool)] = []
    try names(buffer) { (name, _) in
      let name = Path(name)
      guard case .success(let inode) = look(name) else { return }
      found.append((name, inode.form == .folder))
    }
    return found
  }
}
