package import Core
package import Records
package import Values

/// A file on its way to a store.
package struct Parcel {
  /// Where its bytes are. A file stays the sender's, open until the answer has come.
  package enum Content {
    case bytes([UInt8])
    case file(Int32)
  }

  /// What must be true of the place when the file takes it.
  package enum Condition {
    case anything
    case absent
    case unchanged(Fingerprint)
  }

  package let path: Path
  package let content: Content
  package let size: Int
  /// What the store is to keep as the time of the file.
  package var mtime: Timestamp?
  /// When the file, or anything that is known of it, last changed: what an earlier run began after
  /// that can be gone on with.
  package var touched: Timestamp?
  package var condition = Condition.anything
  /// Of a copy on the server's side: what the source was when it was listed.
  package var origin = Fingerprint()
  package var traits = ObjectTraits()
  /// Whether the file is still the one that was opened; asked before the store gives it its name.
  package var isUnchanged: () -> Bool = { true }
  /// Called with the number of bytes that have left.
  package var moved: (Int) -> Void = { _ in }

  package init(_ path: Path, _ content: Content, size: Int) {
    self.path = path
    self.content = content
    self.size = size
  }
}

/// What a new object is to be like, besides its content.
package struct ObjectTraits: Sendable {
  /// Nil lets the name decide.
  package var contentType: String?
  package var storageClass: String?
  package var cacheControl: String?
  package var acl: String?
  package var tags: [(name: String, value: String)] = []
  package var metadata: [(name: String, value: String)] = []
  package var encryption = Encryption.asTheStoreDoes

  package enum Encryption: Sendable {
    case asTheStoreDoes
    case storeKey
    case managedKey(String?)
    /// The key, and its MD5 in base64.
    case customerKey(Secret, digest: String)
  }

  package init() {}
}

/// A file on its way from a store.
package struct Pickup {
  package let path: Path
  /// The file to write into: open, empty but for what is `done`, the caller's.
  package let file: Int32
  /// What was listed: if the store holds something else by then, the pickup fails as `later`.
  package var listed: Fingerprint
  /// Whether what was written has to be checked against a digest of the store's.
  package var verifies = false
  /// The customer's key, for an object that was stored with one.
  package var encryption = ObjectTraits.Encryption.asTheStoreDoes
  /// Stretches of the file that an earlier run has written already, in order.
  package var done: [Range<Int>] = []
  /// Called for each stretch of a large file that was written.
  package var finished: (Range<Int>) -> Void = { _ in }
  /// Called if what was written is wrong somewhere, so that none of it may be gone on with.
  package var spoiled: () -> Void = {}
  /// Called with the number of bytes that have arrived.
  package var moved: (Int) -> Void = { _ in }

  package init(_ path: Path, into file: Int32, _ listed: Fingerprint) {
    self.path = path
    self.file = file
    self.listed = listed
  }
}

/// What a store says of a file that was put or got.
package struct Receipt: Equatable, Sendable {
  /// The file as the store holds it; a time only if it told one.
  package var now: Fingerprint
  /// Whether a digest of the very bytes was verified, by the store or against the store's.
  package var isConfirmed: Bool

  package init(_ now: Fingerprint, isConfirmed: Bool) {
    self.now = now
    self.isConfirmed = isConfirmed
  }
}
