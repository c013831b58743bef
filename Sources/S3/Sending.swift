internal import Core
package import Digests
package import HTTP
package import Objects
internal import Records
internal import Signing
package import Store
internal import Values

/// What S3 is told with a file that goes in one request, whose signature covers its bytes.
extension S3Store {
  package var algorithms: [Algorithm] { [.sha256] }

  package func putting(_ parcel: Parcel, _ digests: Workshop.Digested) -> Ask {
    var ask = Ask(.put, .put, key(parcel.path))
    ask.headers = Making.headers(parcel, terms) + conditions(parcel.condition)
    if provider.hasChecksums {
      ask.headers.append(("x-amz-checksum-sha256", Base64.text(digests.sha256)))
    }
    ask.payload = .sha256(digests.sha256)
    return ask
  }

  package func getting(_ pickup: Pickup) -> [(name: String, value: String)] {
    Making.customerKey(pickup.encryption)
  }

  /// The ETag, where it is that of what the store gives. With a key of the user's own, or one that
  /// a service manages, it is that of what is stored.
  package func md5(_ answer: Answer, _ etag: String?, _ pickup: Pickup) -> String? {
    guard let etag, etag.utf8.count == 32, !etag.contains("-"), provider.etags != .none,
      answer.headers["x-amz-server-side-encryption"]?.hasPrefix("aws:kms") != true
    else { return nil }
    if case .customerKey = pickup.encryption { return nil }
    return etag
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
}
