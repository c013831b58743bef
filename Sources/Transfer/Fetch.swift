internal import Core
internal import Glibc
internal import Manifests
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Copies files of a store into a folder.
final class Fetch: Way {
  let store: any Store
  let flight: Flight
  /// Nil where nothing is to be touched, unless it is looked at for what the library has already.
  private let target: Target?
  private let mask: UInt32
  let targetName = Terminated()
  var near = Nearby()
  /// Of a media library, once something was written into it.
  var manifest: Manifest?

  init(from store: any Store, to path: Path, _ flight: Flight, mask: UInt32) throws(Failure) {
    self.store = store
    self.flight = flight
    self.mask = mask
    if !flight.isDry {
      target = try Target(path, isDurable: flight.terms.verifies)
    } else {
      target = flight.terms.library == nil ? nil : try Target(lookingAt: path)
    }
  }

  // MARK: A way of copying

  func enter() throws(Failure) { try flight.check() }

  func keepOrder(of record: Record) throws(Failure) { try flight.settle(before: record) }

  func carry(_ record: Record) throws(Failure) {
    let item = try flight.item(of: record)
    if let fate = try verdict(record, item) { return try flight.tell(record, fate) }
    guard let target, !flight.isDry || !item.isFolder else {
      return try flight.tell(record, .planned)
    }
    if item.isFolder, record.has(.event) { return try branch(record, item, target) }
    if item.isFolder { return try flight.tell(record, folder(item, target)) }
    // Whoever is named twice is written once after the other.
    try flight.settle(item.path)
    guard try flight.hasRoom() else { return }
    let origin = try Remote(record, isRetry: flight.terms.retries)
    start(flight.begin(record, item), origin, target)
  }

  private func start(_ trip: Trip, _ origin: Remote, _ target: Target) {
    do throws(Mishap) {
      if let library = flight.terms.library {
        return try gather(trip, origin, target, library)
      }
      if trip.item.isKept, try compare(trip, origin, target) { return }
      try fetch(trip, origin, target, trip.item.expectation)
    } catch {
      flight.finish(trip, .failed(error))
    }
  }

  /// A folder that an event names.
  private func branch(_ record: Record, _ item: Item, _ target: Target) throws(Failure) {
    try Branch(store, flight).carry(record, item) { [self] (item, origin, convoy) throws(Failure) in
      if let library = flight.terms.library, !library.takes(item.path) { return }
      let trip = flight.begin(item, in: convoy)
      if let objection = item.objection {
        return flight.finish(trip, .failed(Mishap(.data, objection)))
      }
      start(trip, origin, target)
    }
  }

  func rest(until input: Int32) throws(Failure) {
    near.forget()
    try flight.rest(until: input)
  }

  func end() throws(Failure) { try flight.settle(store) }

  /// What can be said of an item by its name alone; nil if it has to be fetched.
  private func verdict(_ record: Record, _ item: Item) throws(Failure) -> Fate? {
    if let objection = try record.rootObjection(flight.terms, source: store.location) {
      return .failed(Mishap(.data, objection))
    }
    if let objection = item.objection { return .failed(Mishap(.data, objection)) }
    if item.isLink { return .failed(Mishap(.refused, "a store has no symbolic links")) }
    return nil
  }

  private func folder(_ item: Item, _ target: Target) -> Fate {
    let goal = item.target.isEmpty ? item.target : item.target.trimmed
    do throws(Mishap) {
      _ = try target.folder(goal.bytes[...]) { _ in nil }
      return .copied(nil, nil, isConfirmed: false)
    } catch {
      return .failed(error)
    }
  }

  // MARK: One file

  func fetch(
    _ trip: Trip, _ origin: Remote, _ target: Target, _ expectation: Item.Expectation
  ) throws(Mishap) {
    if flight.isDry { return flight.finish(trip, .planned) }
    let spot = Spot(trip.item.target)
    let folder = try targetFolder(spot.parent, target)
    let berth = try Berth(in: folder, for: spot.name, origin.listed, mode: 0o666 & ~mask)
    trip.draft = berth
    var pickup = Pickup(trip.item.path, into: berth.file, origin.listed)
    pickup.verifies = flight.terms.verifies
    pickup.encryption = flight.terms.traits.encryption
    pickup.done = berth.done
    pickup.finished = { [berth] in berth.finished($0) }
    pickup.spoiled = { [berth] in berth.discard() }
    pickup.moved = { [progress = flight.progress] in progress.moved($0) }
    store.get(pickup) { [self] answer in
      guard !trip.isOver else { return }
      switch answer {
      case .failure(let failure): missed(trip, failure)
      case .success(let receipt):
        let voyage = Arrived(trip: trip, berth: berth, origin: origin, receipt: receipt)
        arrived(voyage, target, expectation)
      }
    }
  }

  private func targetFolder(
    _ path: ArraySlice<UInt8>, _ target: Target
  ) throws(Mishap) -> Folder {
    if let near = near.folder(path) { return near }
    let folder = try target.folder(path) { _ in nil }
    near.keep(folder, at: path)
    return folder
  }

  func missed(_ trip: Trip, _ failure: Failure) {
    // What another try may go on with stays.
    let mayGoOn = [.later, .unavailable, .io].contains(failure.kind)
    if mayGoOn { trip.draft?.giveUp() } else { trip.draft?.discard() }
    flight.finish(trip, flight.missed(failure, trip.item.path))
  }

  /// A file whose bytes are all here.
  private struct Arrived {
    var trip: Trip
    var berth: Berth
    var origin: Remote
    var receipt: Receipt
    var isConfirmed = false
  }

  private func arrived(
    _ file: Arrived, _ target: Target, _ expectation: Item.Expectation
  ) {
    if flight.terms.verifies { return verify(file, target, expectation) }
    place(file, target, expectation)
  }

  /// Brings the bytes to the disk, and holds them against the digest that the store tells.
  private func verify(
    _ file: Arrived, _ target: Target, _ expectation: Item.Expectation
  ) {
    if fsync(file.berth.file) != 0 {
      return fail(file.trip, Mishap(SystemError(number: errno), ""))
    }
    _ = posix_fadvise(file.berth.file, 0, 0, POSIX_FADV_DONTNEED)
    store.stat(file.trip.item.path) { [self] answer in
      guard !file.trip.isOver else { return }
      switch answer {
      case .failure(let failure): missed(file.trip, failure)
      case .success(let object): verify(file, object, target, expectation)
      }
    }
  }

  private func verify(
    _ file: Arrived, _ object: Object, _ target: Target, _ expectation: Item.Expectation
  ) {
    var file = file
    if let now = object.etag, let then = file.receipt.now.etag, now != then {
      return fail(file.trip, .changedWhileCopied)
    }
    guard let claim = object.claim else {
      file.isConfirmed = file.receipt.isConfirmed
      return place(file, target, expectation)
    }
    Proof.run(claim, file.berth.file, store.loop) { [self] answer in
      guard !file.trip.isOver else { return }
      switch answer {
      case .failure(let mishap): fail(file.trip, mishap)
      case .success(false): fail(file.trip, .misread)
      case .success(true):
        file.isConfirmed = true
        place(file, target, expectation)
      }
    }
  }

  private func fail(_ trip: Trip, _ mishap: Mishap) {
    trip.draft?.discard()
    flight.finish(trip, .failed(mishap))
  }

  private func place(
    _ file: Arrived, _ target: Target, _ expectation: Item.Expectation
  ) {
    do throws(Mishap) {
      flight.finish(file.trip, try placed(file, target, expectation))
    } catch {
      fail(file.trip, error)
    }
  }

  private func placed(
    _ file: Arrived, _ target: Target, _ expectation: Item.Expectation
  ) throws(Mishap) -> Fate {
    let (berth, item) = (file.berth, file.trip.item)
    let written = try Inode.look(berth.file)
    guard file.receipt.now.size ?? written.size == written.size else {
      throw Mishap(.io, "it is not as long as the store says")
    }
    var now = written.fingerprint
    if flight.terms.preserved.times, let time = file.origin.time {
      do throws(SystemError) { try Inode.setTime(time, of: berth.file) } catch {
        throw Mishap(error, "")
      }
      now = try Inode.look(berth.file).fingerprint
    }
    let spot = Spot(item.target)
    try checkSpelling(spot, berth, target)
    try note(item, file.origin, now, target)
    try berth.place(as: targetName(spot.name), expectation)
    if file.isConfirmed {
      do { try berth.folder.sync() } catch { throw Mishap(error, "") }
    }
    let read = Fingerprint(
      size: written.size, etag: file.receipt.now.etag ?? file.origin.listed.etag)
    return .copied(.object(read), now, isConfirmed: file.isConfirmed)
  }

  /// Refuses to replace a file that has another name, which only looks the same to this folder.
  private func checkSpelling(_ spot: Spot, _ berth: Berth, _ target: Target) throws(Mishap) {
    let there = Inode.at(
      berth.folder.descriptor, targetName(spot.name), followsLinks: false, brief: true)
    guard case .success(let inode) = there, inode.form != .folder else { return }
    let isPlain = spot.path.bytes.allSatisfy { $0 < 0x80 }
    guard berth.isFolded || !isPlain && berth.folder.mayComposeNames else { return }
    if let other = try Spelling(below: target.root).mismatch(spot.path) {
      throw Mishap(.refused, "\(other) has the name of another file that differs in letters only")
    }
  }

  // MARK: A file that should be there already

  /// Compares a file with the digest that the store tells; false if it has to be fetched.
  private func compare(_ trip: Trip, _ origin: Remote, _ target: Target) throws(Mishap) -> Bool {
    let spot = Spot(trip.item.target)
    let folder = try targetFolder(spot.parent, target)
    let found: Descriptor
    do { found = try folder.reading(targetName(spot.name)) } catch {
      if error == .absent { return false }
      throw Mishap(error, trip.item.target)
    }
    let there = try Inode.look(found.number)
    if there.form == .folder { throw .targetIsFolder }
    trip.file = consume found
    store.stat(trip.item.path) { [self] answer in
      guard !trip.isOver else { return }
      switch answer {
      case .failure(let failure): missed(trip, failure)
      case .success(let object): compare(trip, origin, target, there, object)
      }
    }
    return true
  }

  private func compare(
    _ trip: Trip, _ origin: Remote, _ target: Target, _ there: Inode, _ object: Object
  ) {
    guard let claim = object.claim, object.size == there.size, let file = trip.file?.number else {
      return fetch(again: trip, origin, target, there)
    }
    Proof.run(claim, file, store.loop) { [self] answer in
      guard !trip.isOver else { return }
      switch answer {
      case .failure(let mishap): flight.finish(trip, .failed(mishap))
      case .success(true):
        flight.finish(trip, .verified(.object(object.fingerprint), there.fingerprint))
      case .success(false): fetch(again: trip, origin, target, there)
      }
    }
  }

  private func fetch(
    again trip: Trip, _ origin: Remote, _ target: Target, _ there: Inode
  ) {
    if trip.item.isNewer {
      return flight.finish(trip, .kept(.object(origin.listed), there.fingerprint))
    }
    guard flight.terms.resends else { return flight.finish(trip, .failed(.unconfirmed)) }
    do throws(Mishap) {
      try fetch(trip, origin, target, .unchanged(there.fingerprint))
    } catch {
      flight.finish(trip, .failed(error))
    }
  }
}
