internal import Core
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// The items that are under way to or from a store, and what becomes of them.
///
/// Answers come while the loop is turned: while there is no room for another item, while input is
/// waited for, and at the end. Outcomes are written in the order in which items are done.
final class Flight {
  let terms: Terms
  let head: Head?
  let isDry: Bool
  let progress: Progress
  private let loop: Loop
  /// How many items may be under way at once.
  let width: Int
  private let section: Section
  private let parser = Parser()
  private var underWay: [Trip] = []
  private var idle: [Trip] = []
  private var failure: Failure?
  /// How many files of a listing the store did not have any more.
  private var misses = 0
  /// Whether there is a token for the next item.
  private var hasToken = false
  private var look: Loop.Timer?
  /// The sum of what is held in memory.
  private(set) var held = 0
  /// Whether nothing new is to be begun.
  var isStopped: () -> Bool = { Interrupt.isRequested }
  /// For how many nanoseconds a request to stop leaves what is under way to end well.
  var grace: Int64 = 5_000_000_000

  init(_ terms: Terms, _ head: Head?, _ store: any Store, _ section: Section, _ progress: Progress)
  {
    self.terms = terms
    self.head = head
    self.section = section
    self.progress = progress
    loop = store.loop
    width = min(max(terms.width ?? store.abilities.width, 1), terms.most)
    isDry = terms.isDry || head?.isDry == true
  }

  // MARK: Items

  /// The item of a record, named as the target is to have it.
  func item(of record: Record) throws(Failure) -> Item {
    var item = try Item(record, isRetry: terms.retries)
    item.target = target(item.target)
    return item
  }

  func target(_ path: Path) -> Path {
    guard terms.fromWindows else { return path }
    return Path(path.bytes.map { $0 == UInt8(ascii: "\\") ? Path.slash : $0 })
  }

  /// Waits until there is room for one more; false if nothing new is to be begun.
  func hasRoom() throws(Failure) -> Bool {
    while !isStopped() {
      if underWay.count < width, isAdmitted() { return true }
      try turn()
    }
    return false
  }

  /// Whether the next item has its token; if not, the loop is turned again before long.
  private func isAdmitted() -> Bool {
    guard let tokens = terms.tokens, !hasToken else { return true }
    hasToken = tokens.enter()
    if !hasToken, look == nil {
      // Another process may give one back while nothing of ours is done.
      look = loop.after(Tokens.glance) { [weak self] in self?.look = nil }
    }
    return hasToken
  }

  func begin(_ record: Record, _ item: Item) -> Trip {
    let trip = begin(item, in: nil)
    progress.took(1, bytes: item.size ?? 0)
    trip.line.append(record.line)
    trip.line.append(UInt8(ascii: "}"))
    trip.isRename = record.has(.event) && record.holds(.event, "rename")
    return trip
  }

  /// Begins an item that has no record of its own.
  func begin(_ item: Item, in convoy: Convoy?) -> Trip {
    let trip = idle.popLast() ?? Trip()
    trip.item = item
    trip.convoy = convoy
    trip.isRename = false
    trip.isOver = false
    trip.place = underWay.count
    underWay.append(trip)
    hasToken = false
    return trip
  }

  func hold(_ count: Int, for trip: Trip) {
    trip.held = count
    held += count
  }

  /// Writes what became of an item, unless it was given up before.
  func finish(_ trip: Trip, _ fate: Fate) {
    guard !trip.isOver else { return }
    leave(trip)
    do throws(Failure) { try write(trip, fate) } catch { failure = failure ?? error }
    trip.clear()
    idle.append(trip)
  }

  private func leave(_ trip: Trip) {
    trip.isOver = true
    held -= trip.held
    terms.tokens?.leave()
    let last = underWay.removeLast()
    guard last !== trip else { return }
    underWay[trip.place] = last
    last.place = trip.place
  }

  private func write(_ trip: Trip, _ fate: Fate) throws(Failure) {
    if !fate.isOk { trip.convoy?.failed += 1 }
    if trip.line.count > 0 { return try tell(try parser.parse(trip.line.bytes), fate) }
    progress.finished(fate)
    var tally = Tally()
    try fate.write(trip.item.path, section.writer, &tally)
    section.count(tally)
    try section.output.settle()
  }

  /// Writes what became of a record.
  func tell(_ record: Record, _ fate: Fate) throws(Failure) {
    progress.finished(fate)
    var tally = Tally()
    try fate.write(record, isRetry: terms.retries, section.writer, &tally)
    section.count(tally)
    try section.output.settle()
  }

  /// Tells a hole that was met below a folder of an event.
  func hole(_ record: Record, _ path: Path) throws(Failure) {
    var tally = Tally()
    try Subtree.hole(record, path, section.writer, &tally)
    section.count(tally)
    try section.output.settle()
  }

  // MARK: Turning the loop

  func check() throws(Failure) {
    if let failure { throw failure }
  }

  private func turn() throws(Failure) {
    try loop.turn(mayWait: true)
    try check()
  }

  /// Turns until nothing is under way that an event has to come after.
  func settle(before record: Record) throws(Failure) {
    guard let path = record.path else { return }
    let isBroad = path.last == Path.slash || record.holds(.event, "rename")
    try settle { isBroad || $0.isRename || $0.concerns(path) }
  }

  /// Turns until no item of this path is under way.
  func settle(_ path: Path) throws(Failure) {
    try settle { trip in path.bytes.withUnsafeBytes { trip.concerns($0) } }
  }

  private func settle(_ waits: (Trip) -> Bool) throws(Failure) {
    while underWay.contains(where: waits), !isStopped() { try turn() }
  }

  /// Turns until there is input to read, and writes outcomes as they come.
  func rest(until input: Int32) throws(Failure) {
    try section.output.flush()
    guard !underWay.isEmpty else { return }
    var isReadable = false
    loop.watch(input, .reading) { _ in isReadable = true }
    defer { loop.forget(input) }
    while !underWay.isEmpty, !isReadable, !isStopped() {
      try turn()
      try section.output.flush()
    }
  }

  /// Turns until nothing is under way. Told to stop, it waits for a while, then gives up the rest.
  func settle() throws(Failure) {
    var limit: Loop.Timer?
    var isLate = false
    defer { if let limit { loop.cancel(limit) } }
    while !underWay.isEmpty, !isLate {
      if isStopped(), limit == nil { limit = loop.after(grace) { isLate = true } }
      // What is begun is ended even if the run has failed meanwhile.
      try loop.turn(mayWait: true)
    }
    while let trip = underWay.last { abandon(trip) }
    if hasToken { terms.tokens?.leave() }
    hasToken = false
    try check()
  }

  private func abandon(_ trip: Trip) {
    leave(trip)
    trip.draft?.giveUp()
    let fate = Fate.failed(Mishap(.later, "it was not done when the run was stopped"))
    do throws(Failure) { try write(trip, fate) } catch { failure = failure ?? error }
  }

  /// What it means that a file of this source is missing.
  func vanished(_ source: Source) throws(Failure) -> Fate {
    guard head != nil else { return .failed(.vanished) }
    guard source.isStillThere else {
      throw Failure(.io, "\(source.path)", "the source folder is no longer there")
    }
    return .vanished
  }

  /// Ends a section. Where files have gone, the store is asked for its root: if that is not there
  /// either, no file has vanished, but all of it is out of reach.
  func settle(_ source: any Store) throws(Failure) {
    try settle()
    guard misses > 0 else { return }
    misses = 0
    var wish = ListWish()
    (wish.isFlat, wish.refreshes) = (true, true)
    let enough = Failure(.later, "", "")
    do throws(Failure) {
      try source.list(wish) { (_) throws(Failure) in throw enough }
    } catch {
      guard error.kind == .absent else { return }
      throw Failure(.io, "\(source.location)", "what was listed there is no longer there")
    }
  }

  /// What it means that a store could not give a file.
  func missed(_ failure: Failure, _ path: Path) -> Fate {
    let isGone =
      failure.kind == .absent && (failure.subject.isEmpty || failure.subject == "\(path)")
    if isGone, head != nil { misses += 1 }
    // Of a listing, a file that has gone since is nobody's failure.
    return isGone && head != nil ? .vanished : .failed(Mishap(failure, of: path))
  }
}
