import Annals
import Core
import Metrics
import Records
import Values

/// A run of the history, as far as we tell of it.
struct Run {
  var job: String
  var started: Timestamp
  var duration: Span
  var status: Int
  var files: Int
  var bytes: Int
  var failed: Int
  var deleted: Int
  var run: String?
  var failedNames: [String] = []

  /// Nil for one that only said what it would do.
  init?(_ entry: History.Entry) {
    if entry.isDry { return nil }
    let summary: JSON
    do throws(Failure) { summary = try JSON(parsing: entry.summary) } catch { summary = .null }
    job = entry.job ?? ""
    started = entry.started
    duration = entry.duration
    status = entry.status
    files = entry.copied
    failed = entry.failed
    bytes = entry.bytes
    deleted = entry.deleted
    run = summary["run"]?.text
    failedNames = summary["failed_files"]?.list?.compactMap(\.text) ?? []
  }

  /// What it adds to the sums.
  private var tally: Tally {
    let end = started.advanced(by: duration.nanoseconds)
    var tally = Tally(job, status: status, duration: duration, ended: end)
    tally.copied = files
    tally.deleted = deleted
    tally.bytes = bytes
    tally.failed = failed
    return tally
  }

  var fate: String { Tally.fate(status) }

  func count(in totals: inout Samples) { tally.count(in: &totals) }

  private var seconds: Double { Double(duration.nanoseconds) / 1e9 }

  var document: JSON {
    .object([
      .init("job", .text(job)), .init("started", .text(started.text)),
      .init("seconds", .number("\(seconds)")), .init("status", .integer(status)),
      .init("fate", .text(fate)), .init("files", .integer(files)), .init("bytes", .integer(bytes)),
      .init("failed", .integer(failed)),
    ])
  }
}

extension Tally {
  fileprivate static func fate(_ status: Int) -> String {
    status == 0 ? "success" : status == 1 ? "partial" : "failed"
  }

  func count(in totals: inout Samples) {
    let of = [(name: "job", value: job)]
    let fate = Tally.fate(status)
    totals.add(.operations, Series.operations.key("", of + [("status", fate)]), Double(runs))
    totals.observe(
      .duration, of, runs, atMost: bound.map(Tally.seconds) ?? .infinity,
      sum: Tally.seconds(duration))
    for (what, number) in [("copied", copied), ("deleted", deleted)] {
      totals.add(.files, Series.files.key("", of + [("action", what)]), Double(number))
    }
    totals.add(.bytes, Series.bytes.key("", of), Double(bytes))
    let isWhole = status == 0 || status == 1
    totals.add(.errors, Series.errors.key("", of + [("kind", "file")]), Double(failed))
    totals.add(.errors, Series.errors.key("", of + [("kind", "run")]), isWhole ? 0 : Double(runs))
    if status == 0 {
      let key = Series.lastSuccess.key("", of)
      let end = Double(ended.seconds) + Double(ended.nanoseconds) / 1e9
      totals.set(.lastSuccess, key, max(end.rounded(), totals[.lastSuccess, key] ?? 0))
    }
  }

  private static func seconds(_ span: Span) -> Double { Double(span.nanoseconds) / 1e9 }
}
