internal import Core
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Copies files of a store to another: inside the server where it can, else through a file without
/// a name of this machine.
final class Transit: Way {
  private let source: any Store
  private let target: any Store
  private let flight: Flight
  private let isDirect: Bool

  init(from source: any Store, to target: any Store, _ flight: Flight) throws(Failure) {
    if source.location == target.location {
      throw Failure(.usage, "\(target.location)", "the files would be copied onto themselves")
    }
    self.source = source
    self.target = target
    self.flight = flight
    isDirect = target.copies(from: source)
  }

  // MARK: A way of copying

  func enter() throws(Failure) { try flight.check() }

  func keepOrder(of record: Record) throws(Failure) { try flight.settle(before: record) }

  func carry(_ record: Record) throws(Failure) {
    let item = try flight.item(of: record)
    if let fate = try verdict(record, item) { return try flight.tell(record, fate) }
    if item.isFolder { return try branch(record, item) }
    guard try flight.hasRoom() else { return }
    let origin = try Remote(record, isRetry: flight.terms.retries)
    let trip = flight.begin(record, item)
    if item.isKept {
      compare(trip, origin)
    } else {
      copy(trip, origin, Parcel.Condition(item.expectation, flight.terms))
    }
  }

  func rest(until input: Int32) throws(Failure) { try flight.rest(until: input) }

  func end() throws(Failure) { try flight.settle(source) }

  private func verdict(_ record: Record, _ item: Item) throws(Failure) -> Fate? {
    if let objection = try record.rootObjection(flight.terms, source: source.location) {
      return .failed(Mishap(.data, objection))
    }
    if let fate = target.refusal(of: item) { return fate }
    if flight.isDry { return .planned }
    return item.isFolder && !record.has(.event) ? .copied(nil, nil, isConfirmed: false) : nil
  }

  /// A folder that an event names.
  private func branch(_ record: Record, _ item: Item) throws(Failure) {
    try Branch(source, flight).carry(record, item) { [self] (item, origin, convoy) in
      let trip = flight.begin(item, in: convoy)
      if let fate = target.refusal(of: item) { return flight.finish(trip, fate) }
      copy(trip, origin, Parcel.Condition(item.expectation, flight.terms))
    }
  }

  // MARK: One file

  private func copy(_ trip: Trip, _ origin: Remote, _ condition: Parcel.Condition) {
    guard isDirect, origin.listed.size ?? 0 <= target.abilities.copiesAtMost else {
      return fetch(trip, origin, condition)
    }
    var parcel = Parcel(trip.item.target, .bytes([]), size: origin.listed.size ?? 0)
    dress(&parcel, origin, condition)
    parcel.origin = origin.listed
    target.copy(trip.item.path, of: source, to: parcel) { [self] answer in
      switch answer {
      case .failure(let failure): missed(trip, failure)
      case .success(let receipt):
        let read = Fingerprint(size: receipt.now.size, etag: origin.listed.etag)
        flight.finish(
          trip, .copied(.object(read), receipt.now, isConfirmed: receipt.isConfirmed))
      }
    }
  }

  private func fetch(_ trip: Trip, _ origin: Remote, _ condition: Parcel.Condition) {
    let scratch: Scratch
    do throws(Failure) { scratch = try Scratch() } catch {
      return flight.finish(trip, .failed(.failed(error)))
    }
    var pickup = Pickup(trip.item.path, into: scratch.descriptor, origin.listed)
    pickup.verifies = flight.terms.verifies
    pickup.encryption = flight.terms.traits.encryption
    source.get(pickup) { [self] answer in
      switch answer {
      case .failure(let failure): missed(trip, failure)
      case .success(let receipt): put(trip, scratch, receipt, origin, condition)
      }
    }
  }

  private func put(
    _ trip: Trip, _ scratch: Scratch, _ got: Receipt, _ origin: Remote,
    _ condition: Parcel.Condition
  ) {
    let size: Int
    do throws(Mishap) { size = try Inode.look(scratch.descriptor).size } catch {
      return flight.finish(trip, .failed(error))
    }
    var parcel = Parcel(trip.item.target, .file(scratch.descriptor), size: size)
    dress(&parcel, origin, condition)
    target.put(parcel) { [self] answer in
      defer { withExtendedLifetime(scratch) {} }
      switch answer {
      case .failure(let failure): fail(trip, failure)
      case .success(let receipt):
        let isProven = got.isConfirmed || !flight.terms.verifies
        let read = Fingerprint(size: size, etag: got.now.etag)
        flight.finish(
          trip,
          .copied(.object(read), receipt.now, isConfirmed: receipt.isConfirmed && isProven))
      }
    }
  }

  private func dress(_ parcel: inout Parcel, _ origin: Remote, _ condition: Parcel.Condition) {
    parcel.mtime = flight.terms.preserved.times ? origin.time : nil
    parcel.condition = condition
    parcel.traits = flight.terms.traits
    parcel.moved = { [progress = flight.progress] in progress.moved($0) }
  }

  /// The source could not give the file.
  private func missed(_ trip: Trip, _ failure: Failure) {
    flight.finish(trip, flight.missed(failure, trip.item.path))
  }

  private func fail(_ trip: Trip, _ failure: Failure) {
    flight.finish(trip, .failed(Mishap(failure, of: trip.item.target)))
  }

  // MARK: A file that should be there already

  private func compare(_ trip: Trip, _ origin: Remote) {
    source.stat(trip.item.path) { [self] answer in
      switch answer {
      case .failure(let failure): missed(trip, failure)
      case .success(let here): compare(trip, origin, here)
      }
    }
  }

  private func compare(_ trip: Trip, _ origin: Remote, _ here: Object) {
    target.stat(trip.item.target) { [self] answer in
      switch answer {
      case .failure(let failure) where failure.kind == .absent: copy(trip, origin, .absent)
      case .failure(let failure): fail(trip, failure)
      case .success(let there):
        if here.agrees(with: there) == true {
          flight.finish(trip, .verified(.object(here.fingerprint), there.fingerprint))
        } else if trip.item.isNewer {
          flight.finish(trip, .kept(.object(here.fingerprint), there.fingerprint))
        } else if !flight.terms.resends {
          flight.finish(trip, .failed(.unconfirmed))
        } else {
          copy(trip, origin, .unchanged(there.fingerprint))
        }
      }
    }
  }
}

/// What a record tells of a file of a store.
struct Remote {
  /// What the store must still hold.
  var listed = Fingerprint()
  /// The time that a copy is to have: that of the file itself if it is known, else that at which
  /// the store took it in, by which the next comparison goes.
  var time: Timestamp?
  /// The digest that the listing tells, as hexadecimal text.
  var sha256: [UInt8]?

  init(_ record: Record, isRetry: Bool) throws(Failure) {
    time = try record.time(.mtime)
    if time == nil { time = try record.time(.stored) }
    if isRetry || record.kind == .event { return }
    listed = Fingerprint(size: try record.integer(.size), etag: record.bytes(.etag))
    sha256 = record.bytes(.sha256)
  }
}
