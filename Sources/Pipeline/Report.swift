package import Core
package import Records

/// What s4l-index says of one operation.
package struct Report: Equatable, Sendable {
  package var kind: String
  package var state: String
  package var scanned: Int
  package var added: Int
  package var updated: Int
  package var removed: Int
  package var reason: String?

  /// Nil where the record tells of something else.
  package init?(_ record: Record) throws(Failure) {
    guard record.kind == .summary, let kind = try record.text(.operationType),
      let state = try record.text(.state)
    else { return nil }
    self.kind = kind
    self.state = state
    scanned = try record.integer(.filesScanned) ?? 0
    added = try record.integer(.filesAdded) ?? 0
    updated = try record.integer(.filesUpdated) ?? 0
    removed = try record.integer(.filesRemoved) ?? 0
    reason = try record.text(.errorMessage)
  }

  /// Whether all there is was looked at, to the end.
  package var isWhole: Bool { kind != "realtime" && state == "completed" }

  func write(_ writer: Writer) {
    writer.add(.operationType, text: kind)
    writer.add(.state, text: state)
    writer.add(.filesScanned, scanned)
    writer.add(.filesAdded, added)
    writer.add(.filesUpdated, updated)
    writer.add(.filesRemoved, removed)
    if let reason { writer.add(.errorMessage, text: reason) }
  }

  /// The same for a person.
  var text: String {
    "\(scanned) looked at: \(added) new, \(updated) changed, \(removed) gone"
  }
}
