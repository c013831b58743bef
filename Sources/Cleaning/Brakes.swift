/// What keeps deletes that were inferred from absence within reason.
///
/// A source that is wrong (the wrong folder, an empty disk, a mount that is gone) looks just like a
/// source whose files were deleted. All that tells them apart is the number.
package struct Brakes: Equatable, Sendable {
  package enum Limit: Equatable, Sendable {
    case count(Int)
    case percent(Int)

    /// `10` or `25%`.
    package init?(text: String) {
      let isPercent = text.hasSuffix("%")
      guard let number = Int(isPercent ? text.dropLast() : text[...]), number >= 0,
        text.utf8.first != UInt8(ascii: "+"), !isPercent || number <= 100
      else { return nil }
      self = isPercent ? .percent(number) : .count(number)
    }
  }

  package var limit: Limit?
  /// Whether all of the target may go.
  package var allowsEmpty = false

  package init(limit: Limit? = nil, allowsEmpty: Bool = false) {
    self.limit = limit
    self.allowsEmpty = allowsEmpty
  }

  private static let usual = 50
  /// How a limit is set: on a command line, and in the configuration.
  private static let option = "--max-delete (of a job: max_delete)"

  private static func exceeded(_ plan: String, _ most: Int) -> String {
    "\(plan) would be deleted, more than the \(most) of \(option)"
  }

  /// Why so many deletes are too many; nil if they are not.
  package func objection(
    to deletes: Int, of total: Int?, which files: String = "files"
  ) -> String? {
    if deletes == 0 { return nil }
    let plan = "\(deletes) of \(total.map { "\($0)" } ?? "an unknown number of") \(files)"
    guard let total else {
      guard case .count(let most) = limit else {
        return "\(plan) would be deleted: \(Brakes.option) must say how many may be"
      }
      return deletes > most ? Brakes.exceeded(plan, most) : nil
    }
    if deletes >= total, !allowsEmpty {
      return "\(plan) would be deleted, which is all: --allow-empty would permit it"
    }
    switch limit {
    case .count(let most):
      return deletes > most ? Brakes.exceeded(plan, most) : nil
    case .percent(let most):
      if !exceeds(most, deletes, total) { return nil }
      return "\(plan) would be deleted, more than the \(most)% of \(Brakes.option)"
    case nil:
      if deletes >= total || !exceeds(Brakes.usual, deletes, total) { return nil }
      return "\(plan) would be deleted, more than \(Brakes.usual)%: "
        + "\(Brakes.option) would permit it"
    }
  }

  /// Why one more evidenced delete is one too many; of these there is no whole to take a part of.
  package func objection(toEvidenced deletes: Int) -> String? {
    guard case .count(let most) = limit, deletes > most else { return nil }
    return "more files would be deleted than the \(most) of \(Brakes.option)"
  }

  private func exceeds(_ percent: Int, _ deletes: Int, _ total: Int) -> Bool {
    let scaled = deletes.multipliedReportingOverflow(by: 100)
    let allowed = total.multipliedReportingOverflow(by: percent)
    // More deletes than there are files is beyond any share of them.
    if deletes > total { return percent < 100 || deletes > total }
    return scaled.overflow || allowed.overflow || scaled.partialValue > allowed.partialValue
  }
}
