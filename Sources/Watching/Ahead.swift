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

  /// A file can be seen a little before the kernel tells of it.
  private var end: Int64 = 0
  static let grace: Int64 = 50_000_000

  /// A listing was made at a moment, when so much was to be read.
  mutating func extend(to horizon: Int, at now: Int64) {
    self.horizon = horizon
    end = now + Ahead.grace
  }

  func isOver(at now: Int64) -> Bool { now >= end }

  mutating func clear() {
    horizon = 0
    if !told.isEmpty { told = [:] }
  }
}
