internal import Core
internal import System
internal import Values

/// What is looked at again.
extension Observer {
  /// A folder has come to a place. If another one has gone from there, what was seen in that one
  /// may have been seen in this one.
  func took(_ key: Nodes.Key) {
    guard !owed.departures.isEmpty, let gone = owed.departures.removeValue(forKey: key),
      tree.nodes.isAlive(gone)
    else { return }
    owed.relisted.formUnion(tree.nodes.looked(since: period, below: gone))
  }

  /// Looks again at all that is owed. What is still not there, though no notice waits, has gone.
  func repay() throws(Failure) {
    let isLast = ground.queued == 0
    if !owed.isEmpty {
      let due = owed
      owed = Owed()
      owed.departures = due.departures
      owed.guesses = due.guesses
      for key in due.files where tree.nodes.isAlive(key.parent) {
        if try lookAgain(key) { try teller.tell(.remove, spot.path, in: spot.root) }
      }
      for key in due.folders where tree.nodes.isAlive(key.parent) {
        _ = try examine(key.parent, key.name, .arrived)
      }
      for node in due.relisted where tree.nodes.isAlive(node) { try relist(node) }
    }
    if isLast { try verify() }
    if isLast, ground.queued == 0, backlog.arriving.count == 0 {
      owed = Owed()
      period += 1
    }
  }

  /// Tells as removed what was told and is not there.
  private func verify() throws(Failure) {
    for key in owed.guesses where tree.nodes.isAlive(key.parent) {
      spot.set(key.parent, key.name, isFolder: false, tree)
      if case .success(let inode) = ground.look(spot.pointer, isBrief: true), inode.form == .file {
        continue
      }
      try teller.tell(.remove, spot.path, in: spot.root)
    }
  }

  /// Tells a file if it is there; true if something is that is no file.
  @discardableResult
  func lookAgain(_ key: Nodes.Key) throws(Failure) -> Bool {
    spot.set(key.parent, key.name, isFolder: false, tree)
    guard admits(spot, isFolder: false) else { return false }
    switch ground.look(spot.pointer, isBrief: true) {
    case .success(let inode) where inode.form == .file:
      owed.guesses.insert(key)
      tree.look(key.parent, at: period)
      try teller.tell(.create, spot.path, in: spot.root, inode)
    case .success: return true
    case .failure(let error): if error.isAbsent || error.isLink { owed.files.insert(key) }
    }
    return false
  }

  private func relist(_ node: Int) throws(Failure) {
    let parent = tree.nodes.parent(node)
    spot.set(parent ?? node, parent == nil ? [] : tree.nodes.name(node), isFolder: true, tree)
    guard case .success(let entry) = ground.enter(spot.pointer, isRoot: parent == nil, on: nil),
      tree.nodes.at(watch: entry.watch) == node
    else { return }
    var agenda = Agenda(folders: [], isSecond: true)
    try list(entry, node, true, &agenda)
    for key in agenda.folders { _ = try examine(key.parent, key.name, .arrived) }
    settle()
  }
}
