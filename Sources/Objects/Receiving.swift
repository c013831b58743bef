package import Core
internal import Digests
internal import HTTP
internal import Records
package import Store
internal import System
internal import Values

/// An object on its way into a file: in one request, or in several stretches at once, all of them
/// of the same version.
package final class Receiving {
  private let store: any ObjectStore
  private var pickup: Pickup
  private let then: (Result<Receipt, Failure>) -> Void
  private var size: Int?
  private var etag: String?
  private var next = 0
  private var underway = 0
  private var fault: Failure?
  private var isFirst = true
  /// The MD5 of the whole, in hexadecimal, where the store tells one that can be trusted.
  private var md5: String?
  /// The stretches that are written, but for what was digested of the start, which is so long.
  private var written: [Range<Int>]
  private var digested = 0
  private var isDigesting = false
  private var whole: Workshop.Whole?

  static let stretch = 16 << 20
  static let width = 4

  package init(
    _ store: any ObjectStore, _ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    self.store = store
    self.pickup = pickup
    self.then = then
    size = pickup.listed.size
    etag = pickup.listed.etag.map { String(decoding: $0, as: UTF8.self) }
    if let size = pickup.listed.size { self.pickup.done = Receiving.short(of: size, pickup.done) }
    written = self.pickup.done
  }

  /// The stretches that are there, but for the end of a file of which all is: there has to be an
  /// answer, which tells the version and the digest.
  private static func short(of size: Int, _ done: [Range<Int>]) -> [Range<Int>] {
    guard done.count == 1, let all = done.first, all == 0..<size else { return done }
    return size > stretch ? [0..<(size - stretch)] : []
  }

  package func start() { advance() }

  private func advance() {
    while fault == nil, !Interrupt.isRequested, mayBegin { begin() }
    digest()
    guard underway == 0, !isDigesting else { return }
    if let fault { return then(.failure(fault)) }
    if Interrupt.isRequested { return then(.failure(Failure(.later, "", "the run was stopped"))) }
    verify()
  }

  /// Until the first answer has told the version and the size, there is one request.
  private var mayBegin: Bool {
    if isFirst { return true }
    guard let size, underway < Receiving.width else { return false }
    skipDone()
    return next < size && (etag != nil || underway == 0)
  }

  private func skipDone() {
    while let range = pickup.done.first(where: { $0.contains(next) }) { next = range.upperBound }
  }

  private func begin() {
    skipDone()
    isFirst = false
    let start = next
    let isWhole = start == 0 && size.map { $0 <= Receiving.stretch } ?? false
    var end = start + Receiving.stretch
    if let size { end = min(end, size) }
    if let known = pickup.done.map(\.lowerBound).filter({ $0 > start }).min() {
      end = min(end, known)
    }
    next = end
    if size == 0 { return fetch(0..<0, isWhole: true) }
    fetch(start..<end, isWhole: isWhole)
  }

  private func fetch(_ range: Range<Int>, isWhole: Bool) {
    underway += 1
    var ask = Ask(.get, .get, store.key(pickup.path))
    if !isWhole {
      ask.headers.append(("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
    }
    if let etag { ask.headers.append(("If-Match", "\"\(etag)\"")) }
    ask.headers += store.getting(pickup)
    ask.sink = .file(pickup.file, offset: range.lowerBound)
    if let size { ask.most = size - range.lowerBound }
    // A store that ignores the range would write the whole over a part.
    ask.opening = { answer in
      switch answer.status {
      case 206: Receiving.start(answer) ?? range.lowerBound == range.lowerBound
      case 200..<300: isWhole || range.lowerBound == 0
      default: true
      }
    }
    ask.weight = range.count
    store.client.send(ask) { [self] result in
      underway -= 1
      switch result {
      case .success(let answer): arrived(answer, range, isWhole: isWhole)
      case .failure(let refusal): failed(refusal, range)
      }
      advance()
    }
  }

  private func failed(_ refusal: Refusal, _ range: Range<Int>) {
    // Nothing is there of an object without bytes, so no range of it.
    if refusal.status == 416, range.lowerBound == 0, size == nil {
      size = 0
      return
    }
    if fault != nil { return }
    fault =
      refusal.fits(.precondition)
      ? Failure(.later, "", "it has changed since it was listed") : refusal.failure
  }

  private func arrived(_ answer: Answer, _ range: Range<Int>, isWhole: Bool) {
    let told = answer.headers["etag"].map(Texts.unquoted)
    if let etag, let told, told != etag {
      fault = fault ?? Failure(.later, "", "it has changed since it was listed")
      return
    }
    etag = etag ?? told
    md5 = store.md5(answer, etag, pickup) ?? md5
    if size == nil {
      size = answer.status == 206 ? Receiving.total(answer) : answer.received
    }
    // The whole came where a part was asked for.
    if answer.status == 200, answer.received == size { next = max(next, answer.received) }
    let wanted = size.map { min(range.upperBound, $0) - range.lowerBound } ?? range.count
    guard answer.received == wanted || answer.status == 200 && answer.received == size else {
      let changed = isWhole ? "it has another size than was listed" : "a part of it is missing"
      fault = fault ?? Failure(.later, "", changed)
      return
    }
    pickup.moved(answer.received)
    written.append(range.lowerBound..<(range.lowerBound + answer.received))
    if !isWhole { pickup.finished(range.lowerBound..<(range.lowerBound + answer.received)) }
  }

  /// Where the answer says that it begins, as in `bytes 0-9/100`.
  private static func start(_ answer: Answer) -> Int? {
    guard let text = answer.headers["content-range"], text.hasPrefix("bytes ") else { return nil }
    return Int(text.dropFirst(6).prefix { $0 != "-" })
  }

  /// The whole size behind `bytes 0-9/100`.
  private static func total(_ answer: Answer) -> Int? {
    guard let text = answer.headers["content-range"], let slash = text.lastIndex(of: "/") else {
      return nil
    }
    return Int(text[text.index(after: slash)...])
  }

  // MARK: Proof

  /// Whether what is written is to be held against the store's digest, where it has one that can be
  /// trusted: always for a small object, for a large one where it is asked for.
  private var isProven: Bool {
    guard md5 != nil, let size else { return false }
    return pickup.verifies || size <= Receiving.stretch || store.provesLarge
  }

  /// Digests what follows on what was digested, while the rest is on its way.
  private func digest() {
    guard isProven, fault == nil, !isDigesting, !Interrupt.isRequested else { return }
    var end = digested
    while let place = written.firstIndex(where: { $0.contains(end) }) {
      end = written.remove(at: place).upperBound
    }
    guard end > digested else { return }
    do throws(Failure) {
      let whole = try begunWhole()
      isDigesting = true
      store.workshop.digest(pickup.file, digested..<end, [], of: whole) { [self] result in
        isDigesting = false
        digested = end
        if case .failure(let failure) = result { fault = fault ?? failure }
        advance()
      }
    } catch {
      fault = error
    }
  }

  private func begunWhole() throws(Failure) -> Workshop.Whole {
    if let whole { return whole }
    let begun = try Workshop.Whole(.md5)
    whole = begun
    return begun
  }

  /// Ends with what has come of it.
  private func verify() {
    let now = Fingerprint(size: size ?? 0, etag: etag.map { Array($0.utf8) })
    guard isProven else { return then(.success(Receipt(now, isConfirmed: false))) }
    do throws(Failure) {
      let value = try begunWhole().finish()
      guard digested == size, Hex.text(value) == md5 else {
        // To go on with it would only find the same again.
        pickup.spoiled()
        throw Failure(.later, "", "what arrived has another MD5 than the store tells")
      }
    } catch {
      return then(.failure(error))
    }
    then(.success(Receipt(now, isConfirmed: true)))
  }
}
