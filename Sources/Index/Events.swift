package import Core
package import Records
internal import System
package import Values

/// Events on their way into the records of a repository, in the order in which they come.
///
/// They are taken again and again without harm: each says, or has looked up, how things stand.
package final class Events {
  private let store: any RecordStore
  private let repository: Repository
  private let log: Log
  /// How many changes are written in one turn.
  private let batch: Int
  private var changes: [Change] = []
  /// The last of what is to be written, by path: records are looked up there first.
  private var pending: [[UInt8]: FileRecord?] = [:]
  package private(set) var flaws = 0
  package private(set) var operation: Operation?
  /// The folders that were made, and have not been looked at.
  private var made: Set<[UInt8]> = []
  /// How many came since something was last written.
  private var seen = 0
  /// Whether what comes has digests, or is said to have them. Then a file that had to be looked up
  /// here gets one here: what was to add it met the file under a name that it had no more. What is
  /// said counts as what comes first may be such a file, in a folder that had none before.
  package var hashes = false
  private var began: Int64 = 0
  /// Whether nothing is written.
  package var isDry: Bool
  /// What the watcher leaves out.
  package var filter = Filter()

  /// A time after which what happens is told by a new operation, so that history stays readable.
  private static let longest: Int64 = 3_600_000_000_000

  package init(
    _ store: any RecordStore, _ repository: Repository, batch: Int, isDry: Bool, _ log: Log
  ) {
    self.store = store
    self.repository = repository
    self.batch = batch
    self.isDry = isDry
    self.log = log
  }

  /// Takes an event, or what stands for one; false if it is of no concern.
  package func take(_ record: Record) throws(Failure) -> Bool {
    if record.has(.sha256) { hashes = true }
    guard record.kind == .event || record.kind == .entry || record.kind == .outcome,
      let path = record.path, try isOurs(record)
    else { return false }
    seen += 1
    if let objection = Path(path).objection {
      flaw(Array(path), objection)
      return true
    }
    let name = Array(path)
    switch record.kind {
    case .outcome: try look(name)
    case .entry: try stand(name, record)
    default: try happen(name, record)
    }
    if changes.count >= batch { try flush() }
    return true
  }

  private func isOurs(_ record: Record) throws(Failure) -> Bool {
    guard let root = try record.name(.root) else { return true }
    return root.trimmed == repository.root.trimmed
  }

  private func happen(_ path: [UInt8], _ record: Record) throws(Failure) {
    let isFolder = path.last == Path.slash
    if record.holds(.event, "remove") {
      isFolder ? try removeBelow(path) : try remove(path)
    } else if record.holds(.event, "rename") {
      guard let to = try record.name(.to), to.objection == nil else {
        return flaw(path, "the event does not say where to it was renamed")
      }
      isFolder ? try moveBelow(path, to.bytes) : try move(path, to.bytes)
    } else if !isFolder {
      try stand(path, record)
    } else if record.holds(.event, "create") {
      made.insert(path)
      if made.count >= Rows.size { try lookAround() }
    }
  }

  /// Looks at the folders that were made since the last time, as nobody may have told of what came
  /// into being with them. That is late enough for whatever is told to be known by then.
  package func lookAround() throws(Failure) {
    if made.isEmpty { return }
    let folders = made.sorted { $0.lexicographicallyPrecedes($1) }
    made = []
    if isDry { return }
    var last: [UInt8]?
    for folder in folders where last.map({ !folder.starts(with: $0) }) ?? true {
      last = folder
      try flush()
      pending = [:]
      // Most of it is known by now, and need not be asked for one by one.
      let page = try store.page(of: repository, after: nil, within: folder, atMost: Rows.size)
      for row in page { pending[row.path] = row }
      try lookBelow(folder)
    }
    try flush()
    pending = [:]
  }

  // MARK: What stands

  /// The file is as the record says or, where it does not, as it is found.
  private func stand(_ path: [UInt8], _ record: Record) throws(Failure) {
    guard let size = try record.integer(.size), let time = try record.time(.mtime) else {
      return try look(path)
    }
    try put(path, size, time, try FileRecord.hash(of: record))
  }

  private func look(_ path: [UInt8]) throws(Failure) {
    switch try Look(repository.root).at(path) {
    case .file(let size, let time): try put(path, size, time, [])
    // Its removal is told by an event of its own.
    case .none: break
    case .unknown: flaw(path, "it cannot be looked at")
    }
  }

  private func put(
    _ path: [UInt8], _ size: Int, _ time: Timestamp, _ hash: [UInt8]
  ) throws(Failure) {
    let known = try record(path)
    let time = time.kept
    var hash = hash
    if let known, known.size == size, known.time == time {
      if hash.isEmpty || hash == known.hash { return }
    }
    if hash.isEmpty, hashes { hash = try Look(repository.root).digest(path, size, time) }
    add(.put(FileRecord(path: path, size: size, time: time, hash: hash), isNew: known == nil))
  }

  private func record(_ path: [UInt8]) throws(Failure) -> FileRecord? {
    if let waiting = pending[path] { return waiting }
    return try store.record(path, of: repository)
  }

  // MARK: What goes

  private func remove(_ path: [UInt8]) throws(Failure) {
    if try record(path) != nil { add(.remove(path)) }
  }

  private func removeBelow(_ folder: [UInt8]) throws(Failure) {
    try flush()
    var rows = Rows(store, repository, within: folder)
    while let row = try rows.current {
      add(.remove(row.path))
      rows.advance()
      if changes.count >= Rows.size { try flush() }
    }
    try flush()
  }

  // MARK: What moves

  private func move(_ from: [UInt8], _ to: [UInt8]) throws(Failure) {
    guard var moved = try record(from) else { return try look(to) }
    add(.remove(from))
    moved.path = to
    // What was known of it may be old.
    switch try Look(repository.root).at(to) {
    case .file(let size, let time):
      if size != moved.size || time != moved.time { moved.hash = [] }
      if moved.hash.isEmpty, hashes {
        moved.hash = try Look(repository.root).digest(to, size, time)
      }
      (moved.size, moved.time) = (size, time)
    // It went on, which is told by another event.
    case .none: return
    case .unknown: break
    }
    add(.put(moved, isNew: try record(to) == nil))
  }

  private func moveBelow(_ from: [UInt8], _ to: [UInt8]) throws(Failure) {
    guard to.last == Path.slash else { return flaw(from, "a folder was renamed to no folder") }
    try removeBelow(to)
    var rows = Rows(store, repository, within: from)
    while let row = try rows.current {
      add(.remove(row.path))
      var moved = row
      moved.path = to + row.path.dropFirst(from.count)
      add(.put(moved, isNew: true))
      rows.advance()
      if changes.count >= Rows.size { try flush() }
    }
    try flush()
    try lookBelow(to)
  }

  /// Files of a folder that was moved before anybody had looked at them are not known by its old
  /// name, and may be told of by that name only.
  private func lookBelow(_ folder: [UInt8]) throws(Failure) {
    let isWhole = try Look(repository.root).below(folder) { (path, size, time) throws(Failure) in
      if path.withUnsafeBytes({ filter.passes($0) }) { try put(path, size, time, []) }
      if changes.count >= batch { try flush() }
    }
    if !isWhole { flaw(folder, "not all of it can be looked at") }
  }

  // MARK: Writing

  private func add(_ change: Change) {
    changes.append(change)
    switch change {
    case .put(let record, _): pending[record.path] = .some(record)
    case .remove(let path): pending[path] = .some(nil)
    case .pass, .removeBelow: break
    }
  }

  private func flaw(_ path: [UInt8], _ reason: String) {
    flaws += 1
    log.warn("\(Path(path)): \(reason)")
  }

  /// Writes what has come. To be called before what comes next is waited for.
  package func flush() throws(Failure) {
    if changes.isEmpty { return }
    var found: [Flaw] = []
    if !isDry {
      let before = try begun()
      var operation = before
      try store.transaction { () throws(Failure) in
        operation = before
        let stamp = Stamp(Clock.now(), operation.generation)
        found = try store.write(changes, of: repository, stamp)
        operation.scanned += seen
        let failed = Set(found.map(\.path))
        for change in changes { operation.count(change, except: failed) }
        operation.milliseconds = Int((Clock.elapsed() - began) / 1_000_000)
        try store.note(operation)
      }
      self.operation = operation
    }
    seen = 0
    for flaw in found { self.flaw(flaw.path, flaw.reason) }
    changes.removeAll(keepingCapacity: true)
    pending.removeAll(keepingCapacity: true)
  }

  /// The operation under way; one begins with the first change.
  private func begun() throws(Failure) -> Operation {
    if let operation, Clock.elapsed() - began < Events.longest { return operation }
    try conclude(nil)
    began = Clock.elapsed()
    return try store.begin(.realtime, of: repository, at: Clock.now())
  }

  /// Ends what is under way, well unless a reason says otherwise. What it did is given back.
  package func conclude(_ reason: String?) throws(Failure) {
    guard var ended = operation else { return }
    operation = nil
    ended.state = reason == nil ? .completed : .failed
    ended.reason = reason
    ended.end = Clock.now()
    ended.milliseconds = Int((Clock.elapsed() - began) / 1_000_000)
    try store.note(ended)
    last = ended
  }

  /// The last operation that was ended.
  package private(set) var last: Operation?
}
