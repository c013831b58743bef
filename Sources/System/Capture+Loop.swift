internal import CLinux
package import Core
internal import Glibc
package import Values

extension Process {
  /// Runs a program that is expected to answer soon while the loop turns, and ends it and all it
  /// started if it does not. It reads nothing, and what it says on standard error is dropped.
  package static func capture(
    program: Path, arguments: [[UInt8]], within nanoseconds: Int64, atMost limit: Int = 1 << 20,
    on loop: Loop, _ then: @escaping (Result<Answer, Failure>) -> Void
  ) throws(Failure) {
    let null = Descriptor(owning: open("/dev/null", O_RDWR | O_CLOEXEC))
    if null.number < 0 { throw Failure(errno: errno, "/dev/null") }
    let ends = try Pipe().release()
    let reader = Descriptor(owning: ends.reader)
    let writer = Descriptor(owning: ends.writer)
    let child = try start(
      program: program, arguments: arguments, stdin: null.number, stdout: writer.number,
      stderr: null.number, group: .own)
    let capture = Capturing(child, reader, limit, loop, then)
    capture.watch(until: nanoseconds)
  }
}

/// A program whose output is gathered while the loop turns; the loop keeps it alive.
private final class Capturing {
  private let child: Process
  private let reader: Descriptor
  private let handle: Descriptor
  private let limit: Int
  private let loop: Loop
  private let then: (Result<Process.Answer, Failure>) -> Void
  private var timer: Loop.Timer?
  private var output: [UInt8] = []
  private var isDone = false

  init(
    _ child: Process, _ reader: consuming Descriptor, _ limit: Int, _ loop: Loop,
    _ then: @escaping (Result<Process.Answer, Failure>) -> Void
  ) {
    self.child = child
    self.reader = reader
    handle = Descriptor(owning: s4l_open_process(child.identifier))
    self.limit = limit
    self.loop = loop
    self.then = then
  }

  deinit {
    if !isDone { child.killGroup() }
  }

  func watch(until nanoseconds: Int64) {
    timer = loop.after(nanoseconds) { self.finish(inTime: false) }
    loop.watch(reader.number, .reading) { _ in if !self.read() { self.endOfOutput() } }
    loop.watch(handle.number, .reading) { _ in self.endOfProcess() }
  }

  /// The program may still be at work.
  private func endOfOutput() { loop.forget(reader.number) }

  /// What it started may still hold the pipe: only what is there by then counts.
  private func endOfProcess() {
    var watched = pollfd(fd: reader.number, events: Int16(POLLIN), revents: 0)
    while !isDone, poll(&watched, 1, 0) > 0, read() {}
    finish(inTime: true)
  }

  /// Takes what is there; false at the end.
  private func read() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    let count = Glibc.read(reader.number, &chunk, chunk.count)
    if count < 0 { return errno == EINTR }
    output += chunk.prefix(count)
    if output.count > limit { finish(inTime: false) }
    return count > 0
  }

  private func finish(inTime: Bool) {
    guard !isDone else { return }
    isDone = true
    loop.forget(reader.number)
    loop.forget(handle.number)
    if let timer { loop.cancel(timer) }
    child.killGroup()
    do throws(Failure) {
      let ended = try child.wait()
      then(.success(Process.Answer(output: output, ended: inTime ? ended : nil)))
    } catch { then(.failure(error)) }
  }
}
