internal import CLinux
package import Core
internal import Glibc
package import Values

/// A program that runs while a loop turns: it is fed, listened to, and ended in time with all that
/// it started.
///
/// It leads a process group of its own and gets no descriptor of ours but its first three. When it
/// has ended, what is left of its group may still say something, for as long as is left of the time
/// it was given after being asked to stop, otherwise for a moment; then the rest of the group is
/// ended too.
///
/// Why the end does not wait for its output to end: a program that goes on in the background, in a
/// group of its own (as the master of a shared ssh connection does), keeps the pipe open for hours.
package final class Child {
  /// Where its input comes from.
  package enum Feed: Sendable {
    case nothing
    /// Written as fast as it reads. What it does not read is dropped.
    case bytes([UInt8])
    case descriptor(Int32)
  }

  /// Where what it says goes.
  package enum Hearing: Sendable {
    /// Where ours goes.
    case ours
    case nothing
    case descriptor(Int32)
    /// To the report: the first bytes, as many as this; the rest is read and dropped.
    case first(Int)
    /// To the report: the last bytes, as many as this.
    case last(Int)
    /// Of the output: to where its errors go.
    case joined
  }

  package struct Plan {
    package var program: Path
    package var arguments: [[UInt8]]
    /// Added to ours, or in place of what is there.
    package var environment: [(name: String, value: String)] = []
    package var input = Feed.nothing
    package var output = Hearing.ours
    package var errors = Hearing.ours
    /// Sees every piece of the errors as it comes, if they go to the report.
    package var heard: ((UnsafeRawBufferPointer) -> Void)?
    /// Sees every piece of the output as it comes, if that goes to the report.
    package var read: ((UnsafeRawBufferPointer) -> Void)?
    /// Nanoseconds after which it is asked to stop; nil for never.
    package var timeout: Int64?
    /// Nanoseconds between being asked to stop and being killed.
    package var grace: Int64 = 5_000_000_000

    package init(_ program: Path, _ arguments: [[UInt8]] = []) {
      self.program = program
      self.arguments = arguments
    }
  }

  package struct Report: Equatable, Sendable {
    package var ended: Ended
    package var output: [UInt8]
    package var errors: [UInt8]
    /// Whether there was more of the output than was kept.
    package var isOutputCut = false
    /// Whether it was asked to stop because its time was up.
    package var isOverdue = false
  }

  package let process: Process
  private unowned let loop: Loop
  private let handle: Descriptor
  private let plan: Plan
  private let ended: (Result<Report, Failure>) -> Void
  private var mouth: Mouth?
  private var output: Ear?
  private var errors: Ear?
  /// Either the timeout or, once it was asked to stop, the end of the grace.
  private var limit: Loop.Timer?
  private var farewell: Loop.Timer?
  private var isAsked = false
  private var isKilled = false
  private var isOverdue = false
  private var hasExited = false
  private var isOver = false

  /// How long what is left of the group may go on speaking.
  private static let moment: Int64 = 1_000_000_000

  /// Starts it. `ended` is told once, in a turn of the loop, when nothing is left to wait for.
  @discardableResult
  package static func start(
    _ plan: Plan, on loop: Loop, _ ended: @escaping (Result<Report, Failure>) -> Void
  ) throws(Failure) -> Child {
    Interrupt.ignoreBrokenPipes()
    let null = Descriptor(owning: open("/dev/null", O_RDWR | O_CLOEXEC))
    if null.number < 0 { throw Failure(errno: errno, "/dev/null") }
    let input = try Mouth.opened(plan.input)
    let output = try Ear.opened(plan.output)
    let errors = try Ear.opened(plan.errors)
    let errorEnd = errors.file ?? plan.errors.descriptor(null: null.number)
    let outputEnd: Int32? =
      if case .joined = plan.output {
        errorEnd ?? 2
      } else {
        output.file ?? plan.output.descriptor(null: null.number)
      }
    let process = try Process.start(
      program: plan.program, arguments: plan.arguments, environment: plan.environment,
      stdin: input.file ?? plan.input.descriptor(null: null.number), stdout: outputEnd,
      stderr: errorEnd, group: .own)
    let child = try Child(process, plan, loop, ended)
    child.mouth = input.near
    child.output = output.near
    child.errors = errors.near
    child.errors?.heard = plan.heard
    child.output?.heard = plan.read
    child.watch()
    return child
  }

  private init(
    _ process: Process, _ plan: Plan, _ loop: Loop,
    _ ended: @escaping (Result<Report, Failure>) -> Void
  ) throws(Failure) {
    self.process = process
    self.plan = plan
    self.loop = loop
    self.ended = ended
    let number = s4l_open_process(process.identifier)
    let error = errno
    handle = Descriptor(owning: number)
    if number < 0 {
      isOver = true
      process.killGroup()
      _ = try process.wait()
      throw Failure(errno: error, process.program)
    }
  }

  deinit {
    if isOver { return }
    process.killGroup()
    // Nobody is left to be told how it ended.
    do { _ = try process.wait() } catch {}
  }

  /// Asks it and all it started to end, and kills what has not done so when the grace is over.
  package func stop() {
    if isOver || isAsked { return }
    isAsked = true
    process.terminateGroup()
    cancel(&limit)
    limit = loop.after(plan.grace) { self.kill() }
  }

  /// Ends it and all it started without asking.
  package func kill() {
    if isOver || isKilled { return }
    isKilled = true
    process.killGroup()
    if hasExited { finish() }
  }
}

// MARK: The turns of its life

extension Child {
  private func watch() {
    loop.watch(handle.number, .reading) { _ in self.exited() }
    mouth?.speak(on: loop)
    for ear in [output, errors] {
      ear?.listen(on: loop) { if self.hasExited { self.finishIfSilent() } }
    }
    if let timeout = plan.timeout {
      limit = loop.after(timeout) {
        self.isOverdue = true
        self.stop()
      }
    }
  }

  private func exited() {
    loop.forget(handle.number)
    hasExited = true
    finishIfSilent()
    if isOver || isAsked && !isKilled { return }
    cancel(&limit)
    farewell = loop.after(Child.moment) { self.finish() }
  }

  private func finishIfSilent() {
    if output?.isOpen != true, errors?.isOpen != true { finish() }
  }

  /// Until it is waited for its number, which is that of its group, cannot be another's.
  private func finish() {
    if isOver { return }
    isOver = true
    cancel(&limit)
    cancel(&farewell)
    process.killGroup()
    mouth?.close(on: loop)
    for ear in [output, errors] { ear?.close(on: loop) }
    do throws(Failure) {
      let report = Report(
        ended: try process.wait(), output: output?.kept ?? [], errors: errors?.kept ?? [],
        isOutputCut: output?.isCut ?? false, isOverdue: isOverdue)
      ended(.success(report))
    } catch { ended(.failure(error)) }
  }

  private func cancel(_ timer: inout Loop.Timer?) {
    if let timer { loop.cancel(timer) }
    timer = nil
  }
}

extension Child.Hearing {
  /// What the child gets in place of ours; nil for ours.
  fileprivate func descriptor(null: Int32) -> Int32? {
    switch self {
    case .descriptor(let number): number
    case .nothing: null
    case .ours, .first, .last, .joined: nil
    }
  }
}

extension Child.Feed {
  fileprivate func descriptor(null: Int32) -> Int32 {
    if case .descriptor(let number) = self { number } else { null }
  }
}
