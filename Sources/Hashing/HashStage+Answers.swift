internal import Core
internal import Digests
internal import Records
internal import Stream
internal import Values

/// What is written of each file, in the place of its record.
extension HashStage {
  /// Writes what became of an item.
  func settle(_ item: Item, _ section: Section) throws(Failure) {
    // After the first file without an answer the rest would no longer be in order.
    if isStopped { return }
    let record = try parser.parse(item.line.bytes)
    guard let question = item.question else { return try section.forward(record) }
    switch item.verdict {
    case .stopped: isStopped = true
    case .failed(let failure): try fail(record, question, failure, section)
    case .found(let known, let isCached, let isSettled):
      if isSettled { cache?.remember(question.path, known) }
      try found(known, isCached: isCached, record, question, section)
    }
  }

  func found(
    _ known: Known, isCached: Bool, _ record: Record, _ question: Question, _ section: Section
  ) throws(Failure) {
    counts.files += isCached ? 0 : 1
    counts.cached += isCached ? 1 : 0
    counts.bytes += isCached ? 0 : known.version.size
    if choices.verifies {
      try verify(record, question, known.sums, section)
    } else {
      try add(known.sums, to: record, question.recipe, section)
    }
  }

  private func add(
    _ sums: Sums, to record: Record, _ recipe: Recipe, _ section: Section
  ) throws(Failure) {
    let members = { (writer: Writer) in
      writer.copy(record, except: recipe.members)
      sums.write(recipe, writer)
    }
    if record.kind == .event {
      try section.event(members)
    } else {
      try section.entry(record.kind, bytes: try record.integer(.size) ?? 0, members)
    }
  }

  private func verify(
    _ record: Record, _ question: Question, _ sums: Sums, _ section: Section
  ) throws(Failure) {
    var wrong = question.recipe.algorithms.filter { algorithm in
      let carried = record.bytes(algorithm.member).map { String(decoding: $0, as: UTF8.self) }
      let read = sums[algorithm].flatMap { algorithm.digest(text: $0) }
      return carried.flatMap { algorithm.digest(text: $0) } != read
    }.map(\.rawValue)
    if question.recipe.partSize != nil, !record.holdsETag(sums.etag) { wrong.append("etag") }
    if wrong.isEmpty { return try section.forward(record) }
    let failure = Failure(
      .data, "\(question.path)",
      "the file does not have the \(wrong.joined(separator: ", ")) given")
    try report(record, failure, section)
    if head?.view == .listing { try protect(question.path, failure, section) }
  }

  /// Tells of a file that could not be read as it was listed.
  ///
  /// Why a hole in a listing, even for a file that is gone: a path that a listing leaves out does
  /// not exist, and would be deleted elsewhere. Of this one nothing is known any more; the next
  /// listing will tell.
  private func fail(
    _ record: Record, _ question: Question, _ failure: Failure, _ section: Section
  ) throws(Failure) {
    guard head?.view == .listing, !choices.verifies else {
      try report(record, failure, section)
      if head?.view == .listing { try protect(question.path, failure, section) }
      return
    }
    try protect(question.path, failure, section)
  }

  private func protect(
    _ path: Path, _ failure: Failure, _ section: Section
  ) throws(Failure) {
    let kind = failure.kind == .absent ? .later : failure.kind
    log.debug(failure.message)
    try path.bytes.withUnsafeBufferPointer { (path) throws(Failure) in
      try section.hole(
        UnsafeRawBufferPointer(path), kind: .failed(kind), reason: failure.reason)
    }
  }

  private func report(
    _ record: Record, _ failure: Failure, _ section: Section
  ) throws(Failure) {
    let bytes = try record.integer(.size) ?? 0
    try section.outcome(ok: false, bytes: bytes) { writer in
      writer.copy(record, except: [.did, .ok, .kind, .reason])
      if choices.verifies { writer.add(.did, "verify") } else { writer.add(.did, "hash") }
      writer.add(.ok, false)
      writer.add(.kind, text: failure.kind.rawValue)
      writer.add(.reason, text: failure.reason)
    }
  }
}

extension Record {
  /// Whether the ETag is this one, with the quotes of HTTP or without.
  fileprivate func holdsETag(_ etag: String?) -> Bool {
    guard let etag, let carried = bytes(.etag) else { return false }
    return carried.filter { $0 != UInt8(ascii: "\"") }.elementsEqual(etag.utf8)
  }
}
