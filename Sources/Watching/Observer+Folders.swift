internal import Core
internal import System
internal import Tree
internal import Values

/// What happens to folders.
extension Observer {
  /// Why a folder is looked at.
  enum Cause {
    case arrived
    case departed
    /// It has gone, and that is told already.
    case toldGone
    /// Nothing is told yet: only watches are wanted.
    case start
  }

  func folderChanged(_ node: Int, _ notice: Notice) throws(Failure) {
    if notice.mask.contains(.created) {
      _ = try examine(node, Array(notice.name), .arrived)
    } else if notice.mask.contains(.attributes) {
      spot.set(node, notice.name, isFolder: true, tree)
      if admits(spot, isFolder: true) { try teller.tell(.chmod, spot.path, in: spot.root) }
    }
  }

  func folderRemoved(_ node: Int, _ name: [UInt8]) throws(Failure) {
    if isAhead {
      _ = try examine(node, name, .departed)
      return
    }
    if let child = tree.nodes.child(node, name) { drop(child, keepsTop: true) }
    spot.set(node, name, isFolder: true, tree)
    if admits(spot, isFolder: true) { try teller.tell(.remove, spot.path, in: spot.root) }
  }

  func folderMoved(_ from: Nodes.Key, _ to: Nodes.Key) throws(Failure) {
    let child = tree.nodes.child(from.parent, from.name)
    // One that stands where another goes may be empty, or go where that was.
    if !isAhead, let child, tree.nodes.child(to.parent, to.name) == nil, keeps(child, to.parent) {
      spot.set(to.parent, to.name, isFolder: true, tree)
      if mayEnter(spot) { return try rename(child, to) }
    }
    let origin = try examine(to.parent, to.name, .arrived)
    guard tree.nodes.isAlive(from.parent) else { return }
    _ = try examine(from.parent, from.name, origin == from ? .toldGone : .departed)
  }

  /// Whether a folder can be moved, with the folders that are watched below it, and be told as
  /// renamed: nothing in it passes or fails because of where it lies.
  private func keeps(_ child: Int, _ parent: Int) -> Bool {
    teller.wants(.rename) && scope.filter.looksAtNames && scope.maxDepth == .max
      && tree.nodes.root(child) == tree.nodes.root(parent)
      && !tree.nodes.isWithin(parent, child)
  }

  private func rename(_ child: Int, _ to: Nodes.Key) throws(Failure) {
    guard let parent = tree.nodes.parent(child) else { return }
    other.set(parent, tree.nodes.name(child), isFolder: true, tree)
    spot.set(to.parent, to.name, isFolder: true, tree)
    let from = Nodes.Key(parent: parent, name: tree.nodes.name(child))
    tree.change { $0.move(child, to: to.parent, to.name) }
    took(to)
    owed.departures[from] = (child, period)
    try teller.rename(other.path, to: spot.path, in: spot.root, nil)
  }

  /// Whether a folder is entered at all.
  func mayEnter(_ spot: Spot) -> Bool {
    if spot.name.starts(with: Path.reserved) { return false }
    return tree.nodes.depth(spot.node) < scope.maxDepth
      && scope.filter.descends(into: spot.trimmed, name: spot.name)
  }

  /// Takes a folder and all below it out of the tree, and watches them no more. The kernel ends the
  /// watch of one that was removed by itself.
  func drop(_ node: Int, keepsTop: Bool = false) {
    let top = tree.nodes.watch(node)
    for watch in tree.change({ $0.drop(node) }) where watch != top || !keepsTop {
      ground.leave(watch)
    }
  }

  // MARK: Looking at a folder

  /// What an examination has still to do.
  struct Agenda {
    var folders: [Nodes.Key]
    /// Whether what is listed was told before, and what is no file may have been told as one.
    var isSecond = false
    /// What is to be told as removed once what took its place is told.
    var removals: [(root: Int, path: [UInt8])] = []
    /// Where the folder that was looked at was before.
    var origin: Nodes.Key?
  }

  /// Looks at what stands under a name, and watches and tells it with all that it holds, if it is a
  /// folder that was not known. Answers where that was before, if it was known there.
  func examine(
    _ parent: Int, _ name: [UInt8], _ cause: Cause
  ) throws(Failure) -> Nodes.Key? {
    var agenda = Agenda(folders: [Nodes.Key(parent: parent, name: name)])
    var cause = cause
    var origin: Nodes.Key?
    var isFirst = true
    while let key = agenda.folders.popLast() {
      if tree.nodes.isAlive(key.parent) { try enter(key, cause, &agenda) }
      if isFirst { origin = agenda.origin }
      isFirst = false
      if cause != .start { cause = .arrived }
    }
    for (root, path) in agenda.removals { try teller.tell(.remove, path, in: root) }
    settle()
    return origin
  }

  private func enter(
    _ key: Nodes.Key, _ cause: Cause, _ agenda: inout Agenda
  ) throws(Failure) {
    spot.set(key.parent, key.name, isFolder: true, tree)
    let tells = cause != .start
    guard mayEnter(spot) else {
      if tells, admits(spot, isFolder: true) {
        try tellShut(cause)
      }
      return
    }
    let child = tree.nodes.child(key.parent, key.name)
    let device = scope.staysOnFileSystem ? tops[spot.root]?.device : nil
    switch ground.enter(spot.pointer, isRoot: false, on: device) {
    case .success(let entry):
      try take(entry, key, child, tells, &agenda)
    case .failure(let error):
      if let child { drop(child) }
      try refused(key, error, cause, wasKnown: child != nil)
    }
  }

  /// A folder that is named, but not entered.
  private func tellShut(_ cause: Cause) throws(Failure) {
    switch cause {
    case .arrived: try teller.tell(.create, spot.path, in: spot.root)
    case .departed: try teller.tell(.remove, spot.path, in: spot.root)
    case .toldGone, .start: break
    }
  }

  private func refused(
    _ key: Nodes.Key, _ error: SystemError, _ cause: Cause, wasKnown: Bool
  ) throws(Failure) {
    if error.isOutOfWatches || error.isOutOfFiles { throw Limits.failure(error, count) }
    let tells = cause != .start
    if error.isAbsent || error.isNoFolder {
      // What comes next under this name has a notice of its own, unless it has moved along with
      // a folder above.
      if tells { owe(folder: key) }
      if cause == .departed || cause == .arrived && wasKnown {
        try teller.tell(.remove, spot.path, in: spot.root)
      }
    } else if cause == .start {
      if !error.isOtherDevice { unknown.append((spot.root, Array(spot.path), error)) }
    } else {
      if cause == .arrived { try teller.tell(.create, spot.path, in: spot.root) }
      if !error.isOtherDevice { try teller.hole(spot.path, in: spot.root, error.kind, error.words) }
    }
  }

  /// A folder has been entered that is at `key` now.
  private func take(
    _ entry: Entry, _ key: Nodes.Key, _ child: Int?, _ tells: Bool, _ agenda: inout Agenda
  ) throws(Failure) {
    let known = tree.nodes.at(watch: entry.watch)
    if let known, known == child { return }
    if known != nil || child != nil, !isReached(key.parent) {
      // What stands at the path is in another folder than was meant.
      if known == nil { ground.leave(entry.watch) }
      return owe(folder: key)
    }
    if let known, isReached(known) {
      // Unless it has just been moved from here to there, it can be seen in two places.
      if tells { owe(folder: key) }
      guard twins.insert(key).inserted else { return }
      return teller.warn(
        "\(Path(other.trimmed)) and \(Path(spot.trimmed)) are one folder: it is watched once")
    }
    if let child {
      let loses = known.map { tree.nodes.isWithin($0, child) } ?? false
      drop(child)
      if tells { try teller.tell(.remove, spot.path, in: spot.root) }
      // With the other one went the watch of this one: it is looked at again.
      if loses { return agenda.folders.append(key) }
    }
    if let known {
      agenda.origin = tree.nodes.parent(known).map {
        Nodes.Key(parent: $0, name: tree.nodes.name(known))
      }
      // It may have been seen there by mistake, and another one is meant by that name.
      if tells, let origin = agenda.origin { owe(folder: origin) }
      if keeps(known, key.parent) || !tells && !tree.nodes.isWithin(key.parent, known) {
        if tells { return try rename(known, key) }
        return tree.change { $0.move(known, to: key.parent, key.name) }
      }
      if let parent = tree.nodes.parent(known) {
        other.set(parent, tree.nodes.name(known), isFolder: true, tree)
        if tells { agenda.removals.append((other.root, Array(other.path))) }
      }
      drop(known, keepsTop: !tree.nodes.isWithin(key.parent, known))
      // It was moved into itself, as far as is known yet: what was above has a notice to come.
      guard tree.nodes.isAlive(key.parent) else { return }
    }
    took(key)
    let node = tree.add(key.name, in: key.parent, watch: entry.watch)
    if tells { try teller.tell(.create, spot.path, in: spot.root) }
    try list(entry, node, tells, &agenda)
  }

  func list(
    _ entry: Entry, _ node: Int, _ tells: Bool, _ agenda: inout Agenda
  ) throws(Failure) {
    var found: [Nodes.Key] = []
    do {
      try entry.list { (name, form) throws(Failure) in
        if name.starts(with: Path.reserved) { return }
        if form == .folder {
          found.append(Nodes.Key(parent: node, name: Array(name)))
        } else if form == .unknown || form == .file && tells && teller.wants(.create) {
          spot.set(node, name, isFolder: false, tree)
          try listed(form, tells, &found)
        } else if form == .other, agenda.isSecond {
          spot.set(node, name, isFolder: false, tree)
          if admits(spot, isFolder: false) { try teller.tell(.remove, spot.path, in: spot.root) }
        }
      }
    } catch {
      // What was said of nothing is said of the folder.
      guard error.subject.isEmpty else { throw error }
      spot.set(node, [], isFolder: false, tree)
      // A folder that is removed while it is read is gone, which is told as well.
      let isGone = error.kind == .absent
      if tells, !isGone { try teller.hole(spot.path, in: spot.root, error.kind, error.reason) }
    }
    agenda.folders += found
  }

  private func listed(
    _ form: Entry.Form, _ tells: Bool, _ found: inout [Nodes.Key]
  ) throws(Failure) {
    guard form == .unknown || admits(spot, isFolder: false) else { return }
    tree.look(spot.node, at: period)
    let inode: Inode
    switch ground.look(spot.pointer, isBrief: true) {
    case .success(let found): inode = found
    case .failure:
      if tells { owe(file: Nodes.Key(parent: spot.node, name: Array(spot.name))) }
      return
    }
    if inode.form == .folder, form == .unknown {
      found.append(Nodes.Key(parent: spot.node, name: Array(spot.name)))
    }
    guard inode.form == .file, tells, teller.wants(.create), admits(spot, isFolder: false) else {
      return
    }
    ahead.add(spot.node, spot.name, Ahead.Version(inode))
    try teller.tell(.create, spot.path, in: spot.root, inode)
  }
}
