internal import Core
internal import System
internal import Values

/// A folder that is watched with all that it holds, and what it lies on.
///
/// Why the mount counts: where a file system was unmounted, an empty folder is left. It must not be
/// taken for the root with everything in it removed, so a root is there only while the mount that
/// it was seen on is, or one further down.
struct Root {
  let path: Path
  /// The folder itself, while it is watched.
  private var identity: (device: UInt64, inode: UInt64)?
  /// The mounts at, above and below it.
  private var mounts: [Mounts.Mount] = []
  /// Where the mount is that it was seen on.
  private var ground: Path?

  init(_ path: Path) {
    self.path = path
  }

  /// Whether there is a folder that may be the root.
  func isThere(_ mounts: Mounts) -> Bool {
    guard look() != nil else { return false }
    guard let ground else { return true }
    return mounts.covering(path).isWithin(ground)
  }

  /// Remembers the folder that is there now.
  mutating func settle(_ mounts: Mounts) {
    identity = look()
    self.mounts = mounts.concerning(path)
    ground = mounts.covering(path)
  }

  /// Whether it is still the folder that was there then, and nothing was mounted or unmounted.
  func isSame(_ mounts: Mounts) -> Bool {
    guard let identity, let now = look() else { return false }
    return now == identity && self.mounts == mounts.concerning(path)
  }

  private func look() -> (device: UInt64, inode: UInt64)? {
    let found = path.withCString { Inode.at(Folder.current, $0, followsLinks: false) }
    guard case .success(let inode) = found, inode.form == .folder else { return nil }
    return (inode.device, inode.inode)
  }

  /// The folders above it.
  var above: [Path] {
    var folders: [Path] = []
    var here = path.parent.trimmed
    while !here.isEmpty {
      folders.append(here)
      if here.bytes == [Path.slash] { break }
      here = here.parent.trimmed
    }
    return folders
  }

  /// The places that the paths name. One that lies in another would be watched twice.
  static func all(_ given: [Path]) throws(Failure) -> [Path] {
    var roots: [Path] = []
    for path in given {
      let root = try path.resolved()
      for other in roots where root.isWithin(other) || other.isWithin(root) {
        throw Failure(.usage, "\(path)", "it and \(other) lie one in the other")
      }
      roots.append(root)
    }
    return roots
  }
}
