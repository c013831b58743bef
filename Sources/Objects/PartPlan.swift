package import Core

/// What a store takes as the parts of an upload.
package struct PartLimits: Equatable, Sendable {
  package var smallest: Int
  package var largest: Int
  package var most: Int
  /// What is taken when nobody wishes otherwise.
  package var usual: Int
  /// Whether all parts but the last have to be of one size.
  package var areEqual: Bool

  package init(
    smallest: Int = 5 << 20, largest: Int = 5 << 30, most: Int = 10_000, usual: Int = 8 << 20,
    areEqual: Bool = false
  ) {
    self.smallest = smallest
    self.largest = largest
    self.most = most
    self.usual = usual
    self.areEqual = areEqual
  }

  /// The most that goes into one PUT.
  package static let single = 5 << 30
}

/// How a file is cut into parts: all of one size, the last being what is left.
package struct PartPlan: Equatable, Sendable {
  package let size: Int
  package let partSize: Int
  /// One means a plain PUT.
  package let count: Int

  /// Plans for a file of `size` bytes. The wish for a size of parts is raised until the limits
  /// hold, to a whole MiB; files up to `threshold`, or else of two parts at most, go in one PUT.
  package init(
    size: Int, wish: Int? = nil, threshold: Int? = nil, limits: PartLimits = PartLimits()
  ) throws(Failure) {
    let wished = min(max(wish ?? limits.usual, limits.smallest), limits.largest)
    self.size = size
    if size <= min(threshold ?? 2 * wished, PartLimits.single) {
      (partSize, count) = (size, 1)
      return
    }
    let needed = PartPlan.share(size, limits.most)
    let whole = needed <= wished ? wished : PartPlan.share(needed, 1 << 20) << 20
    guard whole <= limits.largest else {
      throw Failure(
        .data, "", "\(size) bytes are more than \(limits.most) parts of an upload can hold")
    }
    partSize = whole
    count = PartPlan.share(size, whole)
  }

  /// Where a part stands in the file; parts count from 1.
  package func range(_ number: Int) -> Range<Int> {
    let start = (number - 1) * partSize
    return start..<min(start + partSize, size)
  }

  /// `whole` divided by `by`, rounded up.
  private static func share(_ whole: Int, _ by: Int) -> Int {
    whole / by + (whole % by == 0 ? 0 : 1)
  }
}
