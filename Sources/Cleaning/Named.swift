internal import Core
internal import System
internal import Values

/// The names that a listing gives, of sources and of targets, to be asked for in byte order.
struct Named {
  enum Role: UInt8 {
    case source = 1
    case target = 2
  }

  private let rows = Sorting()
  private var ahead: [UInt8]?
  private var key: [UInt8] = []
  private var roles: UInt8 = 0
  /// What was made of the source that was asked for last.
  private(set) var made: [Path] = []

  private static let isMade: UInt8 = 4

  mutating func add(source: Path, target: Path?) throws(Failure) {
    try add(source, target == nil || target == source ? 3 : Role.source.rawValue)
    if let target, target != source { try add(target, Role.target.rawValue) }
  }

  /// Says which file has been made of a source.
  mutating func add(made target: Path, of source: Path) throws(Failure) {
    if source.bytes.contains(0) { return }
    try rows.add(Keyed.row(source.bytes, [Named.isMade] + target.bytes))
  }

  private mutating func add(_ path: Path, _ roles: UInt8) throws(Failure) {
    // No file has such a name, and no folder is ever removed for want of one.
    if path.isFolder || path.bytes.contains(0) { return }
    try rows.add(Keyed.row(path.bytes, [roles]))
  }

  mutating func finish() throws(Failure) {
    try rows.finish()
    ahead = try rows.next()
  }

  /// Whether a name, not sorting before those asked for earlier, was given.
  mutating func holds(_ path: [UInt8], as role: Role) throws(Failure) -> Bool {
    while key.lexicographicallyPrecedes(path), ahead != nil { try step() }
    return key == path && roles & role.rawValue != 0
  }

  /// Goes on to the next name and gathers all that it was given as.
  private mutating func step() throws(Failure) {
    guard let row = ahead else { return }
    key = Array(Keyed.split(row).key)
    roles = 0
    made = []
    while let row = ahead, Keyed.split(row).key.elementsEqual(key) {
      let rest = Keyed.split(row).rest
      if rest.first == Named.isMade {
        made.append(Path(rest.dropFirst()))
      } else {
        roles |= rest.first ?? 0
      }
      ahead = try rows.next()
    }
  }
}
