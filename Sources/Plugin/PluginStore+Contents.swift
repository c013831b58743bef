internal import Core
internal import Digests
internal import Records
internal import Store
internal import System
internal import Values

/// Files on their way, which pass through the private folder.
extension PluginStore {
  /// Puts what is to be sent into a file of its own, which does not change any more, and sends it.
  func pack(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    let file = newName()
    do throws(Failure) {
      let made = try chamber.create(file)
      let algorithms: [Algorithm] = abilities.keepsDigests ? [.sha256] : []
      try carry(parcel.content, to: made, algorithms, parcel.moved) { [self] moved in
        switch moved {
        case .failure(let failure):
          chamber.discard(file)
          then(.failure(failure))
        case .success(let moved):
          guard moved.count == parcel.size, parcel.isUnchanged() else {
            chamber.discard(file)
            return then(.failure(Failure(.later, "", "it was changed while it was read")))
          }
          send(parcel, file, moved, then)
        }
      }
    } catch {
      later(.failure(error), then)
    }
  }

  private func send(
    _ parcel: Parcel, _ file: String, _ moved: Freight.Moved,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    conversation.ask("put") { message in
      message.add(.path, name: parcel.path)
      message.add("file", name: chamber.path.appending(file))
      message.add(.size, parcel.size)
      if let mtime = parcel.mtime { message.add(.mtime, mtime) }
      if let type = parcel.traits.contentType { message.add("content_type", text: type) }
      for (algorithm, text) in moved.digests where algorithm == .sha256 {
        message.add(.sha256, text: text)
      }
      switch parcel.condition {
      case .anything: break
      case .absent: if abilities.heedsConditions { message.add("absent", true) }
      case .unchanged(let seen): if abilities.heedsConditions { message.add(.was, seen) }
      }
    } _: { [weak self] heard in
      guard let self else { return }
      chamber.discard(file)
      answer(heard, then) { object throws(Failure) in
        guard object.size == parcel.size else {
          throw Failure(.io, "", "the store holds \(object.size) bytes of \(parcel.size)")
        }
        return try PluginStore.receipt(object, moved.digests)
      }
    }
  }

  func arrived(
    _ file: String, _ heard: Conversation.Heard, _ pickup: Pickup,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    answer(heard) { (answer: Result<Object, Failure>) in
      switch answer {
      case .failure(let failure):
        chamber.discard(file)
        then(.failure(failure))
      case .success(let object):
        if let objection = object.objection(against: pickup.listed) {
          chamber.discard(file)
          then(.failure(Failure(.later, "", objection)))
        } else {
          unpack(file, object, pickup, then)
        }
      }
    } _: {
      $0
    }
  }

  private func unpack(
    _ file: String, _ object: Object, _ pickup: Pickup,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    do throws(Failure) {
      let opened = try chamber.open(file)
      chamber.discard(file)
      var algorithms: [Algorithm] = []
      if pickup.verifies, object.sha256 != nil { algorithms.append(.sha256) }
      if pickup.verifies, object.md5 != nil { algorithms.append(.md5) }
      let number = opened.release()
      let freight = try Freight(
        loop, from: number, to: pickup.file, algorithms, moved: pickup.moved
      ) { moved in
        _ = Descriptor(owning: number)
        then(
          Result { () throws(Failure) in
            let moved = try moved.get()
            guard moved.count == object.size else {
              throw Failure(.io, "", "\(moved.count) bytes of \(object.size) arrived")
            }
            return try PluginStore.receipt(object, moved.digests)
          })
      }
      freight.start()
    } catch {
      then(.failure(error))
    }
  }

  private func carry(
    _ content: Parcel.Content, to made: consuming Descriptor, _ algorithms: [Algorithm],
    _ moved: @escaping (Int) -> Void, _ then: @escaping (Result<Freight.Moved, Failure>) -> Void
  ) throws(Failure) {
    let source: Descriptor
    let number: Int32
    switch content {
    case .file(let file):
      number = file
      source = Descriptor(owning: -1)
    case .bytes(let bytes):
      let scratch = newName()
      source = try chamber.create(scratch)
      number = source.number
      chamber.discard(scratch)
      let output = Output(number, "temporary file")
      output.buffer.append(bytes)
      try output.flush()
    }
    let ends = (source.release(), made.release())
    let freight = try Freight(loop, from: number, to: ends.1, algorithms, moved: moved) { result in
      if ends.0 >= 0 { _ = Descriptor(owning: ends.0) }
      _ = Descriptor(owning: ends.1)
      then(result)
    }
    freight.start()
  }

  /// What the store says of a file whose digests we know.
  private static func receipt(
    _ object: Object, _ digests: [(algorithm: Algorithm, text: String)]
  ) throws(Failure) -> Receipt {
    var isConfirmed = false
    for (algorithm, text) in digests {
      guard let theirs = algorithm == .md5 ? object.md5 : object.sha256 else { continue }
      guard theirs == text else {
        throw Failure(.io, "", "the store holds other bytes: its \(algorithm) is \(theirs)")
      }
      isConfirmed = true
    }
    var now = Fingerprint(size: object.size, mtime: object.mtime, etag: object.etag)
    if now.mtime == nil, now.etag == nil { now.mtime = object.stored }
    return Receipt(now, isConfirmed: isConfirmed)
  }
}
