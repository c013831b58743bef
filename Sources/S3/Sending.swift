internal import Core
internal import Digests
internal import Glibc
internal import HTTP
internal import Records
internal import Signing
internal import Store
internal import System
internal import Values

/// A file that is small enough goes in one request, whose signature covers its bytes.
extension S3Store {
  func putWhole(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    switch parcel.content {
    case .bytes(let bytes):
      do throws(Failure) {
        sendWhole(parcel, .bytes(bytes), try sha256.value(of: bytes), then)
      } catch {
        loop.after(0) { then(.failure(error)) }
      }
    case .file(let file):
      workshop.digest(file, 0..<parcel.size, [.sha256]) { [self] result in
        switch result {
        case .success(let digests):
          let body = Exchange.Body.file(file, offset: 0, count: parcel.size)
          sendWhole(parcel, body, digests.sha256, then)
        case .failure(let failure): then(.failure(failure))
        }
      }
    }
  }

  private func sendWhole(
    _ parcel: Parcel, _ body: Exchange.Body, _ digest: [UInt8],
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    var ask = Ask(.put, .put, key(parcel.path))
    ask.headers = Making.headers(parcel, client.terms) + conditions(parcel.condition)
    if provider.hasChecksums {
      ask.headers.append(("x-amz-checksum-sha256", Base64.text(digest)))
    }
    ask.body = body
    ask.payload = .sha256(digest)
    ask.weight = parcel.size
    client.send(ask) { [self] result in
      switch result {
      case .success(let answer):
        // Every store tells one; who does not is something between us and the store.
        guard let etag = answer.headers["etag"] else {
          return then(.failure(Failure(.unavailable, "", "the store gave the file no ETag")))
        }
        parcel.moved(parcel.size)
        then(.success(receipt(Replies.unquoted(etag), parcel)))
      case .failure(let refusal): refused(parcel, refusal, then)
      }
    }
  }

  /// The conditions that the store heeds. What an unknown one makes of them is its business: to
  /// pass over them does no harm.
  func conditions(
    _ condition: Parcel.Condition, absent: Provider.Conditions = .putAbsent,
    matching: Provider.Conditions = .putMatching
  ) -> [(name: String, value: String)] {
    let needed: Provider.Conditions
    switch condition {
    case .anything: return []
    case .absent: needed = absent
    case .unchanged: needed = matching
    }
    let isSent = provider.conditions.contains(needed) || provider == .other
    return isSent ? Making.condition(condition) : []
  }

  /// What was stored: the store has checked the digest that the signature covers.
  private func receipt(_ etag: String, _ parcel: Parcel) -> Receipt {
    Receipt(Fingerprint(size: parcel.size, etag: Array(etag.utf8)), isConfirmed: true)
  }

  /// A condition that fails after a request was repeated may fail because the first one arrived
  /// after all: then the object is ours.
  private func refused(
    _ parcel: Parcel, _ refusal: Refusal, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    guard refusal.fits(.precondition), refusal.attempts > 1 else {
      return then(.failure(S3Store.failure(refusal, parcel.condition)))
    }
    stat(parcel.path) { result in
      if case .success(let object) = result, object.size == parcel.size,
        object.mtime == parcel.mtime, parcel.mtime != nil
      {
        let now = Fingerprint(size: object.size, etag: object.etag)
        return then(.success(Receipt(now, isConfirmed: false)))
      }
      then(.failure(S3Store.failure(refusal, parcel.condition)))
    }
  }

  /// A refusal in words that fit what was asked for.
  static func failure(_ refusal: Refusal, _ condition: Parcel.Condition) -> Failure {
    switch condition {
    case .absent where refusal.fits(.precondition, .conflict):
      Failure(.later, "", "the target has appeared since the plan was made")
    case .unchanged where refusal.fits(.precondition, .conflict, .absent):
      Failure(.later, "", "the target has changed since the plan was made")
    case .anything, .absent, .unchanged: refusal.failure
    }
  }
}
