internal import Core
internal import Records
package import Values

/// What of a run may well succeed another time: the paths of failures that may pass by themselves,
/// and of places that could not be looked at.
package struct Lingering: Sendable {
  /// So many are remembered one by one.
  private static let most = 10_000

  /// Files and folders, without a slash at the end; nil if there are too many, or one has no path.
  package private(set) var paths: Set<Path>? = []

  package init() {}

  /// Whether what failed may well succeed another time.
  static func mayPass(_ record: Record) -> Bool {
    record.holds(.kind, "later") || record.holds(.kind, "unavailable") || record.holds(.kind, "io")
  }

  mutating func add(_ record: Record) {
    guard let path = record.path, !path.isEmpty, paths?.count ?? 0 < Lingering.most else {
      return paths = nil
    }
    paths?.insert(Path(path).trimmed)
  }

  mutating func add(_ other: Lingering) {
    guard let more = other.paths else { return paths = nil }
    paths?.formUnion(more)
  }

  /// Which of the paths an event is about that names a file or a folder: itself, or what lies below
  /// it.
  package func paths(of name: Path) -> [Path] {
    let paths = paths ?? []
    if !name.isFolder { return paths.contains(name) ? [name] : [] }
    return paths.filter { $0 == name.trimmed || $0.isWithin(name) }
  }
}
