package import Values

/// An object as a page of a listing tells it; the bytes live as long as the call.
package struct ListedObject {
  /// As the object is called, not as the reply encodes it.
  package let key: UnsafeRawBufferPointer
  package let size: Int
  package let modified: Timestamp?
  /// Without the quotes; empty like the rest if the store says none.
  package let etag: UnsafeRawBufferPointer
  package let storageClass: UnsafeRawBufferPointer
  package let checksumAlgorithm: UnsafeRawBufferPointer
  package let checksumType: UnsafeRawBufferPointer
}

/// One line of a listing.
package enum PageItem {
  case object(ListedObject)
  /// What a delimiter has gathered: the common start of keys, with its closing delimiter.
  case folder(UnsafeRawBufferPointer)
}

/// The texts of the object that is being read, one after the other in one buffer.
struct ObjectDraft {
  enum Field: Int { case key, etag, storageClass, checksumAlgorithm, checksumType }

  private let bytes = Buffer(capacity: 2_048)
  private var starts = (0, 0, 0, 0, 0)
  private var counts = (0, 0, 0, 0, 0)
  var size: Int?
  var modified: Timestamp?

  mutating func clear() {
    bytes.clear()
    counts = (0, 0, 0, 0, 0)
    (size, modified) = (nil, nil)
  }

  var isNamed: Bool { counts.0 > 0 }

  /// Keeps a text; false if it should be decoded and cannot.
  @inline(__always)
  mutating func set(_ field: Field, _ text: UnsafeRawBufferPointer, isEncoded: Bool = false) -> Bool
  {
    let start = bytes.count
    if isEncoded {
      guard bytes.append(decoding: text) else { return false }
    } else {
      bytes.append(text)
    }
    let count = bytes.count - start
    switch field {
    case .key: (starts.0, counts.0) = (start, count)
    case .etag: (starts.1, counts.1) = (start, count)
    case .storageClass: (starts.2, counts.2) = (start, count)
    case .checksumAlgorithm: (starts.3, counts.3) = (start, count)
    case .checksumType: (starts.4, counts.4) = (start, count)
    }
    return true
  }

  /// The object; nil while its key or size is missing.
  var listed: ListedObject? {
    guard isNamed, let size else { return nil }
    return ListedObject(
      key: slice(starts.0, counts.0), size: size, modified: modified,
      etag: slice(starts.1, counts.1), storageClass: slice(starts.2, counts.2),
      checksumAlgorithm: slice(starts.3, counts.3), checksumType: slice(starts.4, counts.4))
  }

  @inline(__always)
  private func slice(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes.base + start, count: count)
  }
}
