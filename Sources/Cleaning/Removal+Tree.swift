internal import Core
internal import System
internal import Values

extension Removal: Remover {
  func remove(
    _ path: Path, _ evidence: Evidence, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    try tell(try remove(path, evidence, dry: dry))
  }

  func removeTree(
    _ path: Path, _ ration: Ration, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    try tell(try tree(path, ration, dry: dry))
  }

  func settle() {}

  private func tree(_ path: Path, _ ration: Ration, dry: Bool) throws(Failure) -> Fate {
    let folder: Folder
    switch try open().beneath(path) {
    case .success(let opened): folder = opened
    case .failure(let error): return error.isNoFolder && !error.isLink ? .gone : Fate(error)
    }
    var kept: Fate?
    for (name, isFolder) in try folder.contents() {
      if Interrupt.isRequested { return .kept(.later, "the run was stopped") }
      let below = path.appending(isFolder ? Path(name.bytes + [Path.slash]) : name)
      let fate = try isFolder ? tree(below, ration, dry: dry) : file(below, ration, dry: dry)
      if !fate.isOK { kept = kept ?? fate }
    }
    if let kept { return kept }
    return try remove(path, Evidence(), dry: dry)
  }

  private func file(_ path: Path, _ ration: Ration, dry: Bool) throws(Failure) -> Fate {
    if let objection = try ration.take() { return objection }
    let fate = try remove(path, Evidence(), dry: dry)
    ration.settle(fate)
    return fate
  }
}

extension Folder {
  /// The names in the folder, each with whether it is a folder.
  func contents() throws(Failure) -> [(name: Path, isFolder: Bool)] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    var found: [(name: Path, isFolder: Bool)] = []
    try names(buffer) { (name, _) in
      let name = Path(name)
      guard case .success(let inode) = look(name) else { return }
      found.append((name, inode.form == .folder))
    }
    return found
  }
}
