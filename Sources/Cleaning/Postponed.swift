internal import Core
internal import Records

/// The deletes of a two-way plan that earlier runs have put off, each of which tells how many files
/// there were when it was planned first.
///
/// Copies go on while deletes are held back, so what was too large a share of a side becomes a
/// smaller one from run to run: a mount that is gone, and whose place somebody writes to, brings
/// the other side as many new files as it is to lose. What was too much once is so until it is
/// permitted, or the files are back.
struct Postponed {
  /// How many deletes were planned first when there were so many files.
  private var counts: [Int: Int] = [:]

  mutating func note(_ delete: Record) throws(Failure) {
    guard let total = try delete.integer(.held), total > 0 else { return }
    counts[total, default: 0] += 1
  }

  /// Why those of one time are too many; nil if they are not.
  func objection(_ brakes: Brakes) -> String? {
    for (total, count) in counts.sorted(by: { $0.key < $1.key }) {
      let files = "files that there were when they were missed first"
      if let objection = brakes.objection(to: min(count, total), of: total, which: files) {
        return objection
      }
    }
    return nil
  }
}
