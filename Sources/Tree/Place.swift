internal import System
internal import Values

/// A folder that was met on the way of a walk and is not open yet.
struct Arrival {
  /// Its path with a closing slash.
  let path: [UInt8]
  let parent: Place
}

/// A folder on the way of a walk.
final class Place: Sendable {
  let folder: Folder
  /// Its path with a closing slash; empty for the root.
  let prefix: [UInt8]
  let depth: Int
  let device: UInt64
  private let inode: UInt64
  private let parent: Place?

  init(
    _ folder: Folder, _ prefix: [UInt8], _ identity: (device: UInt64, inode: UInt64),
    in parent: Place?
  ) {
    self.folder = folder
    self.prefix = prefix
    self.parent = parent
    depth = parent.map { $0.depth + 1 } ?? 0
    device = identity.device
    inode = identity.inode
  }

  /// Whether a folder is this one or one above it: a link to it never ends.
  func lies(below device: UInt64, _ inode: UInt64) -> Bool {
    var place: Place? = self
    while let here = place {
      if here.device == device, here.inode == inode { return true }
      place = here.parent
    }
    return false
  }
}
