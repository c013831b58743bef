package import Core
internal import Records
package import Stream
package import Values

/// Turns two listings into a plan: what to copy, and where asked for, what to delete.
package struct Planner {
  /// What belongs into the plan.
  package struct Wishes: Sendable {
    package var comparison = Comparison()
    package var deletes = false
    package var keepsNewer = false
    package var onlyExisting = false
    package var listsKept = false
    /// What the source's listing speaks of, where deletes go beyond that.
    package var spokenOf = Filter()
    package init() {}
  }

  /// How much of what the plan holds.
  package struct Counts: Equatable, Sendable {
    package var new = 0
    package var changed = 0
    package var deleted = 0
    package var kept = 0
    package var skipped = 0

    package var isEmpty: Bool { new == 0 && changed == 0 && deleted == 0 }
  }

  private let left: Listing
  private let right: Listing
  private var wishes: Wishes
  private let section: Section
  private var join = Join()
  package private(set) var counts = Counts()

  package init(_ left: Listing, _ right: Listing, _ wishes: Wishes, _ section: Section) {
    self.left = left
    self.right = right
    self.wishes = wishes
    self.section = section
  }

  /// Whether files that are alike to the last byte need no look: neither are they to be written
  /// out, nor are digests to be missed.
  private var passesTwins: Bool { !wishes.listsKept && wishes.comparison.means != .checksum }

  package var uncompared: Int { wishes.comparison.uncompared }

  package mutating func run() throws(Failure) {
    while true {
      switch join.next(left.item, right.item) {
      case .done: return
      case .hole(let side):
        let listing = side == .left ? left : right
        if case .hole(let record) = listing.place { try section.forward(record) }
        try listing.advance()
      case .skip(let side):
        counts.skipped += 1
        try (side == .left ? left : right).advance()
      case .skipBoth:
        counts.skipped += 1
        try left.advance()
        try right.advance()
      case .only(.left):
        try create()
        try left.advance()
      case .only(.right):
        try remove()
        try right.advance()
      case .both:
        try compare()
        if passesTwins { counts.kept += Listing.passTwins(left, right) }
        try left.advance()
        try right.advance()
      }
    }
  }

  private mutating func create() throws(Failure) {
    guard case .entry(let record) = left.place, !wishes.onlyExisting else { return }
    counts.new += 1
    try copy(record, over: nil, "new")
  }

  private mutating func remove() throws(Failure) {
    guard case .entry(let record) = right.place, wishes.deletes else { return }
    counts.deleted += 1
    let was = try record.version
    let isSpokenOf = record.path.map(wishes.spokenOf.passes) ?? true
    try section.entry(.change, bytes: was.size ?? 0) { writer in
      writer.copy(record, except: Planner.ofPlan)
      writer.add(.action, "delete")
      writer.add(.to, name: Path(text: "right"))
      writer.add(.why, isSpokenOf ? "orphan" : "excluded")
      writer.add(.was, was)
    }
  }

  private mutating func compare() throws(Failure) {
    guard case .entry(let mine) = left.place, case .entry(let theirs) = right.place else { return }
    switch try wishes.comparison.verdict(mine, theirs) {
    case .differs(let why):
      if wishes.keepsNewer, try Comparison.isNewer(theirs, than: mine) {
        return try keep(mine, theirs, "newer")
      }
      counts.changed += 1
      switch why {
      case .size: try copy(mine, over: theirs, "size")
      case .mtime: try copy(mine, over: theirs, "mtime")
      case .hash: try copy(mine, over: theirs, "hash")
      }
    case .same: try keep(mine, theirs)
    }
  }

  private mutating func keep(
    _ mine: Record, _ theirs: Record, _ why: StaticString? = nil
  ) throws(Failure) {
    counts.kept += 1
    guard wishes.listsKept else { return }
    let was = try theirs.version
    try section.entry(.change, bytes: try mine.integer(.size) ?? 0) { writer in
      writer.copy(mine, except: Planner.ofPlan)
      writer.add(.action, "keep")
      writer.add(.to, name: Path(text: "right"))
      if let why { writer.add(.why, why) }
      writer.add(.was, was)
    }
  }

  private func copy(
    _ record: Record, over target: Record?, _ why: StaticString
  ) throws(Failure) {
    let was = try target?.version
    try section.entry(.change, bytes: try record.integer(.size) ?? 0) { writer in
      writer.copy(record, except: Planner.ofPlan)
      writer.add(.action, "copy")
      writer.add(.to, name: Path(text: "right"))
      writer.add(.why, why)
      if let was { writer.add(.was, was) }
    }
  }

  /// Members that the plan sets anew, should a listing carry them.
  private static let ofPlan: Members = [.action, .to, .why, .was]
}

extension Listing {
  var item: Join.Item {
    switch place {
    case .entry(let record): .entry(record.path ?? UnsafeRawBufferPointer(start: nil, count: 0))
    case .hole(let record): .hole(record.path ?? UnsafeRawBufferPointer(start: nil, count: 0))
    case .end: .end(isComplete: isComplete)
    }
  }
}

extension Record {
  /// What tells this version from others: the time only if the file itself carries it.
  var version: Fingerprint {
    get throws(Failure) {
      Fingerprint(size: try integer(.size), mtime: try time(.mtime), etag: bytes(.etag))
    }
  }
}
