internal import Core
internal import System
internal import Values

/// Roots that come and go.
extension Observer {
  /// Watches all the folders of a root, and tells nothing. False if there is no such folder.
  func add(_ root: Int) throws(Failure) -> Bool {
    let path = roots[root]
    let entered = path.withCString { ground.enter($0, isRoot: true, on: nil) }
    let entry: Entry
    switch entered {
    case .success(let found): entry = found
    case .failure(let error):
      if error.isOutOfWatches || error.isOutOfFiles { throw Limits.failure(error, count) }
      if error.isAbsent || error.isNoFolder { return false }
      throw error.failure(path)
    }
    if let known = tree.nodes.at(watch: entry.watch) {
      let other = roots[tree.nodes.root(known)]
      throw Failure(.usage, "\(path)", "the same folder is watched as part of \(other) already")
    }
    let node = tree.change { $0.addRoot(root, path.bytes, watch: entry.watch) }
    tops[root] = (node, entry.device)
    var agenda = Agenda(folders: [])
    try list(entry, node, false, &agenda)
    while let key = agenda.folders.popLast() {
      // Each is gone through before the next, so that few names are held at a time.
      _ = try examine(key.parent, key.name, .start)
    }
    settle()
    return true
  }

  /// Watches a root no more.
  func remove(_ root: Int) {
    guard let top = tops[root] else { return }
    tops[root] = nil
    drop(top.node)
  }

  func isWatched(_ root: Int) -> Bool { tops[root] != nil }

  /// Tells which folders could not be entered at the start.
  func tellUnknown() throws(Failure) {
    let told = unknown
    unknown = []
    for (root, path, error) in told {
      try teller.hole(path, in: root, error.kind, error.words)
    }
  }
}
