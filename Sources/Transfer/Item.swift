internal import Core
internal import Records
internal import System
internal import Values

/// One file to be copied, as its record tells it.
struct Item {
  /// What must be true of the target when the copy takes its place.
  enum Expectation {
    case anything
    case absent
    case unchanged(Fingerprint)
  }

  /// Where it is below the source.
  var path: Path
  /// Where it goes below the target.
  var target: Path
  var expectation = Expectation.anything
  /// What was listed; checked only where there is no head.
  var size: Int?
  var mtime: Timestamp?
  var isLink = false
  /// Whether the target is believed to be right already, and is to be compared.
  var isKept = false
  /// Whether it is kept because it is newer: then it is not to be replaced, whatever it holds.
  var isNewer = false

  init(_ path: Path) {
    self.path = path
    target = path
  }

  init(_ record: Record, isRetry: Bool) throws(Failure) {
    guard let bytes = record.path else { throw Failure(.data, "", "member \"path\" is missing") }
    self.init(Path(bytes))
    if record.has(.event), record.holds(.event, "rename") {
      guard let to = try record.name(.to) else {
        throw Failure(.data, "", "a rename lacks \"to\"")
      }
      path = to
      target = to
    }
    if let target = try record.name(.target) { self.target = target }
    isLink = record.has(.link)
    if isRetry || record.kind == .event { return }
    size = try record.integer(.size)
    mtime = try record.time(.mtime)
    guard record.kind == .change else { return }
    isKept = record.holds(.action, "keep")
    isNewer = isKept && record.holds(.why, "newer")
    if let was = try record.fingerprint(.was) {
      expectation = .unchanged(was)
    } else if !isKept {
      expectation = .absent
    }
  }

  /// Without a head nobody vouches for the listing, so it has to agree with the file.
  func check(_ inode: Inode) throws(Mishap) {
    if size ?? inode.size != inode.size || mtime ?? inode.mtime != inode.mtime {
      throw .changedSinceListed
    }
  }

  /// Whether it stands for a folder: its path ends in a slash, or is the root itself.
  var isFolder: Bool { path.isFolder }

  /// Why it may not be touched.
  var objection: String? {
    if path.isEmpty, target.isEmpty { return nil }
    return path.objection ?? (target == path ? nil : target.objection)
  }
}
