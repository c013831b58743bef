internal import Core
internal import Digests
internal import Glibc
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Copies files of a folder to a store.
///
/// A small file is read at once, between two looks at it: the bytes that are sent are then those
/// of one version, whatever happens to the file meanwhile. A large one is handed over open, and is
/// looked at again before it gets its name and after.
final class Dispatch: Way {
  let store: any Store
  let source: Source
  let flight: Flight
  private let sourceName = Terminated()
  private var near = Nearby()

  /// Up to here a file is read into memory, unless so much is held there already.
  static let small = 1 << 18
  static let mostHeld = 2 << 20

  init(to store: any Store, from source: Source, _ flight: Flight) {
    self.store = store
    self.source = source
    self.flight = flight
  }

  // MARK: A way of copying

  func enter() throws(Failure) { try flight.check() }

  func keepOrder(of record: Record) throws(Failure) { try flight.settle(before: record) }

  func carry(_ record: Record) throws(Failure) {
    let item = try flight.item(of: record)
    if let fate = try verdict(record, item) { return try flight.tell(record, fate) }
    if item.isFolder { return try subtree(record, item) }
    guard try flight.hasRoom() else { return }
    try start(flight.begin(record, item))
  }

  func rest(until input: Int32) throws(Failure) {
    near.forget()
    try flight.rest(until: input)
  }

  func end() throws(Failure) { try flight.settle() }

  /// What can be said of an item without looking at its file; nil if it has to be sent.
  private func verdict(_ record: Record, _ item: Item) throws(Failure) -> Fate? {
    if let objection = try record.rootObjection(flight.terms, source: source.path) {
      return .failed(Mishap(.data, objection))
    }
    if let fate = store.refusal(of: item) { return fate }
    if flight.isDry, !flight.terms.onlyDiffering { return .planned }
    // A store has no folders: their names are parts of those of the files.
    if item.isFolder, !record.has(.event) { return .copied(nil, nil, isConfirmed: false) }
    return nil
  }

  // MARK: One file

  func start(_ trip: Trip) throws(Failure) {
    let caught: Mishap
    do throws(Mishap) { return try open(trip) } catch { caught = error }
    guard case .vanished = caught else { return flight.finish(trip, .failed(caught)) }
    flight.finish(trip, try flight.vanished(source))
  }

  private func open(_ trip: Trip) throws(Mishap) {
    let item = trip.item
    let spot = Spot(item.path)
    let file = try source.open(
      sourceName(spot.name), in: try sourceFolder(spot.parent), item.path)
    let inode = try Inode.look(file.number)
    guard inode.form == .file else { throw .notRegular }
    if flight.head == nil { try item.check(inode) }
    let number = file.number
    trip.file = consume file
    if item.isKept || flight.terms.onlyDiffering { return compare(trip, number, inode) }
    try send(trip, number, inode, Parcel.Condition(item.expectation, flight.terms))
  }

  /// Sends an open file in the way that suits its size.
  func send(
    _ trip: Trip, _ file: Int32, _ inode: Inode, _ condition: Parcel.Condition
  ) throws(Mishap) {
    guard inode.size <= Dispatch.small, flight.held + inode.size <= Dispatch.mostHeld else {
      return send(trip, .file(file), inode, condition)
    }
    let bytes = try Dispatch.read(file, inode)
    if !flight.terms.confirms { trip.file = nil }
    send(trip, .bytes(bytes), inode, condition)
  }

  private func sourceFolder(_ path: ArraySlice<UInt8>) throws(Mishap) -> Folder {
    if let near = near.folder(path) { return near }
    let folder = try source.folder(path)
    near.keep(folder, at: path)
    return folder
  }

  /// Sends the content of a file: all of it, or the file itself, which the trip keeps open.
  private func send(
    _ trip: Trip, _ content: Parcel.Content, _ inode: Inode, _ condition: Parcel.Condition
  ) {
    var parcel = Parcel(trip.item.target, content, size: inode.size)
    var open: Int32?
    switch content {
    case .bytes(let bytes): flight.hold(bytes.count, for: trip)
    case .file(let file):
      open = file
      parcel.isUnchanged = { Dispatch.isUnchanged(file, inode) }
    }
    parcel.mtime = flight.terms.preserved.times ? inode.mtime : nil
    parcel.touched = max(inode.mtime, inode.ctime)
    parcel.condition = condition
    parcel.traits = flight.terms.traits
    parcel.moved = { [progress = flight.progress] in progress.moved($0) }
    store.put(parcel) { [self] answer in
      guard !trip.isOver else { return }
      if readsBack, case .success(let receipt) = answer, !receipt.isConfirmed {
        return readBack(trip, inode, receipt.now)
      }
      let fate = Dispatch.fate(answer, trip, open, inode)
      if flight.terms.confirms, case .copied(_, .some(let now), isConfirmed: true) = fate {
        return lookBack(trip, inode, now, fate)
      }
      flight.finish(trip, fate)
    }
  }

  /// Whether what was sent is fetched to be confirmed.
  private var readsBack: Bool { flight.terms.confirms && store.abilities.readsBack }

  /// All of a small file, in one call, if it is the same before and after.
  private static func read(_ file: Int32, _ inode: Inode) throws(Mishap) -> [UInt8] {
    var error: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: inode.size + 1) { buffer, count in
      var got: Int
      repeat {
        got = Glibc.read(file, buffer.baseAddress, inode.size + 1)
      } while got < 0 && errno == EINTR
      if got < 0 { error = errno }
      count = max(got, 0)
    }
    if error != 0 { throw Mishap(SystemError(number: error), "") }
    guard bytes.count == inode.size, try Inode.look(file).isSameVersion(as: inode) else {
      throw .changedWhileCopied
    }
    return bytes
  }

  static func isUnchanged(_ file: Int32, _ inode: Inode) -> Bool {
    do { return try Inode.look(file).isSameVersion(as: inode) } catch { return false }
  }

  private static func fate(
    _ answer: Result<Receipt, Failure>, _ trip: Trip, _ file: Int32?, _ inode: Inode
  ) -> Fate {
    // Whatever else is wrong, what was sent of such a file is of no use.
    if let file, !isUnchanged(file, inode) { return .failed(.changedWhileCopied) }
    switch answer {
    case .failure(let failure): return .failed(Mishap(failure, of: trip.item.target))
    case .success(let receipt):
      return .copied(.file(inode), receipt.now, isConfirmed: receipt.isConfirmed)
    }
  }
}

extension Store {
  /// Why a store cannot have an item, by its name alone; nil if it can.
  func refusal(of item: Item) -> Fate? {
    if let objection = item.objection { return .failed(Mishap(.data, objection)) }
    if item.isLink {
      return .failed(Mishap(.refused, "it is a symbolic link, and a store has none"))
    }
    if abilities.wantsText, !item.target.bytes.withUnsafeBytes({ Text.isUTF8($0) }) {
      return .failed(Mishap(.data, "the name is not UTF-8, and the store takes no other"))
    }
    return nil
  }
}

extension Parcel.Condition {
  /// What a plan expects of the target, or what was asked for.
  init(_ expectation: Item.Expectation, _ terms: Terms) {
    if terms.onlyCreates {
      self = .absent
    } else if let wanted = terms.replaces {
      self = .unchanged(wanted)
    } else {
      switch expectation {
      case .anything: self = .anything
      case .absent: self = .absent
      case .unchanged(let was): self = .unchanged(was)
      }
    }
  }
}
