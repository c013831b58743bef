internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Copies from folder to folder, on as many threads as were asked for.
final class Transfer: Way {
  private let terms: Terms
  private let log: Log
  private let section: Section
  private let yard: Yard
  private var crew: Crew<Piece>?
  private var errand: Errand
  private var carrier: Carrier?
  private var piece: Piece?
  private var folders: Folders?

  /// How many pieces are read ahead of the copying, so that the totals are known early.
  private static let ahead = 24

  init(_ errand: Errand, _ section: Section, _ log: Log) {
    self.errand = errand
    self.section = section
    self.log = log
    terms = errand.terms
    yard = Yard(section)
  }

  /// Goes on with another section. Nothing must be in hand.
  func begin(_ errand: Errand) {
    self.errand = errand
    carrier = nil
    yard.clear()
  }

  /// Lets the threads go.
  func finish() { crew?.finish() }

  // MARK: A way of copying

  func enter() throws(Failure) { try yard.enter() }

  func keepOrder(of record: Record) throws(Failure) { try settle() }

  func carry(_ record: Record) throws(Failure) {
    let item = try Item(record, isRetry: terms.retries)
    if item.isFolder || record.has(.event) || terms.jobs <= 1 {
      if !item.isFolder { errand.progress.took(1, bytes: item.size ?? 0) }
      try carry(record, item, Carrier.of(errand, &carrier))
    } else {
      try add(record, errand)
    }
  }

  /// Hands out what is in hand; whoever finishes it writes what came of it.
  func rest(until input: Int32) throws(Failure) {
    submit()
    carrier?.rest()
    try yard.leave()
  }

  func end() throws(Failure) {
    submit()
    crew?.drain()
    if let folders, let target = errand.target {
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
    if let objection = try record.rootObjection(terms, source: errand.source.path) {
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
    errand.progress.took(piece.count, bytes: piece.bytes)
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
