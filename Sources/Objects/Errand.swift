/// What a request is for.
package enum Errand: CaseIterable, Sendable {
  case list, head, get, put, copy, delete, deleteMany
  case begin, part, partCopy, complete, abort, listParts, listUploads
  /// Asking a bucket where it is.
  case bucket

  /// Whether a reply may say that all is well and then tell of an error.
  package var mayFailLate: Bool {
    switch self {
    case .complete, .copy, .partCopy, .deleteMany: true
    case .list, .head, .get, .put, .delete, .begin, .part, .abort, .listParts, .listUploads,
      .bucket:
      false
    }
  }

  /// Whether it is about an object or an upload that may be missing. For the others, what is
  /// missing is the bucket, which is never the same as an empty one.
  package var mayMiss: Bool {
    switch self {
    case .head, .get, .copy, .delete, .part, .partCopy, .complete, .abort, .listParts: true
    case .list, .put, .deleteMany, .begin, .listUploads, .bucket: false
    }
  }
}
