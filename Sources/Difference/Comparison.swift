package import Core
package import Records
package import Stream
internal import Values

/// Whether two versions of a file are the same, and if not, what tells them apart.
package struct Comparison: Sendable {
  package enum Means: String, CaseIterable, Sendable { case size, mtime, checksum }

  package enum Verdict: Equatable, Sendable {
    case same
    case differs(Why)
  }

  package enum Why: String, Sendable { case size, mtime, hash }

  /// What to compare; by default the size, and the times that both sides can vouch for.
  package var means: Means?
  /// How far apart in nanoseconds two times may lie and still count as equal.
  package var window: Int64 = 0
  /// How many nanoseconds the times of a side are exact to.
  package var grains = (left: 1, right: 1)
  /// How many files had no digest in common where digests were to be compared.
  package private(set) var uncompared = 0

  package init() {}

  package mutating func verdict(_ left: Record, _ right: Record) throws(Failure) -> Verdict {
    if left.path?.last == Path.slash { return .same }
    if left.has(.link) || right.has(.link) {
      return left.agrees(on: .link, with: right) == true ? .same : .differs(.hash)
    }
    let sizes = (try left.integer(.size), try right.integer(.size))
    if let one = sizes.0, let two = sizes.1, one != two { return .differs(.size) }
    switch means {
    case .size: return .same
    case .checksum:
      if let same = Comparison.digestsAgree(left, right) { return same ? .same : .differs(.hash) }
      uncompared += 1
      return try times(left, right)
    case .mtime, nil: return try times(left, right)
    }
  }

  /// The digest that tells most among those that both sides have.
  package static func digestsAgree(_ left: Record, _ right: Record) -> Bool? {
    for member in [Member.sha256, .md5, .crc64nvme, .crc32c] {
      if let agree = left.agrees(on: member, with: right) { return agree }
    }
    return nil
  }

  /// Compares the times that mean the same on both sides:
  ///
  ///     left       right      differs when
  ///     mtime      mtime      they are not equal
  ///     mtime      stored     the file is newer than the store's copy
  ///     stored     mtime      the copy does not carry the store's time
  ///     stored     stored     the left was stored later
  ///     otherwise             never: the size has to do
  private func times(_ left: Record, _ right: Record) throws(Failure) -> Verdict {
    if left.has(.mtime), right.has(.mtime), window == 0,
      left.agrees(on: .mtime, with: right) == true
    {
      return .same
    }
    let ours = try left.time(.mtime)
    guard let one = ours == nil ? try left.time(.stored) : ours else { return .same }
    let differs: Bool
    if let two = try right.time(.mtime) {
      differs = !one.isNear(two, within: reach(one, two))
    } else if let two = try right.time(.stored) {
      differs = one > two.advanced(by: window)
    } else {
      differs = false
    }
    return differs ? .differs(.mtime) : .same
  }

  /// How far apart two times may lie that stand for one: less than what either side can tell.
  ///
  /// Of what was stored only the order counts, and there nothing is forgiven: a file that changed
  /// in the second in which it was stored has to be seen.
  private func reach(_ one: Timestamp, _ two: Timestamp) -> Int64 {
    let grain = max(Comparison.grain(one, grains.left), Comparison.grain(two, grains.right))
    return max(window, grain - 1)
  }

  /// Behind a service that keeps parts of seconds may be a drive that keeps none, which shows.
  private static func grain(_ time: Timestamp, _ grain: Int) -> Int64 {
    Int64(grain > 1 && time.nanoseconds == 0 ? max(grain, 1_000_000_000) : grain)
  }

  /// Whose version is newer, by whatever times both have; nil where that cannot be said.
  package static func newer(_ left: Record, _ right: Record) throws(Failure) -> Side? {
    if try isNewer(left, than: right) { return .left }
    return try isNewer(right, than: left) ? .right : nil
  }

  /// Whether the target's version is newer, by whatever times both have.
  package static func isNewer(_ target: Record, than source: Record) throws(Failure) -> Bool {
    let theirs: Timestamp?
    if let time = try target.time(.mtime) {
      theirs = time
    } else {
      theirs = try target.time(.stored)
    }
    let ours: Timestamp?
    if let time = try source.time(.mtime) { ours = time } else { ours = try source.time(.stored) }
    guard let theirs, let ours else { return false }
    return theirs > ours
  }
}
