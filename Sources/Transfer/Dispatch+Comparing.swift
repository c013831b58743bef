internal import Core
internal import Records
internal import Store
internal import System

/// Files that should be at the store already, or may be: it is asked before anything is sent.
///
/// One that a plan keeps is confirmed by a digest that the store tells. Where there is none, it is
/// sent again; if that is not to be, it is fetched and held against the file, which costs the same
/// and replaces nothing. So is what lies on a drive, also when it was just sent there.
extension Dispatch {
  func compare(_ trip: Trip, _ file: Int32, _ inode: Inode) {
    store.stat(trip.item.target) { [self] answer in
      guard !trip.isOver else { return }
      switch answer {
      case .failure(let failure) where failure.kind == .absent:
        sendUnlessDry(trip, file, inode, .absent)
      case .failure(let failure):
        flight.finish(trip, .failed(Mishap(failure, of: trip.item.target)))
      case .success(let object): compare(trip, file, inode, object)
      }
    }
  }

  private func compare(_ trip: Trip, _ file: Int32, _ inode: Inode, _ object: Object) {
    let there = object.fingerprint
    let isKept = trip.item.isKept
    let mayResend = flight.terms.resends && !trip.item.isNewer
    if object.size != inode.size {
      if trip.item.isNewer { return flight.finish(trip, .kept(.file(inode), there)) }
      // Of a plan that found both alike, either has changed since.
      if isKept, !flight.terms.resends { return flight.finish(trip, .failed(.targetChanged)) }
      return sendUnlessDry(trip, file, inode, .unchanged(there))
    }
    if !isKept, !flight.terms.confirms || flight.isDry {
      return flight.finish(trip, .kept(.file(inode), there))
    }
    if store.abilities.readsBack { return fetch(trip, file, inode, there) }
    if let claim = object.claim { return prove(claim, trip, file, inode, there) }
    if mayResend { return sendUnlessDry(trip, file, inode, .unchanged(there)) }
    fetch(trip, file, inode, there)
  }

  private func sendUnlessDry(
    _ trip: Trip, _ file: Int32, _ inode: Inode, _ condition: Parcel.Condition
  ) {
    if flight.isDry { return flight.finish(trip, .planned) }
    do throws(Mishap) { try send(trip, file, inode, condition) } catch {
      flight.finish(trip, .failed(error))
    }
  }

  private func prove(
    _ claim: Proof.Claim, _ trip: Trip, _ file: Int32, _ inode: Inode, _ there: Fingerprint
  ) {
    Proof.run(claim, file, store.loop) { [self] answer in
      judge(answer, trip, file, inode, there)
    }
  }

  /// Brings the object here and holds it against the file.
  private func fetch(_ trip: Trip, _ file: Int32, _ inode: Inode, _ there: Fingerprint) {
    fetch(trip, file, there) { [self] answer in
      switch answer {
      case .success(let verdict): judge(verdict, trip, file, inode, there)
      case .failure(let failure):
        flight.finish(trip, .failed(Mishap(failure, of: trip.item.target)))
      }
    }
  }

  /// Does the same for a file that was just sent. One that does not come is not confirmed, but sent
  /// all the same.
  func readBack(_ trip: Trip, _ inode: Inode, _ now: Fingerprint) {
    guard let file = trip.file?.number else { return }
    fetch(trip, file, Fingerprint(size: now.size, etag: now.etag)) { [self] answer in
      let fate: Fate
      switch answer {
      case .success(.failure(let mishap)): fate = .failed(mishap)
      case .success where !Dispatch.isUnchanged(file, inode): fate = .failed(.changedWhileCopied)
      case .success(.success(false)): fate = .failed(.misread)
      case .success: fate = .copied(.file(inode), now, isConfirmed: true)
      case .failure: fate = .copied(.file(inode), now, isConfirmed: false)
      }
      flight.finish(trip, fate)
    }
  }

  /// Looks at a file that was just sent, whose digest the store has checked, as it says: whether it
  /// is there, and what the store tells of it. A store that does not let us look is believed.
  func lookBack(_ trip: Trip, _ inode: Inode, _ now: Fingerprint, _ fate: Fate) {
    store.stat(trip.item.target) { [self] answer in
      guard !trip.isOver else { return }
      switch answer {
      case .failure(let failure):
        flight.finish(trip, failure.kind == .absent ? .failed(.misread) : fate)
      case .success(let object) where object.size != inode.size:
        flight.finish(trip, .failed(.misread))
      case .success(let object):
        guard let claim = object.claim, let file = trip.file?.number else {
          return flight.finish(trip, fate)
        }
        Proof.run(claim, file, store.loop) { [self] answer in
          guard !trip.isOver else { return }
          switch answer {
          case .failure(let mishap): flight.finish(trip, .failed(mishap))
          case .success where !Dispatch.isUnchanged(file, inode):
            flight.finish(trip, .failed(.changedWhileCopied))
          case .success(let isRight): flight.finish(trip, isRight ? fate : .failed(.misread))
          }
        }
      }
    }
  }

  private func fetch(
    _ trip: Trip, _ file: Int32, _ there: Fingerprint,
    _ then: @escaping (Result<Result<Bool, Mishap>, Failure>) -> Void
  ) {
    let scratch: Scratch
    do throws(Failure) { scratch = try Scratch() } catch {
      return flight.finish(trip, .failed(.failed(error)))
    }
    var pickup = Pickup(trip.item.target, into: scratch.descriptor, there)
    pickup.encryption = flight.terms.traits.encryption
    store.get(pickup) { [store] answer in
      guard !trip.isOver else { return }
      if case .failure(let failure) = answer { return then(.failure(failure)) }
      Proof.run(scratch, file, store.loop) { answer in
        if !trip.isOver { then(.success(answer)) }
      }
    }
  }

  /// What follows from whether the store holds the bytes of the file.
  private func judge(
    _ answer: Result<Bool, Mishap>, _ trip: Trip, _ file: Int32, _ inode: Inode,
    _ there: Fingerprint
  ) {
    guard !trip.isOver else { return }
    switch answer {
    case .failure(let mishap): flight.finish(trip, .failed(mishap))
    case .success where !Dispatch.isUnchanged(file, inode):
      flight.finish(trip, .failed(.changedWhileCopied))
    case .success(true): flight.finish(trip, .verified(.file(inode), there))
    case .success(false) where trip.item.isNewer: flight.finish(trip, .kept(.file(inode), there))
    case .success(false) where flight.terms.resends:
      sendUnlessDry(trip, file, inode, .unchanged(there))
    case .success(false): flight.finish(trip, .failed(.targetDiffers))
    }
  }
}
