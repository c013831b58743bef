package import Values

/// One go at bringing the records in line with the files.
package struct Operation: Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// The first look at a repository.
    case startup
    /// A later look at all of it.
    case reconciliation
    /// Changes as they were seen.
    case realtime
  }

  package enum State: String, CaseIterable, Sendable {
    case running, completed, failed
  }

  package var number: Int
  package var kind: Kind
  package var state: State
  package var scanned = 0
  package var added = 0
  package var updated = 0
  package var removed = 0
  package var start: Timestamp
  package var end: Timestamp?
  /// Measured, not the difference of two readings of a clock that may have been set.
  package var milliseconds: Int?
  package var reason: String?
  /// That of the records it writes.
  package var generation = 0

  package init(_ number: Int, _ kind: Kind, start: Timestamp, state: State = .running) {
    self.number = number
    self.kind = kind
    self.state = state
    self.start = start
  }

  /// Counts a change that was made, unless it is one of those that failed.
  mutating func count(_ change: Change, except failed: Set<[UInt8]>) {
    switch change {
    case .put(let record, let isNew):
      if failed.contains(record.path) { return }
      if isNew { added += 1 } else { updated += 1 }
    case .remove(let path): if !failed.contains(path) { removed += 1 }
    case .pass, .removeBelow: break
    }
  }
}
