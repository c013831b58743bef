internal import Core
internal import Digests
internal import Objects
internal import Records
internal import Store
internal import Values

/// The headers by which a new object is told what it is to be like.
enum Making {
  /// Those of a put, of the creation of an upload in parts, and of a copy.
  static func headers(
    _ parcel: Parcel, _ terms: S3Terms
  ) -> [(name: String, value: String)] {
    let traits = parcel.traits
    var headers: [(name: String, value: String)] = []
    headers.append(("Content-Type", traits.contentType ?? ContentType.of(parcel.path)))
    if let time = parcel.mtime { headers.append(("x-amz-meta-mtime", FileTime.text(time))) }
    if let kind = traits.storageClass ?? terms.storageClass {
      headers.append(("x-amz-storage-class", kind))
    }
    if let cache = traits.cacheControl { headers.append(("Cache-Control", cache)) }
    if let acl = traits.acl { headers.append(("x-amz-acl", acl)) }
    if !traits.tags.isEmpty { headers.append(("x-amz-tagging", Texts.form(traits.tags))) }
    for entry in traits.metadata { headers.append(("x-amz-meta-" + entry.name, entry.value)) }
    return headers + encryption(traits.encryption)
  }

  static func encryption(_ wish: ObjectTraits.Encryption) -> [(name: String, value: String)] {
    switch wish {
    case .asTheStoreDoes: return []
    case .storeKey: return [("x-amz-server-side-encryption", "AES256")]
    case .managedKey(let key):
      return [("x-amz-server-side-encryption", "aws:kms")]
        + (key.map { [("x-amz-server-side-encryption-aws-kms-key-id", $0)] } ?? [])
    case .customerKey: return customerKey(wish)
    }
  }

  /// What every request has to bring that touches an object under a customer's key.
  static func customerKey(
    _ wish: ObjectTraits.Encryption
  ) -> [(name: String, value: String)] {
    guard case .customerKey(let key, let digest) = wish else { return [] }
    let start = "x-amz-server-side-encryption-customer-"
    return [
      (start + "algorithm", "AES256"),
      (start + "key", key.reveal { Base64.text($0) }),
      (start + "key-MD5", digest),
    ]
  }

  /// What must be true of the place.
  static func condition(
    _ condition: Parcel.Condition
  ) -> [(name: String, value: String)] {
    switch condition {
    case .anything: return []
    case .absent: return [("If-None-Match", "*")]
    case .unchanged(let was):
      // Without quotes: some stores take the quotes for a part of the tag.
      guard let etag = was.etag else { return [] }
      return [("If-Match", String(decoding: etag, as: UTF8.self))]
    }
  }
}
