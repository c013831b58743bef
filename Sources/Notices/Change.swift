package import Values

/// What has become of a file of a library, as media servers call it.
package enum Change: String, Sendable {
  case created = "Created"
  case modified = "Modified"
  case deleted = "Deleted"

  /// What two changes of one path, one after the other, come to.
  ///
  /// None of them is ever nothing: a file that came and went may have been seen meanwhile.
  func followed(by next: Change) -> Change {
    switch (self, next) {
    case (.created, .modified): .created
    case (.deleted, .created): .modified
    default: next
    }
  }
}

/// Changes that a server has not been told of yet, one for each path.
///
/// There is a bound: past it the library as a whole counts as modified, and single paths no more.
package struct Pending: Sendable {
  package static let most = 20_000

  private var order: [Path] = []
  private var changes: [Path: Change] = [:]
  /// Whether there were too many to be told one by one.
  package private(set) var isWhole = false

  package init() {}

  package var isEmpty: Bool { changes.isEmpty && !isWhole }
  package var count: Int { changes.count }
  /// Which paths have changed, as far as they are told one by one.
  var paths: [Path] { order }

  package mutating func add(_ change: Change, _ path: Path) {
    if isWhole { return }
    if let known = changes[path] {
      changes[path] = known.followed(by: change)
      return
    }
    if changes.count == Pending.most {
      self = Pending()
      isWhole = true
      return
    }
    changes[path] = change
    order.append(path)
  }

  /// Takes all there is, in the order in which it was first seen.
  package mutating func take() -> [(path: Path, change: Change)] {
    defer { self = Pending() }
    return order.compactMap { path in changes[path].map { (path, $0) } }
  }
}
