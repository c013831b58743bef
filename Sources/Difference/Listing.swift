package import Core
package import Records
package import Stream
internal import System
package import Values

/// One side of a comparison: a listing that is stepped through, held to its order as it is read.
package final class Listing {
  package enum Place {
    case entry(Record)
    case hole(Record)
    case end
  }

  private let reader: StreamReader?
  private let last = Buffer(capacity: 1_024)
  private var lastWasEntry = false
  private var hasLast = false
  /// What leaves doubt about the end of the listing, if anything does.
  package private(set) var cut: Failure?
  package private(set) var head: Head?
  package private(set) var tail: Tail?
  package private(set) var place = Place.end
  package private(set) var entries = 0
  /// What is not to be seen of this side.
  package var filter = Filter()
  /// The folder that is not to be seen either, with its closing slash.
  private var foreign: Path?

  package init(_ reader: StreamReader) {
    self.reader = reader
  }

  /// The listing of a folder that does not exist yet: empty, and complete.
  package init() {
    reader = nil
    head = Head(.listing)
    tail = Tail()
  }

  /// Whether every file there is has been named, or stands in a hole.
  package var isComplete: Bool { tail?.isComplete ?? false }

  package var isBare: Bool { reader?.isBare ?? false }

  /// Reads up to the first record, and with it the head.
  package func open() throws(Failure) {
    try advance()
  }

  package func advance() throws(Failure) {
    guard let reader else { return }
    while true {
      let step: StreamReader.Step
      do {
        step = try reader.next()
      } catch {
        guard hasLast || head != nil else { throw error }
        return end(error)
      }
      switch step {
      case .head(let head):
        if self.head != nil {
          return end(Failure(.data, reader.place, "a second section cannot be compared"))
        }
        self.head = head
      case .record(let record):
        if try take(record, reader) { return }
      case .tail(let tail):
        self.tail = tail
      case .cut(let failure): return end(failure)
      case .end:
        place = .end
        return
      }
    }
  }

  /// Takes no notice of what lies in a folder, even if its first file is the one at hand.
  package func passOver(_ folder: Path) throws(Failure) {
    foreign = folder
    guard case .entry(let record) = place, let path = record.path, isForeign(path) else { return }
    entries -= 1
    try advance()
  }

  /// What was read before stays true; what comes behind is unknown, even behind a tail.
  private func end(_ failure: Failure) {
    cut = failure
    tail = nil
    place = .end
  }

  @inline(__always)
  private func take(_ record: Record, _ reader: StreamReader) throws(Failure) -> Bool {
    guard let path = record.path else {
      if record.kind == .other { return false }
      throw reader.located(Failure(.data, "", "a record without a path cannot be compared"))
    }
    switch record.kind {
    case .entry, .hole: break
    case .other: return false
    case .change, .outcome, .event, .head, .tail, .task, .verdict, .record, .summary, .progress:
      throw reader.located(
        Failure(.data, "", "a record of type \(record.kind.name) has no place in a listing"))
    }
    if hasLast {
      let order = last.bytes.order(against: path)
      if order > 0 || order == 0 && record.kind == .entry && lastWasEntry {
        throw reader.located(
          Failure(
            .data, "\(Path(path))",
            order == 0 ? "the path appears twice" : "it is not in byte order of path"))
      }
    }
    last.clear()
    last.append(path)
    hasLast = true
    lastWasEntry = record.kind == .entry
    if record.kind == .hole {
      place = .hole(record)
      return true
    }
    guard filter.passes(path), !isForeign(path) else { return false }
    entries += 1
    place = .entry(record)
    return true
  }

  private func isForeign(_ path: UnsafeRawBufferPointer) -> Bool {
    guard let foreign else { return false }
    return path.starts(with: foreign.bytes)
  }

  /// Passes over the entries that follow, in both listings alike to the last byte, and tells how
  /// many those were. Both must have given the same path last.
  ///
  /// Most of what is compared has not changed, and of lines that are the same only the order needs
  /// to be looked at: that is a fifth of the work of reading both.
  package static func passTwins(_ one: Listing, _ other: Listing) -> Int {
    guard let mine = one.reader?.unread, let theirs = other.reader?.unread else { return 0 }
    guard one.filter.isEmpty, other.filter.isEmpty, one.foreign == nil else { return 0 }
    let shared = Twins.sharedLength(mine, theirs)
    var twins = Twins(UnsafeRawBufferPointer(rebasing: mine[..<shared]), behind: one.last.bytes)
    while twins.step() {}
    guard twins.count > 0 else { return 0 }
    for listing in [one, other] {
      listing.last.clear()
      listing.last.append(twins.last)
      listing.entries += twins.count
    }
    one.reader?.pass(twins.passed, entries: twins.count)
    other.reader?.pass(twins.passed, entries: twins.count)
    return twins.count
  }
}
