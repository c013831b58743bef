package import Core
package import Records
package import Stream
package import System
internal import Values

/// A listing on its way into the records of a repository: the two are merged in order of path.
///
/// What is as it was costs no write of its own: whole stretches of records are marked as seen.
/// What is not in the listing is removed at its end, if that is complete, and not where nothing is
/// known.
package final class Update {
  package struct Rules: Sendable {
    /// How many changes are written in one turn.
    package var batch = 100
    package var isDry = false
    /// Why so many records may not be removed; nil if they may.
    package var objection: @Sendable (_ count: Int, _ total: Int) -> String? = { _, _ in nil }
    /// Whether what patterns leave out is removed, if it is remembered.
    package var removesExcluded = false
    /// Whether nobody else writes records of this repository meanwhile, as the watcher is us.
    package var isAlone = false
    /// What holds it back, so that it leaves processors to others. It never rests within a turn.
    package var meter: Meter?

    package init() {}
  }

  private let store: any RecordStore
  private let repository: Repository
  private let rules: Rules
  private let log: Log
  package private(set) var operation: Operation
  /// What went wrong with single files.
  package private(set) var flaws = 0
  /// What the listing itself says could not be looked at, or not be read.
  package private(set) var gaps = 0

  private var rows: Rows
  private let look: Look?
  private var holes = Holes()
  private let filter: Filter
  private let isWhole: Bool
  private var changes: [Change] = []
  /// The start and the end of a stretch of records that were seen as they are.
  private var passed: (from: [UInt8], through: [UInt8])?
  private let orphans = Sorting()
  /// Of a listing that is not in order: all of it, to be sorted.
  private var sorting: Sorting?
  private let last = Buffer(capacity: 512)
  /// How many records there were, to rest now and then.
  private var steps = 0

  package init(
    _ store: any RecordStore, _ repository: Repository, _ operation: Operation, _ head: Head?,
    _ rules: Rules, _ log: Log
  ) throws(Failure) {
    self.store = store
    self.repository = repository
    self.operation = operation
    self.rules = rules
    self.log = log
    rows = Rows(store, repository)
    isWhole = head?.view == .listing
    do throws(Pattern.Flaw) { filter = try Filter(rules: head?.filters ?? []) } catch {
      throw Failure(.data, "stdin", error.reason)
    }
    if head?.isOrdered != true { sorting = Sorting() }
    do throws(Failure) { look = try Look(repository.root) } catch {
      if error.kind != .absent { throw error }
      look = nil
    }
  }

  // MARK: What the listing says

  package func take(_ record: Record) throws(Failure) {
    steps &+= 1
    if steps & 255 == 0 { rules.meter?.rest() }
    switch record.kind {
    case .hole: try hole(record)
    case .entry: try entry(record)
    case .outcome: try outcome(record)
    default: break
    }
  }

  private func hole(_ record: Record) throws(Failure) {
    if !record.holds(.kind, "chosen") { gaps += 1 }
    guard let path = record.path else { return }
    if sorting == nil { try catchUp(to: path) }
    holes.add(path)
  }

  private func entry(_ record: Record) throws(Failure) {
    guard let path = record.path, path.last != Path.slash else { return }
    guard !record.has(.link) else { return }
    operation.scanned += 1
    if let objection = record.ownPath.objection { return flaw(Array(path), objection) }
    var size = try record.integer(.size)
    var time = try record.time(.mtime)
    if size == nil || time == nil, case .file(let found, let moment) = look?.at(Array(path)) {
      (size, time) = (size ?? found, time ?? moment)
    }
    guard let size, let time else {
      return flaw(Array(path), "the listing tells no size or no time of it")
    }
    let hash = try FileRecord.hash(of: record)
    if let sorting {
      return try sorting.add(Sorted.row(path, size, time, hash))
    }
    try see(path, size, time, hash)
  }

  /// Who was to add a digest could not: the file is as it is found, if it is there.
  private func outcome(_ record: Record) throws(Failure) {
    if try record.flag(.ok) == false { gaps += 1 }
    guard let path = record.path, record.ownPath.objection == nil,
      case .file(let size, let time) = look?.at(Array(path))
    else { return }
    operation.scanned += 1
    if let sorting { return try sorting.add(Sorted.row(path, size, time, [])) }
    try see(path, size, time, [])
  }

  private func see(
    _ path: UnsafeRawBufferPointer, _ size: Int, _ time: Timestamp, _ hash: [UInt8]
  ) throws(Failure) {
    let time = time.kept
    if last.count > 0 {
      let order = last.bytes.order(against: path)
      if order == 0 { return }
      if order > 0 { throw Failure(.data, "\(Path(path))", "the listing is not in order of path") }
    }
    last.clear()
    last.append(path)
    if let known = try catchUp(to: path) {
      rows.advance()
      if known.size == size, known.time == time, hash.isEmpty || hash == known.hash {
        passed = (passed?.from ?? known.path, known.path)
        return
      }
      try add(FileRecord(path: known.path, size: size, time: time, hash: hash), isNew: false)
    } else {
      try add(FileRecord(path: Array(path), size: size, time: time, hash: hash), isNew: true)
    }
  }

  /// Goes on to the record of a path, if there is one. Those on the way were not seen.
  @discardableResult
  private func catchUp(to path: UnsafeRawBufferPointer) throws(Failure) -> FileRecord? {
    while let row = try rows.current {
      let order = row.path.withUnsafeBytes { $0.order(against: path) }
      if order == 0 { return row }
      if order > 0 { return nil }
      try miss(row)
      rows.advance()
    }
    return nil
  }

  /// A record that the listing does not have.
  private func miss(_ row: FileRecord) throws(Failure) {
    try closeStretch()
    let isCovered = row.path.withUnsafeBytes { path in
      holes.cover(path) || !rules.removesExcluded && !filter.passes(path)
    }
    if isWhole, !isCovered { try orphans.add(row.path) }
  }

  private func flaw(_ path: [UInt8], _ reason: String) {
    flaws += 1
    // A file that failed is not one that is gone.
    path.withUnsafeBytes { holes.add($0) }
    log.warn("\(Path(path)): \(reason)")
  }

  // MARK: Writing

  private func add(_ record: FileRecord, isNew: Bool) throws(Failure) {
    try closeStretch()
    try add(.put(record, isNew: isNew))
  }

  private func add(_ change: Change) throws(Failure) {
    changes.append(change)
    if changes.count >= rules.batch { try flush() }
  }

  private func closeStretch() throws(Failure) {
    guard let stretch = passed else { return }
    passed = nil
    try add(.pass(from: stretch.from, through: stretch.through))
  }

  /// Writes what has been found out. To be called before what comes next is waited for.
  package func flush() throws(Failure) {
    if changes.isEmpty { return }
    var found: [Flaw] = []
    if !rules.isDry {
      let stamp = Stamp(Clock.now(), operation.generation)
      try store.transaction { () throws(Failure) in
        if !rules.isAlone, try store.isHeld(repository, .watching) { leaveUnsettled() }
        found = try store.write(changes, of: repository, stamp)
      }
    }
    for flaw in found { self.flaw(flaw.path, flaw.reason) }
    let failed = Set(found.map(\.path))
    for change in changes { operation.count(change, except: failed) }
    changes.removeAll(keepingCapacity: true)
    rules.meter?.rest()
  }

  /// Leaves to a watcher what is not as the listing has it any more.
  ///
  /// Why this is enough: it is done in the turn in which the changes are written. What happens to a
  /// file after the look is written by the watcher in a later turn.
  private func leaveUnsettled() {
    changes.removeAll { change in
      switch change {
      case .put(let record, _):
        look?.at(record.path) != .file(size: record.size, time: record.time)
      case .remove(let path): look?.at(path) != Look.Answer.none
      case .pass, .removeBelow: false
      }
    }
  }

  // MARK: The end

  /// Ends the listing; whether it was complete decides whether anything is removed.
  package func end(_ ending: Ending) throws(Failure) {
    if let sorting {
      self.sorting = nil
      try sorting.finish()
      let row = Buffer(capacity: 512)
      while try sorting.next(into: row) {
        let entry = Sorted(row)
        try see(entry.path, entry.size, entry.time, entry.hash)
      }
    }
    let isConclusive = ending.isComplete && isWhole
    if isConclusive {
      while let row = try rows.current {
        try miss(row)
        rows.advance()
      }
    }
    try closeStretch()
    try flush()
    if isConclusive { try removeOrphans() }
  }

  private func removeOrphans() throws(Failure) {
    if orphans.count == 0 { return }
    let total = try store.totals(of: repository).files
    if let objection = rules.objection(orphans.count, total) ?? Update.objection(look) {
      flaws += 1
      operation.reason = objection
      return log.warn("\(repository.name): nothing is removed: \(objection)")
    }
    try orphans.finish()
    while let path = try orphans.next() {
      switch look?.at(path) {
      // What the listing has overlooked, or what came after it, stays.
      case .file: continue
      case .unknown, nil:
        flaw(path, "it cannot be told whether it is gone")
        continue
      case .some(.none): break
      }
      try add(.remove(path))
    }
    try flush()
  }

  private static func objection(_ look: Look?) -> String? {
    look == nil ? "the folder itself is not there" : nil
  }
}

extension FileRecord {
  /// The digest that a record of a stream has, if it is one.
  static func hash(of record: Record) throws(Failure) -> [UInt8] {
    guard record.has(.sha256) else { return [] }
    let letters = record.bytes(.sha256) ?? []
    let isDigest =
      letters.count == 64
      && letters.allSatisfy { (48...57).contains($0) || (97...102).contains($0 | 0x20) }
    return isDigest ? letters.map { $0 >= 65 && $0 <= 70 ? $0 | 0x20 : $0 } : []
  }
}
