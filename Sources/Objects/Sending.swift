package import Core
internal import Digests
internal import HTTP
internal import Records
package import Store
internal import System
internal import Values

/// A file that is small enough goes in one request, which tells a digest of its bytes.
extension ObjectStore {
  package func putWhole(
    _ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    switch parcel.content {
    case .bytes(let bytes):
      do throws(Failure) {
        sendWhole(parcel, .bytes(bytes), try Workshop.digest(bytes, algorithms), then)
      } catch {
        loop.after(0) { then(.failure(error)) }
      }
    case .file(let file):
      workshop.digest(file, 0..<parcel.size, algorithms) { [self] result in
        switch result {
        case .success(let digests):
          sendWhole(parcel, .file(file, offset: 0, count: parcel.size), digests, then)
        case .failure(let failure): then(.failure(failure))
        }
      }
    }
  }

  private func sendWhole(
    _ parcel: Parcel, _ body: Exchange.Body, _ digests: Workshop.Digested,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    var ask = putting(parcel, digests)
    ask.body = body
    ask.weight = parcel.size
    client.send(ask) { [self] result in
      switch result {
      case .success(let answer):
        // Every store tells one; who does not is something between us and the store.
        guard let etag = answer.headers["etag"] else {
          return then(.failure(Failure(.unavailable, "", "the store gave the file no ETag")))
        }
        parcel.moved(parcel.size)
        // The store has checked the digest that the request tells, if it tells one.
        let now = Fingerprint(size: parcel.size, etag: Array(Texts.unquoted(etag).utf8))
        then(.success(Receipt(now, isConfirmed: tellsDigests)))
      case .failure(let refusal): refused(parcel, refusal, then)
      }
    }
  }

  /// A condition that fails after a request was repeated may fail because the first one arrived
  /// after all: then the object is ours.
  package func refused(
    _ parcel: Parcel, _ refusal: Refusal, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    guard refusal.fits(.precondition), refusal.attempts > 1 else {
      return then(.failure(refusal.failure(parcel.condition)))
    }
    stat(parcel.path) { result in
      if case .success(let object) = result, object.size == parcel.size,
        object.mtime == parcel.mtime, parcel.mtime != nil
      {
        let now = Fingerprint(size: object.size, etag: object.etag)
        return then(.success(Receipt(now, isConfirmed: false)))
      }
      then(.failure(refusal.failure(parcel.condition)))
    }
  }
}
