internal import Core
internal import Digests
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
    if let time = parcel.mtime { headers.append(("x-amz-meta-mtime", Making.seconds(time))) }
    if let kind = traits.storageClass ?? terms.storageClass {
      headers.append(("x-amz-storage-class", kind))
    }
    if let cache = traits.cacheControl { headers.append(("Cache-Control", cache)) }
    if let acl = traits.acl { headers.append(("x-amz-acl", acl)) }
    if !traits.tags.isEmpty { headers.append(("x-amz-tagging", Making.tagging(traits.tags))) }
    for entry in traits.metadata { headers.append(("x-amz-meta-" + entry.name, entry.value)) }
    return headers + encryption(traits.encryption)
  }

  /// Seconds since 1970 with their fraction, the form in which other tools keep this time too.
  static func seconds(_ time: Timestamp) -> String {
    if time.nanoseconds == 0 { return "\(time.seconds)" }
    // Before 1970 the fraction counts backwards: one and a half seconds before is -1.5.
    let isNegative = time.seconds < 0
    let whole = isNegative ? -(time.seconds + 1) : time.seconds
    let fraction = isNegative ? 1_000_000_000 - time.nanoseconds : time.nanoseconds
    let digits = String(Int(fraction) + 1_000_000_000).dropFirst()
    return "\(isNegative ? "-" : "")\(whole).\(digits)"
  }

  /// The reverse; nil for what is no such time.
  static func time(_ text: String) -> Timestamp? {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let whole = Int64(first), whole < 1 << 40 else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      let digits = parts[1].prefix(9)
      guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
      fraction = Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
    }
    if !isNegative { return Timestamp(seconds: whole, nanoseconds: Int32(fraction)) }
    return fraction == 0
      ? Timestamp(seconds: -whole)
      : Timestamp(seconds: -whole - 1, nanoseconds: Int32(1_000_000_000 - fraction))
  }

  private static func tagging(_ tags: [(name: String, value: String)]) -> String {
    tags.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        byte >= 48 && byte <= 57 || byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
        || byte == 45 || byte == 95 || byte == 46 || byte == 126
      return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.text([byte]).uppercased()
    }.joined()
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
