internal import Core
internal import Records
internal import Store
internal import Stream
internal import System
internal import Tree
internal import Values

/// Folders that events name: all that lies in one is listed anew.
extension Writing {
  /// Writes what belongs to the films of a folder and tells of the rest as entries, for whoever
  /// fetches side-cars behind us. The outcome of the event itself comes last.
  func carry(folder: Path, _ record: Record) throws(Failure) {
    var failure: Failure?
    var isThere = true
    let before = failures
    if let objection = try rootObjection(record) ?? (folder.isEmpty ? nil : folder.objection) {
      failure = Failure(.data, "", objection)
    } else {
      let scratch = try Scratch()
      do throws(Failure) {
        isThere = try list(folder, into: scratch)
      } catch {
        failure = error
      }
      // What was listed before it broke off stands.
      try each(in: scratch, folder)
      try settle()
      if failure == nil, failures > before {
        failure = Failure(.later, "", "\(failures - before) of its files failed")
      }
    }
    if let failure {
      try folder.trimmed.bytes.withBytes { (path) throws(Failure) in
        try section.hole(path, kind: .failed(failure.kind), reason: failure.message)
      }
    }
    try tell(record, failure, vanished: !isThere)
  }

  /// Lists a folder; false if it is gone, which ends whatever the event was about.
  private func list(_ folder: Path, into scratch: Scratch) throws(Failure) -> Bool {
    guard let root = terms.from ?? head?.root else {
      throw Failure(.usage, "--from", "no head says what the folder lies below")
    }
    var scope = Scope()
    scope.filter = try filter()
    scope.links = head?.links.flatMap(Scope.Links.init(rawValue:)) ?? .skip
    let listing = Section(Output(scratch.descriptor, "temporary file"), tool: "")
    switch try open(root) {
    case .folder(let top):
      // By the descriptor of what lies below, so that no link leads elsewhere.
      let ground = try Folder.open(top)
      let below: Folder
      switch ground.beneath(folder.trimmed) {
      case .success(let opened): below = opened
      case .failure(let error):
        if error.isAbsent { return false }
        throw error.failure(folder)
      }
      let place = Path(text: "/proc/self/fd/\(below.descriptor)")
      try withExtendedLifetime(below) { () throws(Failure) in
        try Walk(place, scope).run(into: listing, jobs: 1)
      }
      try listing.output.flush()
    case .store(let store):
      var wish = ListWish()
      wish.start = folder
      wish.refreshes = true
      wish.depth = store.abilities.depth
      do throws(Failure) { _ = try Survey(store, scope, wish, listing).list() } catch {
        guard error.kind == .absent, try Lookout(.store(store)).misses(folder) else { throw error }
        return false
      }
    }
    return true
  }

  private func each(in scratch: Scratch, _ folder: Path) throws(Failure) {
    try scratch.rewind()
    isInSubtree = true
    defer { isInSubtree = false }
    let input = Input(scratch.descriptor, "temporary file")
    let parser = Parser()
    var isWhole = false
    while let line = try input.next() {
      let record = try parser.parse(line)
      if record.kind == .head { isWhole = true }
      guard let name = record.path else { continue }
      // A walk names files below the folder, a store below its own root.
      let path = isWhole ? Path(name) : folder.appending(Path(name))
      guard path.isWithin(folder), path != folder.trimmed else { continue }
      try path.bytes.withBytes { (path) throws(Failure) in
        switch record.kind {
        case .hole:
          let kind = Failure.Kind(rawValue: try record.text(.kind) ?? "")
          let reason = try record.text(.reason) ?? ""
          try section.hole(path, kind: kind.map { .failed($0) } ?? .chosen, reason: reason)
          if kind != nil { failures += 1 }
        case .entry:
          if isFilm(path), !record.has(.link), try add(record, path, named: true) { return }
          let size = try record.integer(.size) ?? 0
          try section.entry(bytes: size) { writer in
            writer.add(.path, name: path)
            writer.copy(record, except: [.path])
          }
        case .change, .outcome, .event, .head, .tail, .task, .verdict, .record, .summary,
          .progress, .other:
          return
        }
      }
    }
  }
}
