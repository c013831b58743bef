internal import Digests
internal import Manifests
internal import System
internal import Values

/// What a thread works on at a time: some folders, and memory that is used again.
///
/// `@unchecked Sendable`: it is handed from thread to thread, and belongs to one of them at a time.
final class Load: @unchecked Sendable {
  var batches: [Batch] = []
  var count = 0
  var orders: Orders?
  let content = Buffer(capacity: 4_096)
  let path = Buffer(capacity: 1_024)
  let found = Buffer(capacity: 16_384)
  let lines = Buffer(capacity: 65_536)
  var digest: Digest?
}

/// The place that the films of a section lie in, as the manifest is told of it.
struct Provenance: Sendable {
  let root: Path?
  let hash: UInt64
  /// Whether it was events that named them.
  let isByEvents: Bool

  init(_ root: Path? = nil, byEvents: Bool = false) {
    self.root = Manifest.origin(root)
    hash = Ledger.hash(self.root ?? Path())
    isByEvents = byEvents
  }
}

/// What holds for all films of a section.
struct Orders: Sendable {
  var terms: Terms
  /// The folder to write into; nil if it is not there and nothing may be made.
  var ground: Folder?
  var ledger: Ledger?
  /// Whose the films are, for the manifest.
  var provenance = Provenance()
  /// Whether one film may be named again at once, so that each folder is ended before the next.
  var endsFolders: Bool
}
