package import Core
package import Records
package import System
package import Values

/// The command that runs once for each burst of records, while the loop turns.
///
/// It reads the records that were told since it last ran, as they were written on; they wait in a
/// file without a name, so that a burst may be of any size. What it says goes to standard error,
/// as standard output is for records. `Burst` says when it runs.
package final class Errand {
  package struct Order {
    package var program: Path
    package var arguments: [[UInt8]]
    /// Nanoseconds that a run may take.
    package var timeout: Int64?
    /// Whether it is given the records to read.
    package var reads = true

    package init(_ program: Path, _ arguments: [[UInt8]]) {
      self.program = program
      self.arguments = arguments
    }
  }

  private let order: Order
  private let loop: Loop
  private let log: Log
  private let echo = Output(2, "stderr")
  private var burst: Burst
  private var batch: Batch?
  private var failure: Failure?
  private var runs = 0
  package private(set) var failures = 0
  /// Tells all that is held.
  package var flush: () throws(Failure) -> Void = {}

  /// How much of what it said last is kept in mind: what comes is passed on at once.
  private static let kept = 4_096

  package init(_ order: Order, _ burst: Burst, _ loop: Loop, _ log: Log) {
    self.order = order
    self.burst = burst
    self.loop = loop
    self.log = log
    // A run that has begun is waited for, also when nobody reads what we write.
    Interrupt.ignoreBrokenPipes()
  }

  /// When it is to be asked again; nil if nothing is to come.
  package var due: Int64? { burst.due }

  package func saw(at now: Int64) { burst.saw(at: now) }

  /// Adds what `body` writes to what the next run reads.
  package func tell(_ body: (Writer) -> Void) throws(Failure) {
    guard order.reads else { return }
    if batch == nil { batch = try Batch() }
    guard let batch else { return }
    body(batch.writer)
    try batch.output.settle()
  }

  package func tick(at now: Int64) throws(Failure) {
    if let failure { throw failure }
    try act(burst.tick(at: now))
  }

  /// Runs it for what is left, if it may still begin, and waits until it has ended.
  package func finish(mayBegin: Bool) throws(Failure) {
    if mayBegin { try act(burst.end()) }
    while burst.isRunning {
      if let failure { throw failure }
      try loop.turn(mayWait: true)
      if mayBegin, Interrupt.isRequested { return try finish(mayBegin: false) }
    }
    if burst.isPending { log.warn("\(order.program) did not run for the last records") }
    if failures > 0, runs > 1 {
      log.warn("\(order.program) failed \(failures) of \(runs) times")
    }
  }

  private func act(_ actions: [Burst.Action]) throws(Failure) {
    for action in actions {
      switch action {
      case .flush: try flush()
      case .run:
        do throws(Failure) {
          try run()
        } catch {
          burst.stop()
          throw error
        }
      }
    }
  }

  private func run() throws(Failure) {
    runs += 1
    var plan = Child.Plan(order.program, order.arguments)
    if let descriptor = try batch?.readied() { plan.input = .descriptor(descriptor) }
    plan.output = .joined
    plan.errors = .last(Errand.kept)
    plan.heard = { [echo] piece in
      echo.buffer.append(piece)
      // Where standard error cannot be written, there is nobody left to tell.
      do { try echo.flush() } catch {}
    }
    plan.timeout = order.timeout
    log.info("the command begins", ["program": "\(order.program)"])
    do throws(Failure) {
      try Child.start(plan, on: loop) { self.ended($0) }
    } catch {
      fail(error.reason)
      loop.after(0) { self.next() }
    }
    batch = nil
  }

  private func ended(_ result: Result<Child.Report, Failure>) {
    switch result {
    case .success(let report):
      if report.isOverdue {
        let time = Span(nanoseconds: order.timeout ?? 0).text
        fail("it was ended after \(time), which is all the time it has")
      } else if !report.ended.isSuccess {
        fail(report.ended.words)
      } else {
        log.info("the command has ended", ["program": "\(order.program)"])
      }
    case .failure(let failure): fail(failure.reason)
    }
    next()
  }

  private func fail(_ reason: String) {
    failures += 1
    log.error("\(order.program): \(reason)")
  }

  /// What goes wrong here is thrown by whoever turns the loop.
  private func next() {
    // Told to stop, nothing new begins.
    if Interrupt.isRequested { return burst.stop() }
    do throws(Failure) { try act(burst.ended()) } catch { failure = error }
  }
}

/// What one run reads.
private final class Batch {
  private let scratch: Scratch
  let output: Output
  let writer: Writer

  init() throws(Failure) {
    scratch = try Scratch()
    output = Output(scratch.descriptor, "temporary file")
    writer = Writer(output.buffer)
  }

  /// The file, whole and at its start.
  func readied() throws(Failure) -> Int32 {
    try output.flush()
    try scratch.rewind()
    return scratch.descriptor
  }
}

extension Ended {
  fileprivate var words: String {
    switch self {
    case .exited(let status): "it ended with status \(status)"
    case .signalled(let signal): "it was killed by signal \(signal)"
    }
  }
}
