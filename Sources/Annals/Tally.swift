package import Core
internal import SQL
package import Values

/// What runs of one job that ended alike, and took about as long, add up to.
package struct Tally: Sendable {
  package var job: String
  package var status: Int
  /// None of them took longer; nil for those that took longer than any bound.
  package var bound: Span?
  package var runs: Int
  package var duration: Span
  package var copied = 0
  package var deleted = 0
  package var bytes = 0
  package var failed = 0
  /// When the last of them ended.
  package var ended: Timestamp

  /// One run.
  package init(_ job: String, status: Int, duration: Span, ended: Timestamp) {
    self.init(job, status, runs: 1, atMost: duration, sum: duration, ended: ended)
  }

  fileprivate init(
    _ job: String, _ status: Int, runs: Int, atMost bound: Span?, sum: Span, ended: Timestamp
  ) {
    self.job = job
    self.status = status
    self.runs = runs
    self.bound = bound
    self.duration = sum
    self.ended = ended
  }
}

extension History {
  /// Calls with the sums of all runs there ever were; the number of the last one that is in them.
  /// Runs that only said what they would do are not.
  package func tallies(_ each: (Tally) throws(Failure) -> Void) throws(Failure) -> Int {
    var last = 0
    // The number is asked for at the same moment as the sums.
    try database.statement(
      """
      SELECT job, status, bound, runs, duration, copied, deleted, bytes, failed, ended,
        (SELECT max(number) FROM run)
      FROM tally
      """
    ).each { (row) throws(Failure) in
      last = row.int(10)
      let bound = row.int(2)
      var tally = Tally(
        row.text(0), row.int(1), runs: row.int(3),
        atMost: bound == .max ? nil : Span(nanoseconds: Int64(bound)),
        sum: Span(nanoseconds: Int64(row.int(4))), ended: row.moment(9))
      tally.copied = row.int(5)
      tally.deleted = row.int(6)
      tally.bytes = row.int(7)
      tally.failed = row.int(8)
      try each(tally)
    }
    return last
  }
}
