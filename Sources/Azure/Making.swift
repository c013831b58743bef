internal import Core
internal import Objects
internal import Records
internal import Store
internal import Values

/// The headers by which a new blob is told what it is to be like. A blob that is replaced loses all
/// that is not told anew.
enum Making {
  /// What the names of metadata begin with.
  static let metadata = "x-ms-meta-"

  /// Those of a blob that is sent whole, and of the list that puts blocks together.
  static func headers(
    _ parcel: Parcel, _ terms: AzureTerms
  ) -> [(name: String, value: String)] {
    let traits = parcel.traits
    let type = traits.contentType ?? ContentType.of(parcel.path)
    var headers: [(name: String, value: String)] = [("x-ms-blob-content-type", type)]
    // As a date, which is how other tools keep it with blobs.
    if let time = parcel.mtime { headers.append((metadata + FileTime.name, time.text)) }
    if let tier = traits.storageClass ?? terms.tier { headers.append(("x-ms-access-tier", tier)) }
    if let cache = traits.cacheControl { headers.append(("x-ms-blob-cache-control", cache)) }
    if !traits.tags.isEmpty { headers.append(("x-ms-tags", Texts.form(traits.tags))) }
    for entry in traits.metadata {
      // A signature covers what is sent, and a header's value has no space around it.
      headers.append((metadata + entry.name.lowercased(), Texts.ascii(Texts.trimmed(entry.value))))
    }
    return headers
  }

  /// Fails if something is wished that the service does not have: to pass over it could give away
  /// what was to be kept secret.
  static func check(_ traits: ObjectTraits) throws(Failure) {
    if traits.acl != nil {
      throw Failure(.unavailable, "--acl", "blobs have no lists: the container's rights hold")
    }
    switch traits.encryption {
    case .asTheStoreDoes, .storeKey: break
    case .managedKey, .customerKey:
      throw Failure(
        .unavailable, "--encryption", "az:// is encrypted with the keys that the account has")
    }
    for entry in traits.metadata where !isName(entry.name) {
      throw Failure(
        .data, "--meta", "\(Path.visible(entry.name.utf8)) must be letters, digits and _")
    }
    for entry in traits.metadata where entry.name.lowercased() == FileTime.name {
      throw Failure(.usage, "--meta", "\(FileTime.name) holds the time of the file itself")
    }
  }

  /// The service takes names as those of a program's variables.
  private static func isName(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, first < 48 || first > 57 else { return false }
    return bytes.allSatisfy { byte in
      byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte >= 48 && byte <= 57 || byte == 95
    }
  }

  /// What must be true of the place.
  static func condition(_ condition: Parcel.Condition) -> [(name: String, value: String)] {
    switch condition {
    case .anything: return []
    case .absent: return [("If-None-Match", "*")]
    case .unchanged(let was):
      guard let etag = was.etag else { return [] }
      return [("If-Match", "\"\(String(decoding: etag, as: UTF8.self))\"")]
    }
  }
}
