package import Core
internal import Digests
package import Records
package import Stream
package import System
package import Values

/// Adds digests to the records that name files, or checks those that they carry.
package final class HashStage: Stage {
  package struct Choices: Sendable {
    package var recipe = Recipe()
    /// Where the files are; nil: where the head says.
    package var from: Path?
    package var verifies = false
    package var cache: Path?
    package var jobs = 1
    /// What holds it back, so that it leaves processors to others.
    package var meter: Meter?

    package init() {}
  }

  /// What was done, for whoever wants to know.
  struct Counts {
    var files = 0
    var bytes = 0
    var cached = 0
    var unverified = 0
  }

  let choices: Choices
  let log: Log
  private let conveyor: Conveyor
  private let glance = Glance()
  let parser = Parser()
  var head: Head?
  private var source: (root: Path, source: Source)?
  var cache: Cache?
  var counts = Counts()
  var isStopped = false
  /// How many records there were, to rest now and then.
  private var steps = 0

  package init(_ choices: Choices, _ log: Log) throws(Failure) {
    self.choices = choices
    self.log = log
    conveyor = Conveyor(jobs: choices.jobs, choices.meter)
  }

  /// Opens the cache for a section that needs it. Events do not: what they tell of has just
  /// changed, and a section of them has no end for as long as somebody watches, in which nobody
  /// else could write the cache.
  private func openCache() throws(Failure) {
    guard cache == nil, head?.view != .events, let path = choices.cache else { return }
    cache = try Cache(path, log)
  }

  package func begin(_ head: inout Head) throws(Failure) {
    self.head = head
    source = nil
    if !choices.verifies { promise(&head) }
    try openCache()
    // A root that is not there is a failure of the run, not of each file in it.
    if let root = root(under: head) { _ = try open(root) }
  }

  /// Says which digests the section has from here on.
  private func promise(_ head: inout Head) {
    for name in choices.recipe.algorithms.map(\.rawValue) where !head.hashes.contains(name) {
      head.hashes.append(name)
    }
  }

  private func root(under head: Head) -> Path? {
    choices.from ?? (head.view == .plan ? head.left : head.root)
  }

  private func open(_ root: Path) throws(Failure) -> Source {
    if let source, source.root == root { return source.source }
    guard !root.isRemote else {
      throw Failure(.usage, "\(root)", "only files on this machine can be read; see --from")
    }
    let opened = try Source(root, followsLinks: head?.links == "follow")
    source = (root, opened)
    return opened
  }

  package func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    steps &+= 1
    if steps & 255 == 0 { choices.meter?.rest() }
    if head == nil { try openCache() }
    guard let question = try question(for: record) else {
      if try isDone(section) { return false }
      try makeRoom(section)
      conveyor.add(record, nil, nil)
      return true
    }
    let named = choices.from == nil ? try record.eventRoot() : nil
    let root = named ?? head.flatMap(root) ?? choices.from ?? Path(text: ".")
    let source = try open(root)
    let known = glance.recall(question, source)
    if let known, try isDone(section), !isStopped {
      cache?.remember(question.path, known)
      try found(known, isCached: true, record, question, section)
      return true
    }
    try makeRoom(section)
    // Whoever reads on should not wait for a long file to see those before it.
    if choices.jobs <= 1, question.size ?? .max > 1 << 20 { try section.output.flush() }
    conveyor.add(record, question, source, known)
    return true
  }

  private func question(for record: Record) throws(Failure) -> Question? {
    guard Ownership.reads(record), let bytes = record.path else { return nil }
    let recipe = choices.verifies ? try carried(by: record) : choices.recipe
    if recipe.isEmpty {
      counts.unverified += 1
      return nil
    }
    let path = Path(bytes)
    return Question(
      path, size: try record.integer(.size), mtime: try record.time(.mtime), recipe: recipe,
      known: cache?.known(path))
  }

  /// The digests that the record has, of those that are asked for.
  private func carried(by record: Record) throws(Failure) -> Recipe {
    var part = choices.recipe.partSize
    if part == nil { part = try record.partSize() }
    return Recipe(
      choices.recipe.algorithms.filter { record.has($0.member) },
      partSize: record.has(.etag) ? part : nil)
  }

  /// Whether nothing is being read, so that what comes next need not wait for anything.
  private func isDone(_ section: Section) throws(Failure) -> Bool {
    if !conveyor.isDone { return false }
    try handOut(section, rest: 0)
    return true
  }

  private func makeRoom(_ section: Section) throws(Failure) {
    if conveyor.isFull { try handOut(section, rest: choices.jobs > 1 ? 256 : 0) }
  }

  /// Writes all that was begun: to be called before waiting for more.
  package func catchUp(_ section: Section) throws(Failure) {
    try handOut(section, rest: 0)
    try section.output.flush()
  }

  private func handOut(_ section: Section, rest: Int) throws(Failure) {
    try conveyor.handOut(rest: rest) { () throws(Failure) in
      try section.output.flush()
    } _: { (item) throws(Failure) in
      try settle(item, section)
    }
  }

  package func end(_ ending: Ending, _ section: Section) throws(Failure) {
    try handOut(section, rest: 0)
    choices.meter?.rest()
    let isListing = head?.view == .listing && head?.isOrdered == true
    cache?.finish(isExhaustive: isListing && ending.isComplete && !isStopped)
    cache = nil
    switch ending {
    case .cut, .bare:
      conveyor.stop()
      report()
    case .tail: break
    }
  }

  private func report() {
    log.info(
      "read \(counts.files) files",
      [
        "files": .integer(counts.files), "bytes": .integer(counts.bytes),
        "cached": .integer(counts.cached),
      ])
    if choices.verifies, counts.unverified > 0 {
      log.warn("\(counts.unverified) records carry no digest that could be verified")
    }
  }
}

extension Record {
  /// The root that an event names for itself: one watcher may see several trees.
  fileprivate func eventRoot() throws(Failure) -> Path? {
    kind == .event ? try name(.root) : nil
  }

  fileprivate func partSize() throws(Failure) -> Int? {
    try integer(.partSize).flatMap { $0 > 0 ? $0 : nil }
  }
}

extension Path {
  /// Whether this is a location that names a scheme, such as `s3://bucket`.
  fileprivate var isRemote: Bool {
    guard !isAbsolute, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
    return bytes[colon...].starts(with: "://".utf8)
  }
}
