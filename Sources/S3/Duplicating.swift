package import Core
internal import HTTP
internal import Objects
internal import Records
package import Store
internal import System
package import Values

/// Objects that become objects elsewhere in the same service: no byte of them comes here.
extension S3Store {
  package func copies(from other: any Store) -> Bool {
    guard let other = other as? S3Store, let account = terms.account else { return false }
    return account == other.terms.account
  }

  package func copy(
    _ path: Path, of other: any Store, to parcel: Parcel,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    guard let source = other as? S3Store, copies(from: source) else {
      let reason = "it cannot be copied on the server's side"
      loop.after(0) { then(.failure(Failure(.unavailable, "", reason))) }
      return
    }
    // Copies heed no condition on what they replace, so the place is looked at first.
    check(parcel.path, parcel.condition) { [self] objection in
      if let objection { return then(.failure(objection)) }
      guard S3Store.replacesMetadata(parcel.traits) else {
        return duplicate(path, of: source, to: parcel, then)
      }
      // Then the time, which is metadata too, has to be given anew.
      source.stat(path) { [self] result in
        switch result {
        case .failure(let failure): then(.failure(failure))
        case .success(let object):
          var parcel = parcel
          parcel.mtime = object.mtime ?? parcel.mtime
          duplicate(path, of: source, to: parcel, then)
        }
      }
    }
  }

  /// Whether what is asked for can only be had by giving all metadata anew.
  private static func replacesMetadata(_ traits: ObjectTraits) -> Bool {
    traits.contentType != nil || traits.cacheControl != nil || !traits.metadata.isEmpty
  }

  private func duplicate(
    _ path: Path, of source: S3Store, to parcel: Parcel,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    var ask = Ask(.put, .copy, key(parcel.path))
    ask.headers = S3Store.copyHeaders(parcel, terms)
    ask.headers.append(("x-amz-copy-source", source.name(of: path)))
    if let etag = parcel.origin.etag {
      ask.headers.append(("x-amz-copy-source-if-match", String(decoding: etag, as: UTF8.self)))
    }
    client.send(ask) { [self] result in
      switch result {
      case .failure(let refusal) where refusal.fits(.precondition):
        then(.failure(Failure(.later, "", "it has changed since it was listed")))
      case .failure(let refusal): then(.failure(refusal.failure))
      case .success(let answer):
        then(
          client.content { () throws(Failure) in try Replies.copy(answer.body) }
            .flatMap { receipt($0, parcel) })
      }
    }
  }

  private static func copyHeaders(
    _ parcel: Parcel, _ terms: S3Terms
  ) -> [(name: String, value: String)] {
    var headers = Making.headers(parcel, terms)
    if replacesMetadata(parcel.traits) {
      headers.append(("x-amz-metadata-directive", "REPLACE"))
    } else {
      headers.removeAll { $0.name == "Content-Type" || $0.name == "x-amz-meta-mtime" }
    }
    if !parcel.traits.tags.isEmpty { headers.append(("x-amz-tagging-directive", "REPLACE")) }
    let key = Making.customerKey(parcel.traits.encryption)
    return headers
      + key.map { ("x-amz-copy-source-" + $0.name.dropFirst("x-amz-".count), $0.value) }
  }

  /// What was copied, if it is what was meant: not every store heeds the condition.
  private func receipt(
    _ written: Replies.Written, _ parcel: Parcel
  ) -> Result<Receipt, Failure> {
    let etag = Array(written.etag.utf8)
    let tells =
      provider.etags != .none && S3Store.isPlain(etag) && S3Store.isPlain(parcel.origin.etag)
    guard !tells || etag == parcel.origin.etag else {
      return .failure(Failure(.later, "", "it has changed since it was listed"))
    }
    parcel.moved(parcel.size)
    return .success(Receipt(Fingerprint(size: parcel.size, etag: etag), isConfirmed: tells))
  }

  private static func isPlain(_ etag: [UInt8]?) -> Bool {
    etag.map { $0.count == 32 && !$0.contains(UInt8(ascii: "-")) } ?? false
  }
}
