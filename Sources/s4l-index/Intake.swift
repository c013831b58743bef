internal import ChoicesOfCleaning
internal import Cleaning
internal import Command
internal import Core
internal import Glibc
internal import Index
internal import Records
internal import Stream
internal import System
internal import Values

/// Takes a stream in: listings as updates, events one by one.
final class Intake {
  private let tool: IndexTool
  private let io: Standard
  private let input: Input
  private let reader: StreamReader
  private let store: any RecordStore
  private let repository: Repository
  private let events: Events
  /// What is held for as long as this runs.
  private let hold: (any Hold)?
  private let meter: Meter?
  private var update: Update?
  private var began: Int64 = 0
  private var status = Status.success
  /// How many changes are written at once.
  private let batch: Int
  /// Whether the section that is open was begun by a head that says dry.
  private var isDry: Bool

  init(_ tool: IndexTool, _ io: Standard) throws(Failure) {
    try tool.takes(1)
    self.tool = tool
    self.io = io
    (store, repository) = try tool.named(0, io)
    batch = max(tool.batch?.number ?? store.batch, 1)
    isDry = tool.isDry
    meter = try tool.share.map { (share) throws(Failure) in
      try Meter(percent: share.number, io.environment)
    }
    input = io.input
    reader = StreamReader(input)
    hold = isDry ? nil : try Intake.hold(tool, store, repository)
    events = Events(
      store, repository, batch: batch, isDry: isDry, io.log)
    if !isDry { try abandonOthers() }
  }

  /// What somebody has left behind unfinished is noted as failed. Who applies events may have left
  /// a look at everything, too; it is told from one that is under way by who holds the repository.
  private func abandonOthers() throws(Failure) {
    var kinds: [Operation.Kind] = [.startup, .reconciliation]
    var other: (any Hold)?
    if tool.verb == .apply {
      other = try store.hold(repository, .updating, waits: false)
      kinds = other == nil ? [.realtime] : Operation.Kind.allCases
    }
    let reason = "the process that did it is gone"
    try store.abandon(kinds, of: repository, at: Clock.now(), reason)
    withExtendedLifetime(other) {}
  }

  /// Takes the repository for what is to be done, which one process does at a time.
  private static func hold(
    _ tool: IndexTool, _ store: any RecordStore, _ repository: Repository
  ) throws(Failure) -> any Hold {
    let purpose = tool.verb == .apply ? Purpose.watching : .updating
    let end = Clock.elapsed() + (tool.patience?.nanoseconds ?? 0)
    while true {
      if let hold = try store.hold(repository, purpose, waits: false) { return hold }
      if Clock.elapsed() >= end || Interrupt.isRequested {
        throw Failure(.later, repository.name, "another process is \(purpose.rawValue) it")
      }
      usleep(20_000)
    }
  }

  func run() throws(Failure) -> Status {
    input.beforeWaiting = { [self] () throws(Failure) in try catchUp() }
    do throws(Failure) {
      while try step() {}
      try events.lookAround()
      try events.flush()
      try tell(events)
    } catch {
      try abandon(error)
      throw error
    }
    try io.output.flush()
    meter?.rest()
    if events.flaws > 0 { status = status.joined(with: .partial) }
    return status
  }

  /// All that is known is written before more is waited for.
  private func catchUp() throws(Failure) {
    try update?.flush()
    try events.lookAround()
    try events.flush()
    try io.output.flush()
  }

  private func step() throws(Failure) -> Bool {
    switch Interrupt.isRequested ? .end : try reader.next() {
    case .head(let head): try begin(head)
    case .record(let record):
      do throws(Failure) { try take(record) } catch {
        throw error.kind == .data && error.subject.isEmpty ? reader.located(error) : error
      }
    case .tail(let tail): try end(.tail(tail))
    case .cut(let failure):
      try end(.cut)
      throw failure
    case .end:
      try end(reader.isBare && !Interrupt.isRequested ? .bare : .cut)
      return false
    }
    return true
  }

  private func begin(_ head: Head) throws(Failure) {
    if let root = head.root, !isRoot(root) {
      throw Failure(
        .usage, "\(root)", "the stream is of this folder, \(repository.name) of \(repository.root)")
    }
    isDry = tool.isDry || head.isDry
    if head.hashes.contains("sha256") { events.hashes = true }
    switch head.view {
    case .events:
      if tool.verb == .update {
        throw Failure(.usage, "stdin", "update reads a listing, and these are events: apply does")
      }
      try events.flush()
      events.isDry = isDry
      do throws(Pattern.Flaw) { events.filter = try Filter(rules: head.filters) } catch {
        throw Failure(.data, "stdin", error.reason)
      }
    case .listing, .selection: try start(head)
    case .plan: throw Failure(.usage, "stdin", "a plan says what is to be, not what is")
    }
  }

  /// Whether a path names the folder of the repository, by whatever name.
  private func isRoot(_ path: Path) -> Bool {
    if path.trimmed == repository.root.trimmed { return true }
    let one = path.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    let other = repository.root.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    guard case .success(let one) = one, case .success(let other) = other else { return false }
    return one.inode == other.inode && one.device == other.device
  }

  private func take(_ record: Record) throws(Failure) {
    if tool.verb == .update, update == nil { try start(nil) }
    if let update {
      if record.has(.sha256) { events.hashes = true }
      return try update.take(record)
    }
    if try events.take(record) { return }
    if record.kind == .hole {
      io.log.warn("\(record.ownPath): \(try record.text(.reason) ?? "nothing is known of it")")
      status = status.joined(with: .partial)
    }
  }

  // MARK: Updates

  private func start(_ head: Head?) throws(Failure) {
    try events.lookAround()
    try events.flush()
    let brakes = tool.brakes.brakes
    var rules = Update.Rules()
    rules.batch = batch
    rules.isDry = isDry
    rules.isAlone = tool.verb == .apply
    rules.removesExcluded = tool.removesExcluded
    rules.meter = meter
    rules.objection = { brakes.objection(to: $0, of: $1) }
    var kind: Operation.Kind = repository.generation == 0 ? .startup : .reconciliation
    if let told = tool.kind { kind = told == .startup ? .startup : .reconciliation }
    if kind == .startup, tool.kind == nil, try !isNew() { kind = .reconciliation }
    let now = Clock.now()
    began = Clock.elapsed()
    let operation =
      isDry ? Operation(0, kind, start: now) : try store.begin(kind, of: repository, at: now)
    update = try Update(store, repository, operation, head, rules, io.log)
  }

  private func isNew() throws(Failure) -> Bool {
    try store.repository(repository.id)?.generation ?? 0 == 0
  }

  private func end(_ ending: Ending) throws(Failure) {
    guard let update else {
      try events.lookAround()
      return try events.flush()
    }
    try update.end(ending)
    self.update = nil
    let isWhole = ending.isComplete || reader.isBare
    try finish(update, isWhole ? nil : "the listing is incomplete", .completed)
    if update.flaws > 0 || update.gaps > 0 || !isWhole { status = status.joined(with: .partial) }
  }

  private func finish(
    _ update: Update, _ reason: String?, _ state: Operation.State
  ) throws(Failure) {
    var operation = update.operation
    operation.state = reason == nil ? state : .failed
    operation.reason = reason ?? operation.reason
    operation.end = Clock.now()
    operation.milliseconds = Int((Clock.elapsed() - began) / 1_000_000)
    if !isDry { try store.note(operation) }
    Writer(io.output.buffer).summary(operation, repository)
    try io.output.flush()
  }

  // MARK: The end

  private func tell(_ events: Events) throws(Failure) {
    try events.conclude(nil)
    guard let last = events.last else { return }
    Writer(io.output.buffer).summary(last, repository)
  }

  /// Notes what has failed, if that can be noted.
  private func abandon(_ failure: Failure) throws(Failure) {
    do throws(Failure) {
      if let update { try finish(update, failure.message, .failed) }
      try events.conclude(failure.message)
    } catch {
      io.log.warn("the history does not tell of this: \(error.message)")
    }
  }
}
