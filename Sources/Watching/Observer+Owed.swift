internal import Core
internal import System
internal import Values

/// What is looked at again.
extension Observer {
  /// A folder, or a link to one, has come to a place. If another one has gone from there, what was
  /// seen in that one may have been seen in this one.
  func took(_ key: Nodes.Key) {
    guard !owed.departures.isEmpty, let gone = owed.departures.removeValue(forKey: key)?.node,
      tree.nodes.isAlive(gone)
    else { return }
    for node in tree.nodes.looked(since: period - 1, below: gone) { owed.relisted[node] = period }
  }

  func owe(file key: Nodes.Key) { owed.files[key] = period }
  func owe(folder key: Nodes.Key) { owed.folders[key] = period }

  /// Looks again at all that is owed. What is still not there has gone, unless its notice is late.
  func repay() throws(Failure) {
    let isLast = ground.queued == 0
    if !owed.isEmpty {
      let due = owed
      for (key, since) in due.files {
        owed.files[key] = nil
        guard tree.nodes.isAlive(key.parent) else { continue }
        if try lookAgain(key) { try teller.tell(.remove, spot.path, in: spot.root) }
        if owed.files[key] != nil { owed.files[key] = since }
      }
      for (key, since) in due.folders {
        owed.folders[key] = nil
        guard tree.nodes.isAlive(key.parent) else { continue }
        _ = try examine(key.parent, key.name, .arrived)
        if owed.folders[key] != nil { owed.folders[key] = since }
      }
      for node in due.relisted.keys where tree.nodes.isAlive(node) {
        if try relist(node) { owed.relisted[node] = nil }
      }
      if isLast { try verify() }
    }
    if isLast, ground.queued == 0, backlog.arriving.count == 0 { turn() }
  }

  /// Begins a new period, if this one is long enough.
  private func turn() {
    let now = ground.now
    guard now - begun >= Ahead.grace else { return }
    begun = now
    period += 1
    owed.forget(before: period - 1)
  }

  /// Tells as removed what was told and is not there.
  private func verify() throws(Failure) {
    for key in owed.guesses.keys {
      guard tree.nodes.isAlive(key.parent) else {
        owed.guesses[key] = nil
        continue
      }
      spot.set(key.parent, key.name, isFolder: false, tree)
      if case .success(let inode) = ground.look(spot.pointer, isBrief: true), inode.form == .file {
        continue
      }
      owed.guesses[key] = nil
      owe(file: key)
      try teller.tell(.remove, spot.path, in: spot.root)
    }
  }

  /// Tells a file if it is there; true if something is that is no file.
  @discardableResult
  func lookAgain(_ key: Nodes.Key) throws(Failure) -> Bool {
    spot.set(key.parent, key.name, isFolder: false, tree)
    guard admits(spot, isFolder: false) else { return false }
    tree.look(key.parent, at: period)
    switch ground.look(spot.pointer, isBrief: true) {
    case .success(let inode) where inode.form == .file:
      owed.guesses[key] = period
      try teller.tell(.create, spot.path, in: spot.root, inode)
    case .success: return true
    case .failure(let error): if error.isAbsent || error.isLink { owe(file: key) }
    }
    return false
  }

  /// Tells the files of a folder once more; false if its path does not lead to it.
  private func relist(_ node: Int) throws(Failure) -> Bool {
    guard case .success(let entry) = reach(node) else { return false }
    var agenda = Agenda(folders: [], isSecond: true)
    try list(entry, node, true, &agenda)
    for key in agenda.folders { _ = try examine(key.parent, key.name, .arrived) }
    settle()
    return true
  }

  /// Opens a folder that is watched, if its path leads to it, as far as can be seen.
  func reach(_ node: Int) -> Result<Entry, SystemError> {
    let parent = tree.nodes.parent(node)
    other.set(parent ?? node, parent == nil ? [] : tree.nodes.name(node), isFolder: true, tree)
    let reached = ground.enter(other.pointer, isRoot: parent == nil, on: nil)
    guard case .success(let entry) = reached else { return reached }
    let found = tree.nodes.at(watch: entry.watch)
    if found == nil { ground.leave(entry.watch) }
    return found == node ? reached : .failure(.absent)
  }

  func isReached(_ node: Int) -> Bool {
    if case .success = reach(node) { return true }
    return false
  }
}
