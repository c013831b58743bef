package import Command
package import Core
package import Records
package import Values
internal import System

/// What a run has come to. The first six members of its record are those that Sync4Loong tells.
package struct Summary {
  var tallies: Tallies
  package var source: Path
  package var target: Path
  package let started: Timestamp
  package var duration: Span
  package var isDry: Bool
  package var status: Status
  /// The run, if the file of its failed outcomes or its history can be asked for.
  package var run: String?
  /// The job that it was a run of, or the type of the task.
  package var job: String?

  /// A run that came to nothing.
  package init(
    of source: Path, to target: Path, started: Timestamp, isDry: Bool = false, _ status: Status
  ) {
    tallies = Tallies()
    self.source = source
    self.target = target
    self.started = started
    duration = Span(nanoseconds: 0)
    self.isDry = isDry
    self.status = status
  }

  package var total: Int { tallies.total ?? tallies.told }
  package var uploaded: Int { tallies.uploaded + tallies.written }
  package var failed: Int { tallies.failed }
  package var deleted: Int { tallies.deleted }
  package var bytes: Int { tallies.bytes }

  /// Whether all that could be done was: what failed would fail again.
  package var isFinal: Bool {
    (status == .success || status == .partial) && tallies.passing == 0
  }

  /// What may succeed another time, if the run has come to its end.
  package var lingering: Lingering? {
    status == .success || status == .partial ? tallies.lingering : nil
  }

  /// Takes over another pipe of the same run.
  package mutating func add(_ other: Summary) {
    tallies.add(other.tallies)
    status = status.joined(with: other.status)
  }

  package func write(_ writer: Writer) {
    writer.begin(.summary)
    writer.add(.folderPath, name: source)
    writer.add(.prefix, name: target)
    writer.add(.totalFiles, total)
    writer.add(.uploadedFiles, uploaded)
    writer.add(.failedFiles, list: tallies.failedNames)
    writer.add(.duration, text: duration.text)
    writer.add(.started, started)
    writer.add(.deletedFiles, tallies.deleted)
    writer.add(.skippedFiles, tallies.skipped)
    writer.add(.bytesCopied, tallies.bytes)
    if tallies.conflicts > 0 { writer.add(.conflicts, tallies.conflicts) }
    if isDry { writer.add(.dry, true) }
    writer.add(.status, Int(status.rawValue))
    if let run { writer.add(.run, text: run) }
    if let job { writer.add(.job, text: job) }
    tallies.report?.write(writer)
    writer.end()
  }

  /// Says the same to a person.
  package func tell(_ io: Standard, watched: Bool, _ failures: FailureFile) {
    var text = "\(tallies.uploaded) copied (\(Size(bytes: tallies.bytes).text))"
    if let report = tallies.report { text = report.text }
    if tallies.written > 0 { text = "\(tallies.written) written, " + text }
    if tallies.deleted > 0 { text += ", \(tallies.deleted) deleted" }
    if tallies.failed > 0 { text += ", \(tallies.failed) failed" }
    if watched {
      let time = Span(nanoseconds: duration.nanoseconds / 100_000_000 * 100_000_000)
      io.log.notice("\(text) in \(time.text)")
    } else {
      io.log.info((isDry ? "dry run: " : "") + text, ["duration": "\(duration.text)"])
    }
    if tallies.failed > 0 {
      let told = isDry ? "" : "; \(failures.told)"
      io.log.warn("\(tallies.failed) failed, first \(tallies.firstFailed)\(told)")
    }
    if tallies.conflicts > 0, tallies.saved == 0 {
      io.log.warn(
        "\(tallies.conflicts) had changed on both sides, first \(tallies.firstConflict); "
          + "of each one version \(isDry ? "would be kept" : "was kept"): see --conflict")
    }
    if tallies.unseen > 0 {
      io.log.warn(
        "\(tallies.unseen) could not be looked at, first \(tallies.firstUnseen); "
          + "nothing was copied from there or deleted there")
    }
  }
}
