internal import Core
internal import Digests
internal import HTTP
internal import Objects
internal import Records
internal import Signing
internal import Store
internal import System
internal import Values

/// A large file on its way in parts: begun anew or where a killed run stopped, several parts at a
/// time, put together at the end if the file is still the same.
final class Multipart {
  private let store: S3Store
  private let parcel: Parcel
  private let file: Int32
  private let then: (Result<Receipt, Failure>) -> Void
  private var partSize: Int
  private var upload = ""
  private var parts: [Int: Part] = [:]
  /// What an earlier run has left, still to be compared.
  private var found: [Int: Part] = [:]
  /// The checksums of parts, for stores that know them.
  private var sums: [Int: String] = [:]
  private var march: Parts?

  /// How long a store may be silent while it puts a large object together.
  static let patience = Span(nanoseconds: 600_000_000_000)

  init(
    _ store: S3Store, _ parcel: Parcel, _ file: Int32,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) throws(Failure) {
    self.store = store
    self.parcel = parcel
    self.file = file
    self.then = then
    partSize = try PartPlan(
      size: parcel.size, wish: store.terms.partSize, threshold: 0,
      limits: store.provider.parts
    ).partSize
  }

  private var count: Int { max(1, (parcel.size + partSize - 1) / partSize) }

  // MARK: Beginning

  func start() {
    store.leftovers.upload(of: store.key(parcel.path)) { [self] result in
      switch result {
      case .success(let leftover?): resume(leftover)
      case .success(nil): create()
      // Who may not list uploads, or asks a store that cannot, may still begin one.
      case .failure(let failure) where failure.kind == .refused || failure.kind == .unavailable:
        store.client.log.debug("\(parcel.path): uploads begun are not known: \(failure.reason)")
        create()
      case .failure(let failure): then(.failure(failure))
      }
    }
  }

  /// Goes on with an upload that was begun after the file was last touched: what was said of the
  /// file then, its time above all, is still true.
  private func resume(_ leftover: Upload) {
    guard let begun = leftover.initiated, isUntouched(since: begun) else { return create() }
    store.leftovers.parts(of: leftover) { [self] result in
      guard case .success(let parts) = result, let first = parts.first(where: { $0.number == 1 }),
        isUsable(parts, first.size)
      else { return create() }
      upload = leftover.id
      partSize = count == 1 ? partSize : first.size
      for part in parts { found[part.number] = part }
      store.client.log.info("\(parcel.path): resumed with \(parts.count) parts already there")
      advance()
    }
  }

  private func isUntouched(since moment: Timestamp) -> Bool {
    parcel.touched.map { $0 < moment } ?? false
  }

  /// Whether the parts could be ours: a stray one would make the store refuse the whole.
  private func isUsable(_ parts: [Part], _ size: Int) -> Bool {
    guard size > 0, size >= store.provider.parts.smallest || size == parcel.size else {
      return false
    }
    let count = (parcel.size + size - 1) / size
    guard count <= store.provider.parts.most else { return false }
    return parts.allSatisfy { part in
      part.number <= count
        && part.size == min(size, parcel.size - (part.number - 1) * size)
    }
  }

  private func create() {
    var ask = Ask(.post, .begin, store.key(parcel.path))
    ask.query = [("uploads", "")]
    ask.headers = Making.headers(parcel, store.terms)
    if store.provider.hasChecksums {
      ask.headers.append(("x-amz-checksum-algorithm", "CRC64NVME"))
      ask.headers.append(("x-amz-checksum-type", "FULL_OBJECT"))
    }
    store.client.send(ask) { [self] result in
      switch result {
      case .success(let answer):
        switch store.client.content({ () throws(Failure) in try Replies.upload(answer.body) }) {
        case .success(let id):
          upload = id
          store.leftovers.own(id)
          advance()
        case .failure(let failure): then(.failure(failure))
        }
      case .failure(let refusal): then(.failure(refusal.failure(parcel.condition)))
      }
    }
  }

  // MARK: Parts

  private func advance() {
    march = Parts(count) { [self] number in
      prepare(number)
    } _: { [self] fault in
      march = nil
      guard let fault else { return complete() }
      // The parts that are there stay for the next run, if they can be of use to it.
      let isOfUse = fault.kind != .data && parcel.isUnchanged()
      isOfUse ? then(.failure(fault)) : giveUp(fault)
    }
    march?.advance()
  }

  private func ended(_ failure: Failure?) { march?.ended(failure) }

  private func range(_ number: Int) -> Range<Int> {
    let start = (number - 1) * partSize
    return start..<min(start + partSize, parcel.size)
  }

  private func prepare(_ number: Int) {
    let known = found[number]
    var algorithms: [Algorithm] = known == nil ? [.sha256] : [.sha256, .md5]
    if store.provider.hasChecksums { algorithms.append(.crc64nvme) }
    store.workshop.digest(file, range(number), algorithms) { [self] result in
      switch result {
      case .failure(let failure): ended(failure)
      case .success(let digests):
        if store.provider.hasChecksums { sums[number] = Base64.text(digests.crc64nvme) }
        if let known, known.etag == Hex.text(digests.md5) {
          parts[number] = known
          return ended(nil)
        }
        send(number, digests)
      }
    }
  }

  private func send(_ number: Int, _ digests: Workshop.Digested) {
    let range = range(number)
    var ask = Ask(.put, .part, store.key(parcel.path))
    ask.query = [("partNumber", "\(number)"), ("uploadId", upload)]
    ask.headers = Making.customerKey(parcel.traits.encryption)
    if store.provider.hasChecksums {
      ask.headers.append(("x-amz-checksum-crc64nvme", Base64.text(digests.crc64nvme)))
    }
    ask.body = .file(file, offset: range.lowerBound, count: range.count)
    ask.payload = .sha256(digests.sha256)
    ask.weight = range.count
    store.client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal): ended(Multipart.failure(refusal))
      case .success(let answer):
        guard let etag = answer.headers["etag"] else {
          return ended(Failure(.unavailable, "", "the store gave part \(number) no ETag"))
        }
        parts[number] = Part(
          number: number, size: range.count, etag: Texts.unquoted(etag), modified: nil)
        parcel.moved(range.count)
        ended(nil)
      }
    }
  }

  /// Why a part or the whole was refused. An upload that is not there was ended by somebody else.
  private static func failure(_ refusal: Refusal) -> Failure {
    guard refusal.fits(.absent) else { return refusal.failure }
    return Failure(.later, "", "the upload was ended by another run")
  }

  // MARK: The end

  private func complete() {
    guard parcel.isUnchanged() else {
      return giveUp(Failure(.later, "", "it changed while it was copied"))
    }
    // Many stores do not heed a condition here, so the place is looked at once more.
    store.check(parcel.path, parcel.condition) { [self] objection in
      if let objection { return giveUp(objection) }
      finish()
    }
  }

  private func finish() {
    var ask = Ask(.post, .complete, store.key(parcel.path))
    ask.query = [("uploadId", upload)]
    ask.headers = store.conditions(
      parcel.condition, absent: .completeAbsent, matching: .completeMatching)
    // Putting a large object together takes a store its time.
    ask.stall = Multipart.patience
    let list = (1...count).compactMap { parts[$0] }.map { part in
      (part.number, part.etag, sums[part.number].map { ["crc64nvme": $0] } ?? [:])
    }
    let body = CompleteBody.whole(list)
    ask.body = .bytes(body)
    ask.headers.append(("Content-Type", "application/xml"))
    do throws(Failure) { ask.payload = .sha256(try store.sha256.value(of: body)) } catch {
      return then(.failure(error))
    }
    store.client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal): failed(refusal)
      case .success(let answer):
        guard
          case .success(let written) = store.client.content({ () throws(Failure) in
            try Replies.completion(answer.body)
          })
        else { return look(Failure(.unavailable, "", "the store's answer cannot be understood")) }
        var now = Fingerprint(size: parcel.size)
        now.etag = written.etag.isEmpty ? tag : Array(written.etag.utf8)
        then(.success(Receipt(now, isConfirmed: store.tellsDigests)))
      }
    }
  }

  private func failed(_ refusal: Refusal) {
    if refusal.fits(.precondition, .conflict) {
      return giveUp(refusal.failure(parcel.condition))
    }
    // An upload that is gone may have been completed: by a request whose answer was lost, or by
    // another run.
    if refusal.fits(.absent) { return look(Multipart.failure(refusal)) }
    then(.failure(refusal.failure))
  }

  /// Looks whether what was put together is there after all.
  private func look(_ failure: Failure) {
    store.stat(parcel.path) { [self] result in
      guard case .success(let object) = result, let etag = object.etag, etag == tag,
        object.size == parcel.size
      else { return then(.failure(failure)) }
      let now = Fingerprint(size: object.size, etag: etag)
      then(.success(Receipt(now, isConfirmed: false)))
    }
  }

  /// The ETag of the whole as those of the parts make it.
  private var tag: [UInt8]? {
    var digests: [UInt8] = []
    for number in 1...count {
      guard let part = parts[number], let digest = Hex.decode(part.etag.utf8) else {
        return nil
      }
      digests += digest
    }
    do throws(Failure) {
      return Array("\(Hex.text(try store.md5.value(of: digests)))-\(count)".utf8)
    } catch {
      return nil
    }
  }

  /// Ends for good, as what was sent is not what is wanted any more.
  private func giveUp(_ failure: Failure) {
    store.leftovers.abort(store.key(parcel.path), upload) { [self] _ in then(.failure(failure)) }
  }
}
