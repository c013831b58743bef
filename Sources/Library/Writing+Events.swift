internal import Core
internal import Records
internal import Stream
internal import Values

/// Events, as a watcher or a webhook tells them.
extension Writing {
  func take(event record: Record) throws(Failure) -> Bool {
    let isRename = record.holds(.event, "rename")
    guard isRename || record.holds(.event, "create") || record.holds(.event, "write") else {
      // What went stands behind all that was said of its path before.
      if record.holds(.event, "remove") {
        try settle()
        try succeed(record)
      }
      return false
    }
    if isRename { try settle() }
    let path = isRename ? try record.name(.to) : record.path.map { Path($0) }
    guard let path else { throw Failure(.data, "", "a rename lacks \"to\"") }
    if path.isFolder {
      try settle()
      try carry(folder: path, record)
      return true
    }
    let isOurs = try path.bytes.withBytes { (path) throws(Failure) in
      guard isFilm(path) else { return false }
      if let objection = try rootObjection(record) {
        try tell(record, Failure(.data, "", objection))
        return true
      }
      return try add(record, path)
    }
    // Whether a rename was done decides over the old file: it is told of by itself.
    if isRename {
      try settle()
      try succeed(record)
    }
    return isOurs
  }

  /// Why an event is not of the listing's root. It may come from elsewhere, so its root is compared
  /// and never opened.
  func rootObjection(_ record: Record) throws(Failure) -> String? {
    guard terms.from == nil, let root = try record.name(.root), let known = head?.root,
      root != known
    else { return nil }
    return "the event is of \(root), not of \(known)"
  }

  /// Tells what became of an event as a whole.
  func tell(
    _ record: Record, _ failure: Failure?, vanished: Bool = false
  ) throws(Failure) {
    if failure != nil { failures += 1 }
    let size = try record.integer(.size) ?? 0
    try section.outcome(ok: failure == nil, bytes: size) { writer in
      writer.copy(record, except: Writing.told)
      writer.add(.did, vanished ? "vanished" : "write")
      writer.add(.ok, failure == nil)
      if let failure {
        writer.add(.kind, text: failure.kind.rawValue)
        writer.add(.reason, text: failure.message)
      }
    }
  }

  static let told: Members = [.target, .did, .ok, .now, .confirmed, .kind, .reason]
}
