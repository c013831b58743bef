package import Core
package import Difference
package import Records
package import Stream
internal import System
package import Values

/// Turns two listings and a base into a plan for both sides: the merge of three streams, in order
/// of path, of which one record each is held.
package struct TwoWay {
  package struct Wishes: Sendable {
    package var policy = Reconciliation.Policy.newer
    package var means: Comparison.Means?
    /// How far apart in nanoseconds two times may lie and still count as equal.
    package var window: Int64 = 0
    /// Whether the version that loses a conflict is put into a trash first, and the other takes its
    /// place only in a later run.
    package var sparesLosers = false
    /// Whether a file goes unnamed that is on both sides as the base says.
    package var isBrief = false
    /// The moment that names of saved versions tell.
    package var now: Timestamp

    package init(now: Timestamp) { self.now = now }
  }

  package struct Counts: Equatable, Sendable {
    package var copied = 0
    package var deleted = 0
    package var kept = 0
    package var forgotten = 0
    package var conflicts = 0
    package var skipped = 0
  }

  /// Looks into two files that are said to be of one size; nil where that cannot be done.
  package typealias Look = (_ left: Record, _ right: Record) throws(Failure) -> Bool?

  private let left: Listing
  private let right: Listing
  private let base: Accord?
  private let wishes: Wishes
  private let section: Section
  private let look: Look
  private let footings: (left: Footing, right: Footing)
  /// The doubtful folders in which there is anything at all.
  package private(set) var met: [(side: Side, doubt: Footing.Doubt)] = []
  private var holes = (left: OrderedHoles(), right: OrderedHoles())
  private let scratch = Buffer(capacity: 256)
  package private(set) var counts = Counts()
  package private(set) var uncompared = 0
  /// How many files of either side the base names: no others can be found to be deleted.
  private var known = (left: 0, right: 0)

  package init(
    _ left: Listing, _ right: Listing, _ base: Accord?, _ wishes: Wishes, _ section: Section,
    footings: (left: Footing, right: Footing) = (Footing(), Footing()), _ look: @escaping Look
  ) {
    self.footings = footings
    (self.left, self.right, self.base) = (left, right, base)
    (self.wishes, self.section, self.look) = (wishes, section, look)
  }

  /// The same, but for what a run that was cut off has brought to one side and put into the base:
  /// it says nothing of how many files a delete is one of.
  package var knownFiles: (left: Int, right: Int) {
    let most = base?.head.entries ?? Int.max
    return (min(known.left, most), min(known.right, most))
  }

  package mutating func run() throws(Failure) {
    while let turn = turn() {
      if turn.isHole(left) {
        if let hole = try pass(left) { holes.left.add(hole) }
      } else if turn.isHole(right) {
        if let hole = try pass(right) { holes.right.add(hole) }
      } else {
        try decide(turn)
        if turn.isOnLeft { try left.advance() }
        if turn.isOnRight { try right.advance() }
        if turn.isInBase { try base?.advance() }
      }
    }
  }

  // MARK: Whose turn it is

  /// Which of the three have a path.
  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let left = Marks(rawValue: 1)
    static let right = Marks(rawValue: 2)
    static let base = Marks(rawValue: 4)
  }

  /// The first path that any of the three has at hand, and which of them have it.
  private struct Turn {
    var path: UnsafeRawBufferPointer
    private var marks: Marks

    init(_ path: UnsafeRawBufferPointer, _ mark: Marks) {
      self.path = path
      marks = mark
    }

    var isOnLeft: Bool { marks.contains(.left) }
    var isOnRight: Bool { marks.contains(.right) }
    var isInBase: Bool { marks.contains(.base) }

    @inline(__always)
    mutating func see(_ other: UnsafeRawBufferPointer, _ mark: Marks) {
      let order = other.order(against: path)
      if order < 0 { self = Turn(other, mark) } else if order == 0 { marks.insert(mark) }
    }

    /// At the same path a hole goes first, so that it covers what follows.
    func isHole(_ listing: Listing) -> Bool {
      guard case .hole(let record) = listing.place, let hole = record.path else { return false }
      return hole.order(against: path) == 0
    }
  }

  private func turn() -> Turn? {
    var turn = left.path.map { Turn($0, .left) }
    TwoWay.see(right.path, .right, &turn)
    TwoWay.see(base?.line?.path, .base, &turn)
    return turn
  }

  @inline(__always)
  private static func see(
    _ path: UnsafeRawBufferPointer?, _ mark: Marks, _ turn: inout Turn?
  ) {
    guard let path else { return }
    if turn == nil { turn = Turn(path, mark) } else { turn?.see(path, mark) }
  }

  /// Passes a hole on, and tells where it is.
  private func pass(_ listing: Listing) throws(Failure) -> Path? {
    guard case .hole(let record) = listing.place else { return nil }
    let path = record.ownPath
    try section.forward(record)
    try listing.advance()
    return path
  }

  // MARK: What is to be done

  private mutating func decide(_ turn: Turn) throws(Failure) {
    let isHidden = (
      holes.left.cover(turn.path) || !turn.isOnLeft && left.isCut,
      holes.right.cover(turn.path) || !turn.isOnRight && right.isCut
    )
    let mine = turn.isOnLeft ? left.entry : nil
    let theirs = turn.isOnRight ? right.entry : nil
    let line = turn.isInBase ? base?.line : nil
    if line != nil {
      if mine != nil { known.left += 1 }
      if theirs != nil { known.right += 1 }
    }
    // A link is no file, and says nothing that could be carried over to a store.
    let isLink = mine?.has(.link) == true || theirs?.has(.link) == true
    let isDoubtful = (
      try doubts(turn.path, .left, footings.left), try doubts(turn.path, .right, footings.right)
    )
    if isHidden.0 || isHidden.1 || isLink || isDoubtful.0 || isDoubtful.1 {
      counts.skipped += 1
      return
    }
    let states = (
      try state(mine, theirs, line, .left, left.head?.grain),
      try state(theirs, mine, line, .right, right.head?.grain)
    )
    var decision = Reconciliation.decide(states.0, states.1)
    if decision == .contest, let mine, let theirs { decision = try contest(mine, theirs) }
    try carryOut(decision, turn.path, mine, theirs, line)
  }

  /// Whether a side is not to be believed there. The first path in such a folder has it told.
  private mutating func doubts(
    _ path: UnsafeRawBufferPointer, _ side: Side, _ footing: Footing
  ) throws(Failure) -> Bool {
    guard let doubt = footing.doubt(path) else { return false }
    if met.contains(where: { $0.side == side && $0.doubt == doubt }) { return true }
    met.append((side, doubt))
    try section.hole(doubt.place, kind: .failed(.refused), reason: doubt.reason)
    return true
  }

  private mutating func state(
    _ entry: Record?, _ other: Record?, _ line: Record?, _ side: Side, _ grain: Int?
  ) throws(Failure) -> Reconciliation.State {
    guard let line else { return entry == nil ? .none : .changed }
    if let entry, isUnchanged(entry, line, side) { return .same }
    let then = side == .left ? try line.trace : try line.fingerprint(.was) ?? Fingerprint()
    guard let entry else { return then.isEmpty ? .none : .gone }
    if then.isEmpty { return .changed }
    let now = try entry.trace
    guard now.isSame(as: then, grain: grain ?? 1) else { return .changed }
    guard now.isVague(beside: then) else { return .same }
    // Only that the other side has the same now could tell that it was not changed.
    guard let other else { return .changed }
    let isLeft = side == .left
    return try areAlike(isLeft ? entry : other, isLeft ? other : entry) ? .same : .changed
  }

  /// Whether an entry reads just as its line: true of nearly all, and found out where they lie.
  private func isUnchanged(_ entry: Record, _ line: Record, _ side: Side) -> Bool {
    guard entry.has(.mtime) || entry.has(.etag) else { return false }
    if side == .left {
      return [Member.size, .mtime, .etag].allSatisfy { member in
        entry.has(member) == line.has(member) && entry.agrees(on: member, with: line) != false
      }
    }
    guard let then = line.raw(.was), !entry.has(.etag) || !entry.has(.mtime) else { return false }
    scratch.clear()
    scratch.append("{\"size\":")
    guard let size = entry.raw(.size), let rest = entry.raw(entry.has(.etag) ? .etag : .mtime)
    else { return false }
    scratch.append(size)
    scratch.append(entry.has(.etag) ? ",\"etag\":" : ",\"mtime\":")
    scratch.append(rest)
    scratch.append("}")
    return scratch.bytes.order(against: then) == 0
  }

  private mutating func contest(
    _ mine: Record, _ theirs: Record
  ) throws(Failure) -> Reconciliation.Decision {
    if try areAlike(mine, theirs) { return .keep }
    let newer = try Comparison.newer(mine, theirs)
    let sizes = (try mine.integer(.size) ?? 0, try theirs.integer(.size) ?? 0)
    let larger: Side? = sizes.0 == sizes.1 ? nil : sizes.0 > sizes.1 ? .left : .right
    return Reconciliation.resolve(wishes.policy, newer: newer, larger: larger)
  }

  private mutating func areAlike(_ mine: Record, _ theirs: Record) throws(Failure) -> Bool {
    guard mine.agrees(on: .size, with: theirs) == true else { return false }
    if wishes.means == .size { return true }
    if let alike = Comparison.digestsAgree(mine, theirs) { return alike }
    if wishes.means != .checksum, let one = try mine.time(.mtime),
      let two = try theirs.time(.mtime),
      one.isNear(two, within: wishes.window)
    {
      return true
    }
    if let alike = try look(mine, theirs) { return alike }
    if wishes.means == .checksum { uncompared += 1 }
    return false
  }

  // MARK: What is written

  private mutating func carryOut(
    _ decision: Reconciliation.Decision, _ path: UnsafeRawBufferPointer, _ mine: Record?,
    _ theirs: Record?, _ line: Record?
  ) throws(Failure) {
    switch decision {
    case .nothing, .contest: return
    case .keep:
      guard let mine, let theirs else { return }
      counts.kept += 1
      // A line that tells of a delete is to tell of it no more.
      if wishes.isBrief, let line, !line.has(.held), isUnchanged(mine, line, .left),
        isUnchanged(theirs, line, .right)
      {
        return
      }
      try change(mine, "keep", to: .right, why: nil, was: try theirs.trace)
    case .forget:
      counts.forgotten += 1
      let was = try line?.fingerprint(.was)
      try section.entry(.change, bytes: 0) { writer in
        writer.add(.path, name: path)
        writer.add(.action, "forget")
        if let was { writer.add(.was, was) }
      }
    case .copy(let side, let isConflict):
      guard let source = side == .right ? mine : theirs else { return }
      let target = side == .right ? theirs : mine
      if isConflict { counts.conflicts += 1 }
      if isConflict, wishes.sparesLosers, let target {
        counts.deleted += 1
        return try change(target, "delete", to: side, why: "conflict", was: try target.trace)
      }
      counts.copied += 1
      let why = isConflict ? "conflict" : try reason(source, target, line, side)
      try change(source, "copy", to: side, why: why, was: try target?.trace)
    case .delete(let side):
      guard let target = side == .right ? theirs : mine else { return }
      counts.deleted += 1
      let held = try line?.integer(.held)
      try change(
        target, "delete", to: side, why: "orphan", was: try target.trace, held: held)
    case .save(let side):
      guard let loser = side == .right ? mine : theirs else { return }
      counts.copied += 1
      counts.conflicts += 1
      let name = Aside.name(for: Path(path), of: side.other, at: wishes.now)
      try change(loser, "copy", to: side, why: "conflict", was: nil, as: name)
    case .refuse:
      guard let mine else { return }
      counts.conflicts += 1
      try section.outcome(ok: false, bytes: try mine.integer(.size) ?? 0) { writer in
        writer.copy(mine, except: TwoWay.ofPlan)
        writer.add(.why, "conflict")
        writer.add(.did, "skip")
        writer.add(.ok, false)
        writer.add(.kind, "refused")
        writer.add(.reason, "it has changed on both sides")
      }
    }
  }

  /// What became of the source since the base, or that the target does not have it.
  private func reason(
    _ source: Record, _ target: Record?, _ line: Record?, _ side: Side
  ) throws(Failure) -> StaticString {
    guard target != nil, let line else { return "new" }
    let then = side == .right ? try line.trace : try line.fingerprint(.was) ?? Fingerprint()
    return try source.trace.difference(from: then)
  }

  private func change(
    _ record: Record, _ action: StaticString, to side: Side, why: StaticString?, was: Fingerprint?,
    as name: Path? = nil, held: Int? = nil
  ) throws(Failure) {
    try section.entry(.change, bytes: try record.integer(.size) ?? 0) { writer in
      writer.copy(record, except: TwoWay.ofPlan)
      writer.add(.action, action)
      writer.add(.to, side == .left ? "left" : "right")
      if let why { writer.add(.why, why) }
      if let was { writer.add(.was, was) }
      if let name { writer.add(.target, name: name) }
      if let held { writer.add(.held, held) }
    }
  }

  /// Members that the plan sets anew, should a listing carry them.
  private static let ofPlan: Members = [.action, .to, .why, .was, .target, .held]
}

extension Listing {
  fileprivate var path: UnsafeRawBufferPointer? {
    switch place {
    case .entry(let record), .hole(let record): record.path
    case .end: nil
    }
  }

  fileprivate var entry: Record? {
    if case .entry(let record) = place { return record }
    return nil
  }

  /// Whether it is over, and does not say all there is.
  fileprivate var isCut: Bool {
    if case .end = place { return !isComplete }
    return false
  }
}
