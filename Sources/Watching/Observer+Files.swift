internal import Core
internal import System
internal import Tree
internal import Values

/// What happens to files.
extension Observer {
  /// Whether a file or folder of this name is spoken of at all.
  func admits(_ spot: Spot, isFolder: Bool) -> Bool {
    if spot.name.starts(with: Path.reserved) { return false }
    if scope.filter.isEmpty { return true }
    return isFolder
      ? scope.filter.names(spot.trimmed, name: spot.name)
      : scope.filter.lists(spot.path, name: spot.name)
  }

  /// A file is there that is new or has changed.
  func changed(
    _ node: Int, _ name: UnsafeRawBufferPointer, _ seen: Notice.Mask
  ) throws(Failure) {
    if seen.contains(.created), !owed.departures.isEmpty {
      // A link may lead elsewhere what goes through it.
      took(Nodes.Key(parent: node, name: Array(name)))
    }
    spot.set(node, name, isFolder: false, tree)
    guard admits(spot, isFolder: false) else { return }
    let told = ahead[node, name]
    let happening: Happening
    if seen.contains(.created), told == nil, teller.wants(.create) {
      happening = .create
    } else if seen.contains(.written), teller.wants(.write) {
      happening = .write
    } else if seen.contains(.attributes), teller.wants(.chmod) {
      happening = .chmod
    } else {
      return
    }
    tree.look(node, at: period)
    switch ground.look(spot.pointer, isBrief: true) {
    case .success(let inode):
      if told != nil {
        // Of what it held before we looked, it was told.
        if told == Ahead.Version(inode) { return }
        ahead.remove(node, name)
      }
      if inode.form == .file {
        try teller.tell(happening, spot.path, in: spot.root, inode)
      } else if seen.contains(.movedTo) {
        // It may have taken the place of a file.
        try teller.tell(.remove, spot.path, in: spot.root)
      }
    case .failure(let error):
      if error.isAbsent || error.isLink {
        owe(file: Nodes.Key(parent: node, name: Array(name)))
      } else {
        try teller.tell(happening, spot.path, in: spot.root)
      }
    }
  }

  func fileRemoved(_ node: Int, _ name: UnsafeRawBufferPointer) throws(Failure) {
    ahead.remove(node, name)
    if !owed.files.isEmpty { owed.files[Nodes.Key(parent: node, name: Array(name))] = nil }
    spot.set(node, name, isFolder: false, tree)
    if admits(spot, isFolder: false) { try teller.tell(.remove, spot.path, in: spot.root) }
  }

  func fileMoved(_ from: Nodes.Key, _ to: Nodes.Key) throws(Failure) {
    other.set(from.parent, from.name, isFolder: false, tree)
    spot.set(to.parent, to.name, isFolder: false, tree)
    ahead.remove(other.node, other.name)
    ahead.remove(spot.node, spot.name)
    if !owed.files.isEmpty { owed.files[from] = nil }
    took(to)
    tree.look(spot.node, at: period)
    let leaves = admits(other, isFolder: false)
    let arrives = admits(spot, isFolder: false)
    let isRename = leaves && arrives && spot.root == other.root && teller.wants(.rename)
    switch arrives ? ground.look(spot.pointer, isBrief: true) : .failure(.absent) {
    case .success(let inode) where inode.form == .file:
      if isRename {
        try teller.rename(other.path, to: spot.path, in: spot.root, inode)
      } else {
        try teller.tell(.create, spot.path, in: spot.root, inode)
        if leaves { try teller.tell(.remove, other.path, in: other.root) }
      }
    case .success:
      // Something that is no file may have taken the place of one.
      if leaves { try teller.tell(.remove, other.path, in: other.root) }
      try teller.tell(.remove, spot.path, in: spot.root)
    case .failure:
      if arrives { owe(file: to) }
      if isRename {
        try teller.rename(other.path, to: spot.path, in: spot.root, nil)
      } else if leaves {
        try teller.tell(.remove, other.path, in: other.root)
      }
    }
    try secondHalf(from, to)
  }

  /// Two names that change places are told by the kernel as a move there and one back.
  private func secondHalf(_ from: Nodes.Key, _ to: Nodes.Key) throws(Failure) {
    let isBack = lastMove.map { $0.from == to && $0.to == from } ?? false
    lastMove = (from, to)
    guard isBack else { return }
    took(from)
    guard admits(other, isFolder: false) else { return }
    switch ground.look(other.pointer, isBrief: true) {
    case .success(let inode) where inode.form == .file:
      try teller.tell(.create, other.path, in: other.root, inode)
    case .failure(let error) where error.isAbsent || error.isLink: owe(file: from)
    case .success, .failure: break
    }
  }
}
