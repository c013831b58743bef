package import Core
package import Records
package import Stream
internal import System
package import Values

/// The last stage of a two-way sync: writes how both sides are now, for the next run to compare
/// with.
///
/// What it writes was told by somebody who saw it: a `keep` of the plan, a copy that was made, a
/// delete that was done. Of every other path it keeps the old line, so what failed, vanished, was
/// not acted on or could not be seen is planned again. Only a delete that was done and a `forget`
/// take a line away, and only if the stream came to its end and what it tells of was seen whole.
///
/// The line of a delete that was not done is given the number of files that there were, for the
/// next runs to hold it against: see `Postponed`.
package struct Settling: Stage {
  private let file: Path
  private let isIdle: Bool
  private var head: Head?
  private var updates = Updates()
  /// Whether files are vouched for anew, which a loss of power could still take away.
  private var vouches = false
  private let letters = Buffer(capacity: 512)
  private let parser = Parser()
  /// Why nothing was written, to be told once the section is closed.
  package private(set) var refusal: Failure?

  package init(_ file: Path, isDry: Bool) {
    self.file = file
    isIdle = isDry
  }

  package mutating func begin(_ head: inout Head) throws(Failure) {
    guard head.view == .plan, head.left != nil, head.right != nil else {
      throw Failure(.data, "stdin", "it is no plan of two places: there is nothing to settle")
    }
    if head.isElsewhere {
      throw Failure(
        .data, "stdin", "a tool acted on another place than those of the plan: nothing is settled")
    }
    try Accord.open(file)?.check(head.left, head.right)
    head.isDry = head.isDry || isIdle
    head.isOrdered = false
    self.head = head
    updates = Updates()
    vouches = false
  }

  package mutating func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    guard head?.isDry == false, let path = record.path, !path.contains(0) else { return false }
    switch record.kind {
    case .change:
      if record.holds(.action, "forget") { try drop(Path(path)) }
      if record.holds(.action, "delete") { try postpone(record, Path(path)) }
      if record.holds(.action, "keep") {
        try agree(Path(path), record, try record.fingerprint(.was) ?? Fingerprint())
      }
    case .outcome: try take(outcome: record, Path(path))
    case .entry, .event, .hole, .head, .tail, .task, .verdict, .record, .summary, .progress, .other:
      break
    }
    return false
  }

  private mutating func take(outcome: Record, _ path: Path) throws(Failure) {
    guard try outcome.flag(.ok) == true else {
      if outcome.holds(.action, "delete") { try postpone(outcome, path) }
      return
    }
    if outcome.holds(.action, "delete") {
      if outcome.holds(.did, "delete") { try drop(path) }
      return
    }
    let isDone =
      outcome.holds(.did, "copy") || outcome.holds(.did, "verify")
      || outcome.holds(.did, "keep")
    guard isDone, let now = try outcome.fingerprint(.now) else { return }
    if outcome.has(.target) {
      // The version is safe under another name: from now on it may be replaced.
      let read = try outcome.trace
      let isOfRight = outcome.isFor(.left)
      return try note(path, isOfRight ? Fingerprint() : read, isOfRight ? read : Fingerprint())
    }
    try agree(path, outcome, now)
  }

  /// Both sides have the same version: the record tells that of the one that was read, `target`
  /// that of the one that the change was for.
  private mutating func agree(
    _ path: Path, _ record: Record, _ target: Fingerprint
  ) throws(Failure) {
    let source = try record.trace
    let isToLeft = record.isFor(.left)
    try note(path, isToLeft ? target : source, isToLeft ? source : target)
  }

  // MARK: What is remembered until the end

  private mutating func note(
    _ path: Path, _ left: Fingerprint, _ right: Fingerprint
  ) throws(Failure) {
    vouches = true
    letters.clear()
    let writer = Writer(letters)
    writer.begin(.change)
    writer.add(.path, name: path)
    if let size = left.size { writer.add(.size, size) }
    if let mtime = left.mtime { writer.add(.mtime, mtime) }
    if let etag = left.etag { writer.add(.etag, text: String(decoding: etag, as: UTF8.self)) }
    writer.add(.action, "keep")
    if !right.isEmpty { writer.add(.was, right) }
    writer.end()
    try updates.add(path, letters.bytes)
  }

  private mutating func drop(_ path: Path) throws(Failure) { try updates.add(path, nil) }

  /// A delete was not done. One that was put off before keeps the number it has.
  private mutating func postpone(_ delete: Record, _ path: Path) throws(Failure) {
    if delete.has(.held) || delete.holds(.why, "conflict") { return }
    letters.clear()
    letters.append([Updates.mark(delete.isFor(.left) ? .left : .right)])
    try updates.add(path, letters.bytes)
  }

  // MARK: The new base

  package mutating func end(_ ending: Ending, _ section: Section) throws(Failure) {
    guard let head else {
      refusal = Failure(.data, "stdin", "there is no head: nothing is settled")
      return
    }
    self.head = nil
    if head.isDry { return }
    try updates.finish()
    let isNews = try isNews(head, ending)
    if updates.count > 0 || isNews { try write(head, ending) }
  }

  /// Whether the head of the base is to be another one.
  private func isNews(_ plan: Head, _ ending: Ending) throws(Failure) -> Bool {
    guard let old = try Accord.open(file)?.head else { return false }
    return old.mounts != plan.mounts || ending.isComplete && old.entries != nil
  }

  private func write(_ plan: Head, _ ending: Ending) throws(Failure) {
    let old = try Accord.open(file)
    let draft = try AccordDraft(file)
    let section = Section(draft.output, tool: "s4l-settle")
    var head = Head(.plan)
    (head.left, head.right, head.isOrdered) = (plan.left, plan.right, true)
    head.mounts = plan.mounts
    // A listing that was broken off lacks what is there: no line goes for that.
    let maySubtract = ending.isComplete
    if !maySubtract {
      head.entries = old?.head.entries
      // Where there was no line, none can have been missed.
      if head.entries == nil, old?.line != nil { head.entries = try count() }
    }
    try section.open(head)
    while let update = try updates.next() {
      while let old, let record = old.line, let known = record.path {
        let order = update.path.withUnsafeBytes { known.order(against: $0) }
        if order > 0 { break }
        let mark = order == 0 ? update.mark : nil
        if let mark, let total = ending.total(mark) {
          try section.entry(.change, bytes: try record.integer(.size) ?? 0) { writer in
            writer.copy(record, except: [.held])
            writer.add(.held, total)
          }
        } else if mark != nil || order < 0 || update.line.isEmpty && !maySubtract {
          try section.forward(record)
        }
        try old.advance()
      }
      if !update.line.isEmpty, update.mark == nil {
        try parser.read(update.line) { (record) throws(Failure) in try section.forward(record) }
      }
    }
    while let old, let record = old.line {
      try section.forward(record)
      try old.advance()
    }
    try section.close(isComplete: true)
    if vouches {
      try Settling.secure(plan.left)
      try Settling.secure(plan.right)
    }
    try draft.place()
  }

  /// How many lines the old base has.
  private func count() throws(Failure) -> Int {
    guard let old = try Accord.open(file) else { return 0 }
    var count = 0
    while old.line != nil {
      count += 1
      try old.advance()
    }
    return count
  }

  /// Brings what was copied to a folder to its disk: a base that outlives a copy would have it
  /// taken for a file that was deleted or changed there.
  private static func secure(_ side: Path?) throws(Failure) {
    guard let side, side.isAbsolute else { return }
    let folder = try Folder.open(side)
    do throws(SystemError) { try folder.syncFileSystem() } catch { throw error.failure(side) }
  }
}

extension Ending {
  /// How many files a side had of which the base spoke, if all of them were seen.
  fileprivate func total(_ side: Side) -> Int? {
    guard case .tail(let tail) = self, tail.isComplete else { return nil }
    return side == .left ? tail.leftKnown ?? tail.leftEntries : tail.rightKnown ?? tail.rightEntries
  }
}
