internal import System
internal import Values

/// What listings have told of files whose notices may still come: a folder that is new is watched
/// first and listed then, so a file made in between is in the listing and among the notices.
struct Ahead {
  struct Version: Equatable {
    var size: Int
    var mtime: Timestamp

    init(_ inode: Inode) {
      size = inode.size
      mtime = inode.mtime
    }
  }

  private var told: [Nodes.Key: Version] = [:]
  /// How far notices must be handled until none is older than the last listing.
  private(set) var horizon = 0

  /// As many as are kept; what goes beyond may be told twice.
  private static let most = 65_536

  subscript(node: Int, name: UnsafeRawBufferPointer) -> Version? {
    if told.isEmpty { return nil }
    return told[Nodes.Key(parent: node, name: Array(name))]
  }

  mutating func add(_ node: Int, _ name: UnsafeRawBufferPointer, _ version: Version) {
    guard told.count < Ahead.most else { return }
    told[Nodes.Key(parent: node, name: Array(name))] = version
  }

  mutating func remove(_ node: Int, _ name: UnsafeRawBufferPointer) {
    if told.isEmpty { return }
    told[Nodes.Key(parent: node, name: Array(name))] = nil
  }

  mutating func extend(to horizon: Int) { self.horizon = horizon }

  mutating func clear() {
    horizon = 0
    if !told.isEmpty { told = [:] }
  }
}
