internal import Core
internal import Values

/// Folders that are to be deleted while what they hold is: each is removed after its contents,
/// which in a plan follow it.
struct Folders {
  private var open: [(path: Path, tell: Telling)] = []

  var areOpen: Bool { !open.isEmpty }

  mutating func enter(_ path: Path, _ tell: @escaping Telling) {
    open.append((path, tell))
  }

  /// Removes the folders that do not hold the path.
  mutating func leave(for path: Path, _ remover: any Remover, dry: Bool) throws(Failure) {
    while let last = open.last, !path.isWithin(last.path) { try leaveLast(remover, dry: dry) }
  }

  mutating func leaveAll(_ remover: any Remover, dry: Bool) throws(Failure) {
    while !open.isEmpty { try leaveLast(remover, dry: dry) }
  }

  private mutating func leaveLast(_ remover: any Remover, dry: Bool) throws(Failure) {
    let last = open.removeLast()
    try remover.remove(last.path, Evidence(), dry: dry, last.tell)
  }
}
