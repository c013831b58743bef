package import Core
internal import Digests
package import Records
package import Stream
internal import System
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

    package init() {}
  }

  /// What was done, for whoever wants to know.
  private struct Counts {
    var files = 0
    var bytes = 0
    var cached = 0
    var unverified = 0
  }

  private let choices: Choices
  private let log: Log
  private let conveyor: Conveyor
  private let parser = Parser()
  private var head: Head?
  private var source: (root: Path, source: Source)?
  private var cache: Cache?
  private var counts = Counts()
  private var isStopped = false

  package init(_ choices: Choices, _ log: Log) throws(Failure) {
    self.choices = choices
    self.log = log
    conveyor = Conveyor(jobs: choices.jobs)
    try openCache()
  }

  private func openCache() throws(Failure) {
    if let path = choices.cache { cache = try Cache(path, log) }
  }

  package func begin(_ head: inout Head) throws(Failure) {
    self.head = head
    source = nil
    if cache == nil { try openCache() }
    // A root that is not there is a failure of the run, not of each file in it.
    if let root = root(under: head) { _ = try open(root) }
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
    guard let question = try question(for: record) else {
      if conveyor.isEmpty { return false }
      try makeRoom(section)
      conveyor.add(record, nil, nil)
      return true
    }
    let named = choices.from == nil ? try record.eventRoot() : nil
    let root = named ?? head.flatMap(root) ?? choices.from ?? Path(text: ".")
    let source = try open(root)
    try makeRoom(section)
    // Whoever reads on should not wait for a long file to see those before it.
    if choices.jobs <= 1, question.size ?? .max > 1 << 20 { try section.output.flush() }
    conveyor.add(record, question, source)
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

// MARK: - Answers

extension HashStage {
  private func settle(_ item: Item, _ section: Section) throws(Failure) {
    // After the first file without an answer the rest would no longer be in order.
    if isStopped { return }
    let record = try parser.parse(item.line.bytes)
    guard let question = item.question else { return try section.forward(record) }
    switch item.verdict {
    case .stopped: isStopped = true
    case .failed(let failure): try fail(record, question, failure, section)
    case .found(let known, let isCached, let isSettled):
      counts.files += isCached ? 0 : 1
      counts.cached += isCached ? 1 : 0
      counts.bytes += isCached ? 0 : known.version.size
      if isSettled { cache?.remember(question.path, known) }
      if choices.verifies {
        try verify(record, question, known.sums, section)
      } else {
        try add(known.sums, to: record, question.recipe, section)
      }
    }
  }

  private func add(
    _ sums: Sums, to record: Record, _ recipe: Recipe, _ section: Section
  ) throws(Failure) {
    let members = { (writer: Writer) in
      writer.copy(record, except: recipe.members)
      sums.write(recipe, writer)
    }
    if record.kind == .event {
      try section.event(members)
    } else {
      try section.entry(record.kind, bytes: try record.integer(.size) ?? 0, members)
    }
  }

  private func verify(
    _ record: Record, _ question: Question, _ sums: Sums, _ section: Section
  ) throws(Failure) {
    var wrong = question.recipe.algorithms.filter { algorithm in
      let carried = record.bytes(algorithm.member).map { String(decoding: $0, as: UTF8.self) }
      let read = sums[algorithm].flatMap { algorithm.digest(text: $0) }
      return carried.flatMap { algorithm.digest(text: $0) } != read
    }.map(\.rawValue)
    if question.recipe.partSize != nil, !record.holdsETag(sums.etag) { wrong.append("etag") }
    if wrong.isEmpty { return try section.forward(record) }
    let failure = Failure(
      .data, "\(question.path)", "the file does not have the \(wrong.joined(separator: ", ")) given")
    try report(record, failure, section)
    if head?.view == .listing { try protect(question.path, failure, section) }
  }

  /// Tells of a file that could not be read as it was listed.
  ///
  /// Why a hole in a listing, even for a file that is gone: a path that a listing leaves out does
  /// not exist, and would be deleted elsewhere. Of this one nothing is known any more; the next
  /// listing will tell.
  private func fail(
    _ record: Record, _ question: Question, _ failure: Failure, _ section: Section
  ) throws(Failure) {
    guard head?.view == .listing, !choices.verifies else {
      try report(record, failure, section)
      if head?.view == .listing { try protect(question.path, failure, section) }
      return
    }
    try protect(question.path, failure, section)
  }

  private func protect(
    _ path: Path, _ failure: Failure, _ section: Section
  ) throws(Failure) {
    let kind = failure.kind == .absent ? .later : failure.kind
    log.debug(failure.message)
    try path.bytes.withUnsafeBufferPointer { (path) throws(Failure) in
      try section.hole(
        UnsafeRawBufferPointer(path), kind: .failed(kind), reason: failure.reason)
    }
  }

  private func report(
    _ record: Record, _ failure: Failure, _ section: Section
  ) throws(Failure) {
    let bytes = try record.integer(.size) ?? 0
    try section.outcome(ok: false, bytes: bytes) { writer in
      writer.copy(record, except: [.did, .ok, .kind, .reason])
      if choices.verifies { writer.add(.did, "verify") } else { writer.add(.did, "hash") }
      writer.add(.ok, false)
      writer.add(.kind, text: failure.kind.rawValue)
      writer.add(.reason, text: failure.reason)
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

  /// Whether the ETag is this one, with the quotes of HTTP or without.
  fileprivate func holdsETag(_ etag: String?) -> Bool {
    guard let etag, let carried = bytes(.etag) else { return false }
    return carried.filter { $0 != UInt8(ascii: "\"") }.elementsEqual(etag.utf8)
  }
}

extension Path {
  /// Whether this is a location that names a scheme, such as `s3://bucket`.
  fileprivate var isRemote: Bool {
    guard !isAbsolute, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
    return bytes[colon...].starts(with: "://".utf8)
  }
}
