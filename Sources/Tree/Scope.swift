package import System
package import Values

/// What a walk lists, and how.
package struct Scope: Sendable {
  package enum Links: String, CaseIterable, Sendable { case skip, list, follow }

  package var filter = Filter()
  package var links = Links.skip
  package var maxDepth = Int.max
  package var staysOnFileSystem = false
  package var listsFolders = false
  /// Whether entries carry mode, inode, device and ctime too.
  package var isDetailed = false
  package var minSize: Int?
  package var maxSize: Int?
  package var notBefore: Timestamp?
  package var notAfter: Timestamp?
  /// What must be in the root: a mount that is gone has none of what it should.
  package var sentinel: Path?
  /// What holds the walk back, so that it leaves processors to others.
  package var meter: Meter?

  /// How many bytes the names of one folder may take before they are spilled.
  var spillBound = 2 << 20

  package init() {}

  /// Whether files are left out by what they are rather than by their name: then a file that is
  /// missing from the listing may well exist.
  package var isSelection: Bool {
    minSize != nil || maxSize != nil || notBefore != nil || notAfter != nil
  }

  func selects(size: Int, mtime: Timestamp) -> Bool {
    if let minSize, size < minSize { return false }
    if let maxSize, size > maxSize { return false }
    if let notBefore, mtime < notBefore { return false }
    if let notAfter, mtime > notAfter { return false }
    return true
  }
}
