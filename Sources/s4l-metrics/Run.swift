import Annals
import Core
import Metrics
import Records
import Values

/// A run of the history, as far as we tell of it.
struct Run {
  var job: String
  var started: Timestamp
  var seconds: Double
  var status: Int
  var files: Int
  var bytes: Int
  var failed: Int
  var deleted: Int
  var run: String?
  var failedNames: [String] = []

  /// Nil for one that only said what it would do.
  init?(_ entry: History.Entry) {
    let summary: JSON
    do throws(Failure) { summary = try JSON(parsing: entry.summary) } catch { summary = .null }
    if summary["dry"]?.flag == true { return nil }
    job = entry.job ?? ""
    started = entry.started
    seconds = Double(entry.duration.nanoseconds) / 1e9
    status = entry.status
    files = entry.copied
    failed = entry.failed
    bytes = summary["bytes_copied"]?.integer ?? 0
    run = summary["run"]?.text
    failedNames = summary["failed_files"]?.list?.compactMap(\.text) ?? []
    deleted = summary["deleted_files"]?.integer ?? 0
  }

  var fate: String { status == 0 ? "success" : status == 1 ? "partial" : "failed" }

  func count(in totals: inout Samples) {
    let of = [(name: "job", value: job)]
    totals.add(.operations, Series.operations.key("", of + [("status", fate)]), 1)
    totals.observe(.duration, of, seconds)
    for (what, number) in [("copied", files), ("deleted", deleted)] {
      totals.add(.files, Series.files.key("", of + [("action", what)]), Double(number))
    }
    totals.add(.bytes, Series.bytes.key("", of), Double(bytes))
    let isWhole = status == 0 || status == 1
    totals.add(.errors, Series.errors.key("", of + [("kind", "file")]), Double(failed))
    totals.add(.errors, Series.errors.key("", of + [("kind", "run")]), isWhole ? 0 : 1)
    if status == 0 {
      let end = Double(started.seconds) + seconds
      totals.set(.lastSuccess, Series.lastSuccess.key("", of), end.rounded())
    }
  }

  var document: JSON {
    .object([
      .init("job", .text(job)), .init("started", .text(started.text)),
      .init("seconds", .number("\(seconds)")), .init("status", .integer(status)),
      .init("fate", .text(fate)), .init("files", .integer(files)), .init("bytes", .integer(bytes)),
      .init("failed", .integer(failed)),
    ])
  }
}
