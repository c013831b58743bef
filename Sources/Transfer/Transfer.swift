package import Core
package import Records
internal import Store
package import Stream
package import System
package import Values

// The map of a transfer:
//
//   Transfer     the stage of the pipe: whose records are ours, and what is in hand
//   Errand       what holds for one section; Terms, what was asked for
//   Yard, Piece  how the work is spread over threads
//   Carrier      one item: from its Source, through a Draft, into its Target; Fate, its outcome
//   Contents     the bytes; Traits, everything else; Pace and Meter, how fast
//   Subtree      a folder named by an event; Folders, those named by a listing

/// Copies the files that records name into a folder: the engine of both put and get.
package final class Transfer: Stage {
  private let target: Path
  private let terms: Terms
  private let log: Log
  private let progress: Progress
  private let meter: Meter
  private let mask = Machine.permissionMask
  private let section: Section
  private let yard: Yard
  private var crew: Crew<Piece>?
  private var head: Head?
  private var side: Side?
  private var source: Result<Source, Failure>?
  private var errand: Errand?
  private var carrier: Carrier?
  private var piece: Piece?
  private var folders: Folders?

  /// How many pieces are read ahead of the copying, so that the totals are known early.
  private static let ahead = 64

  /// The target is a location as the user names it.
  package init(
    to target: Path, _ terms: Terms, _ section: Section, _ log: Log, _ progress: Progress
  ) throws(Failure) {
    self.target = try Location(target).folder()
    self.terms = terms
    self.section = section
    self.log = log
    self.progress = progress
    meter = Meter(terms.rate?.bytes, progress)
    yard = Yard(section)
  }

  /// Reads a whole stream and copies what it names.
  package func run(_ input: Input) throws(Failure) -> Status {
    Interrupt.ignoreBrokenPipes()
    Interrupt.ignoreFileSizeLimits()
    input.beforeWaiting = { [self] () throws(Failure) in try rest() }
    defer {
      crew?.finish()
      progress.end()
    }
    var relay = Relay(StreamReader(input), section, log)
    var stage = self
    return try relay.run(&stage)
  }

  /// Hands out what is in hand, as more may be long in coming.
  private func rest() throws(Failure) {
    submit()
    carrier?.rest()
    try yard.leave()
  }

  // MARK: A stage of the pipe

  package func begin(_ head: inout Head) throws(Failure) {
    try yard.enter()
    progress.count(isOver: false)
    side = try Side.of(target, chosen: terms.side, in: head)
    head.isDry = head.isDry || terms.isDry
    head.isOrdered = false
    self.head = head
    errand = nil
    carrier = nil
    yard.clear()
    // Opened at the start, so that a file missing later can be told from a folder gone. Why not
    // throw here: where nothing is to be copied, an absent source is nobody's concern.
    source = sourceResult()
  }

  package func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    try yard.enter()
    // Events of one path keep their order, whatever becomes of them.
    if record.kind == .event { try settle() }
    let isOurs =
      Ownership.copies(record, to: side, isRetry: terms.retries)
      || terms.confirms && Ownership.keeps(record, on: side)
    guard isOurs else { return false }
    let item = try Item(record, isRetry: terms.retries)
    let errand = try currentErrand()
    if item.isFolder || record.has(.event) || terms.jobs <= 1 {
      if !item.isFolder { progress.took(1, bytes: item.size ?? 0) }
      try carry(record, item, Carrier.of(errand, &carrier))
    } else {
      try add(record, errand)
    }
    return true
  }

  package func end(_ ending: Ending, _ section: Section) throws(Failure) {
    progress.count(isOver: true)
    submit()
    crew?.drain()
    if let folders, let target = errand?.target {
      for failure in try folders.finish(target, terms.preserved) {
        log.warn(failure.message)
        section.note(.partial)
      }
    }
    folders = nil
    try yard.enter()
  }

  // MARK: Work

  private func carry(_ record: Record, _ item: Item, _ carrier: Carrier) throws(Failure) {
    if record.has(.event), let objection = try rootObjection(record) {
      try Fate.failed(Mishap(.data, objection))
        .write(record, isRetry: terms.retries, Writer(carrier.out), &carrier.tally)
    } else if item.isFolder, record.has(.event) {
      return try Subtree(carrier, section).carry(record, item)
    } else if item.isFolder {
      let folders: Folders
      if let begun = self.folders { folders = begun } else { folders = try Folders() }
      self.folders = folders
      try carrier.folder(item, folders)
        .write(record, isRetry: terms.retries, Writer(carrier.out), &carrier.tally)
    } else {
      try carrier.carry(record)
    }
    try section.take(carrier.out.bytes, carrier.tally)
    carrier.out.clear()
    carrier.tally = Tally()
  }

  /// An event may come from elsewhere: the root it names is compared, never opened.
  private func rootObjection(_ record: Record) throws(Failure) -> String? {
    guard terms.from == nil, let root = try record.name(.root), let errand,
      root != errand.source.path
    else { return nil }
    return "the event is of \(root), not of \(errand.source.path); --from would choose a source"
  }

  private func add(_ record: Record, _ errand: Errand) throws(Failure) {
    if let piece, piece.ends(before: record) { submit() }
    var next = piece ?? Piece(errand: errand)
    piece = nil
    try next.add(record)
    piece = next
    if next.isFull { submit() }
  }

  private func submit() {
    guard let piece else { return }
    self.piece = nil
    progress.took(piece.count, bytes: piece.bytes)
    let hands: Crew<Piece>
    if let crew {
      hands = crew
    } else {
      hands = Crew(terms.jobs, limit: Transfer.ahead) { [yard] in yard.perform($0) }
      crew = hands
    }
    hands.submit(piece)
  }

  /// Waits until nothing is in hand.
  private func settle() throws(Failure) {
    submit()
    crew?.drain()
    try yard.enter()
  }

  // MARK: Where from

  private func currentErrand() throws(Failure) -> Errand {
    if let errand { return errand }
    let opened = source ?? sourceResult()
    source = opened
    let made = try Errand(terms, head, try opened.get(), target, meter, progress, mask: mask)
    errand = made
    return made
  }

  private func sourceResult() -> Result<Source, Failure> {
    do throws(Failure) {
      return .success(try Source(sourcePath(), follows: head?.links == "follow"))
    } catch {
      return .failure(error)
    }
  }

  private func sourcePath() throws(Failure) -> Path {
    guard let head else { return try Location(terms.from ?? Path(text: ".")).folder() }
    if let side {
      guard let location = side.other.location(in: head) else {
        throw Failure(.data, "", "the head of the plan names no \(side.other.rawValue) side")
      }
      return try Location(location).folder()
    }
    return try Location(terms.from ?? head.root ?? Path(text: ".")).folder()
  }
}

extension Carrier {
  /// The carrier at hand, made when it is first needed.
  fileprivate static func of(_ errand: Errand, _ carrier: inout Carrier?) -> Carrier {
    if let carrier { return carrier }
    let made = Carrier(errand)
    carrier = made
    return made
  }
}
