package import Command
package import Core
internal import Glibc
internal import Records
internal import Store
internal import Stream
internal import System
internal import Transfer
internal import Values

/// One run of a pipe of tools, from the command line to the summary.
///
/// The stages are processes of their own, as if the pipe had been typed at a shell; `--print` shows
/// it. What comes out at its end is read here: outcomes are counted, and those that failed are
/// kept.
package struct Run {
  private let line: Line
  private let manner: Line.Manner
  private let io: Standard
  private let started = Clock.now()
  private let begun = Clock.elapsed()

  package init(_ line: Line, _ manner: Line.Manner, _ io: Standard) {
    self.line = line
    self.manner = manner
    self.io = io
  }

  package func go() throws(Failure) -> Status {
    let recipe = try line.recipe(manner)
    if line.prints {
      io.output.buffer.append(recipe.shell)
      return .success
    }
    try checkTarget()
    let failures = FailureFile(started, io.environment)
    var (tallies, verdict) = try once(recipe, failures)
    // What a file or folder stood in the way of can be copied once that is deleted.
    if tallies.flips > 0, tallies.deleted > 0, !line.isDry {
      let second = try once(recipe, failures)
      tallies.add(second: second.0)
      verdict = second.1
    }
    // Who was told to stop need not hear that the stages were.
    if let message = verdict.message, !Interrupt.isRequested { io.log.error(message) }
    failures.close()
    try summarize(tallies, verdict.status, failures)
    return verdict.status
  }

  /// Whether we draw how far the copies are. A dry run has lines of its own to tell, and where a
  /// descriptor was left for progress, the stage that copies inherits it.
  private var isWatched: Bool {
    !line.isDry && io.environment["S4L_PROGRESS_FD"] == nil
      && StatusLine.isWanted(isQuiet: io.isQuiet, io.environment)
  }

  /// A file as target would be taken for a listing that somebody has kept.
  private func checkTarget() throws(Failure) {
    guard try Location(line.target).isFolder else { return }
    let found = line.target.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    guard case .success(let inode) = found, inode.form != .folder else { return }
    throw Failure(errno: ENOTDIR, line.target)
  }

  private func once(
    _ recipe: Recipe, _ failures: FailureFile
  ) throws(Failure) -> (Tallies, Verdict) {
    var children = Children()
    failures.restart()
    let gauge = isWatched ? try Gauge(io.log) : nil
    let output = try children.start(
      recipe, try Tools.current(io.environment),
      Children.Manner(
        isQuiet: io.isQuiet, teller: gauge.map { (manner.copier, $0.descriptor) }))
    gauge?.closeWriter()
    var tallies = Tallies()
    var caught: Failure?
    do {
      try read(output, children, gauge, &tallies, failures)
    } catch {
      // A stream that breaks off is told of by the stage that broke off.
      caught = error.kind == .data ? nil : error
    }
    gauge?.end()
    Glibc.close(output)
    let verdict = try children.wait()
    if let caught { throw caught }
    return (tallies, verdict)
  }

  private func read(
    _ output: Int32, _ children: Children, _ gauge: Gauge?, _ tallies: inout Tallies,
    _ failures: FailureFile
  ) throws(Failure) {
    let input = Input(output, "the pipe")
    input.whenInterrupted = {
      children.terminate()
      return true
    }
    if let gauge {
      input.beforeWaiting = { () throws(Failure) in
        try gauge.wait(for: output, whenInterrupted: children.terminate)
      }
    }
    let reader = StreamReader(input)
    var steps = 0
    while true {
      // A stream that never makes us wait must not hide how far it is.
      steps += 1
      if steps % 1_024 == 0 { gauge?.look() }
      switch try reader.next() {
      case .head(let head):
        tallies.left = head.left
        tallies.right = head.right
      case .record(let record):
        try tallies.see(record)
        if record.kind == .outcome, record.isFailed { failures.keep(record) }
        if line.isDry, let text = Preview.line(record) { io.log.notice(text) }
      case .tail(let tail): tallies.see(tail)
      case .cut, .end: return
      }
    }
  }

  private func summarize(
    _ tallies: Tallies, _ status: Status, _ failures: FailureFile
  ) throws(Failure) {
    let duration = Span(nanoseconds: Clock.elapsed() - begun)
    let writer = Writer(io.output.buffer)
    writer.begin(.summary)
    writer.add(.folderPath, name: tallies.left ?? line.source)
    writer.add(.prefix, name: tallies.right ?? line.target)
    writer.add(.totalFiles, tallies.total ?? 0)
    writer.add(.uploadedFiles, tallies.uploaded)
    writer.add(.failedFiles, list: tallies.failedNames)
    writer.add(.duration, text: duration.text)
    writer.add(.started, started)
    writer.add(.deletedFiles, tallies.deleted)
    writer.add(.skippedFiles, tallies.skipped)
    writer.add(.bytesCopied, tallies.bytes)
    if line.isDry { writer.add(.dry, true) }
    writer.add(.status, Int(status.rawValue))
    if tallies.failed > 0, failures.trouble == nil { writer.add(.run, text: failures.identifier) }
    writer.end()
    var text = "\(tallies.uploaded) copied (\(Size(bytes: tallies.bytes).text))"
    if tallies.deleted > 0 { text += ", \(tallies.deleted) deleted" }
    if tallies.failed > 0 { text += ", \(tallies.failed) failed" }
    if isWatched {
      let time = Span(nanoseconds: duration.nanoseconds / 100_000_000 * 100_000_000)
      io.log.notice("\(text) in \(time.text)")
    } else {
      io.log.info((line.isDry ? "dry run: " : "") + text, ["duration": "\(duration.text)"])
    }
    if tallies.failed > 0 {
      io.log.warn(
        "\(tallies.failed) failed, first \(tallies.firstFailed); \(failures.told)")
    }
    if tallies.unseen > 0 {
      io.log.warn(
        "\(tallies.unseen) could not be looked at, first \(tallies.firstUnseen); "
          + "nothing was copied from there or deleted there")
    }
  }
}

/// One line of a plan as a person reads it.
enum Preview {
  static func line(_ record: Record) -> String? {
    guard record.kind == .outcome || record.kind == .hole, let path = record.path else {
      return nil
    }
    let name = "\(Path(path))"
    do {
      let why = try record.text(.why) ?? ""
      let reason = try record.text(.reason) ?? ""
      if record.kind == .hole {
        return record.holds(.kind, "chosen") ? nil : "? \(name) (\(reason))"
      }
      if record.isFailed { return "! \(name) (\(reason))" }
      if record.holds(.did, "delete") { return "- \(name) (\(why.isEmpty ? "delete" : why))" }
      if record.holds(.did, "copy") {
        let size = try record.integer(.size).map { ", \(Size(bytes: $0).text)" } ?? ""
        return "\(why == "new" ? "+" : "~") \(name) (\(why)\(size))"
      }
    } catch {
      return "! \(name) (\(error.reason))"
    }
    return nil
  }
}
