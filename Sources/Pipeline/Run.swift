package import Command
package import Core
internal import Glibc
internal import Records
internal import Stream
internal import System
internal import Transfer
package import Values

/// One run of a pipe of tools.
///
/// The stages are processes of their own, as if the pipe had been typed at a shell; `--print` shows
/// it. What comes out at its end is read here: outcomes are counted, and those that failed are
/// kept.
package struct Run {
  private let course: Course
  private let io: Standard

  package init(_ course: Course, _ io: Standard) {
    self.course = course
    self.io = io
  }

  /// A run of push or pull as a whole, from the command line to the summary.
  package static func go(
    _ line: Line, _ manner: Line.Manner, _ io: Standard
  ) throws(Failure) -> Status {
    let started = Clock.now()
    var line = line
    try line.settle(manner, io)
    let course = try Course(line, manner)
    if line.prints {
      io.output.buffer.append(course.recipe.shell)
      return .success
    }
    return try go(course, started, FailureFile(started, io.environment), io)
  }

  /// A run that ends with its summary.
  package static func go(
    _ course: Course, _ started: Timestamp, _ failures: FailureFile, _ io: Standard
  ) throws(Failure) -> Status {
    let run = Run(course, io)
    var summary = try run.carry(started, failures)
    failures.close()
    if summary.failed > 0, !course.isDry, failures.trouble == nil {
      summary.run = failures.identifier
    }
    summary.write(Writer(io.output.buffer))
    summary.tell(io, watched: run.isWatched, failures)
    return summary.status
  }

  /// Runs the pipe, twice where that is needed, and tells what it came to.
  package func carry(
    _ started: Timestamp, _ failures: FailureFile
  ) throws(Failure) -> Summary {
    let begun = Clock.elapsed()
    try course.checkTarget()
    failures.mark()
    var (tallies, verdict) = try once(failures)
    // What a file or folder stood in the way of can be copied once that is deleted; what lost can
    // be replaced once it is safe under another name, or in the trash.
    let isHalfDone =
      tallies.flips > 0 && tallies.deleted > 0 || tallies.saved > 0 || tallies.displaced > 0
    if isHalfDone, !course.isDry, !Interrupt.isRequested {
      let second = try once(failures)
      tallies.add(second: second.0)
      verdict = second.1
    }
    // Who was told to stop need not hear that the stages were.
    if let message = verdict.message, !Interrupt.isRequested { io.log.error(message) }
    var summary = Summary(
      of: tallies.left ?? course.source, to: tallies.right ?? course.target, started: started,
      isDry: course.isDry, verdict.status)
    summary.tallies = tallies
    summary.duration = Span(nanoseconds: Clock.elapsed() - begun)
    return summary
  }

  /// Whether we draw how far the copies are. A dry run has lines of its own to tell, and where a
  /// descriptor was left for progress, the stage that copies inherits it.
  package var isWatched: Bool {
    !course.tellers.isEmpty && !course.isDry && io.environment["S4L_PROGRESS_FD"] == nil
      && StatusLine.isWanted(isQuiet: io.isQuiet, io.environment)
  }

  private func once(_ failures: FailureFile) throws(Failure) -> (Tallies, Verdict) {
    var children = Children()
    failures.restart()
    let gauge = try gauge()
    let manner = Children.Manner(
      isQuiet: io.isQuiet, teller: teller(gauge),
      input: course.input, keepsake: course.keepsake, account: course.account,
      token: course.token, variables: course.variables)
    let output = try children.start(course.recipe, try Tools.current(io.environment), manner)
    gauge?.closeWriters()
    var tallies = Tallies(course.recipe)
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

  /// What brings together how far the stages are: for a person, or for a board if there is more
  /// than one of them.
  private func gauge() throws(Failure) -> Gauge? {
    let count = course.tellerCount
    if isWatched { return try Gauge(io.log, stages: count) }
    guard let board = course.board, count > 1, !course.isDry else { return nil }
    return try Gauge(io.log, stages: count, board: board)
  }

  private func teller(_ gauge: Gauge?) -> Children.Teller? {
    if let gauge {
      return Children.Teller(tools: course.tellers, descriptors: gauge.descriptors)
    }
    guard let board = course.board, !course.isDry else { return nil }
    return Children.Teller(
      tools: course.tellers, descriptors: [board], variable: Progress.board)
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
        // A dry run leaves nothing behind.
        if !course.isDry, record.kind == .outcome, record.isFailed { failures.keep(record) }
        if course.isDry, let text = Preview.line(record) {
          io.log.notice(course.isTwoWay ? Preview.mark(record) + text : text)
        }
      case .tail(let tail): tallies.see(tail)
      case .cut, .end: return
      }
    }
  }
}
