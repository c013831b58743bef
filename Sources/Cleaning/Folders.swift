internal import Core
internal import Records
internal import Stream
internal import Values

/// Folders that are to be deleted while what they hold is: each is removed after its contents,
/// which in a plan follow it.
struct Folders {
  private var open: [(path: Path, line: [UInt8])] = []

  mutating func enter(_ path: Path, _ record: Record) {
    open.append((path, Array(record.line) + [UInt8(ascii: "}")]))
  }

  /// Removes the folders that do not hold the path.
  mutating func leave(
    for path: Path, _ removal: inout Removal, _ section: Section, dry: Bool
  ) throws(Failure) {
    while let last = open.last, !path.isWithin(last.path) {
      try leaveLast(&removal, section, dry: dry)
    }
  }

  mutating func leaveAll(
    _ removal: inout Removal, _ section: Section, dry: Bool
  ) throws(Failure) {
    while !open.isEmpty { try leaveLast(&removal, section, dry: dry) }
  }

  private mutating func leaveLast(
    _ removal: inout Removal, _ section: Section, dry: Bool
  ) throws(Failure) {
    let last = open.removeLast()
    let fate = try removal.remove(last.path, Evidence(), dry: dry)
    try Parser().read(last.line) { (record) throws(Failure) in try section.deleted(record, fate) }
  }
}
