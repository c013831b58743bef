internal import CLinux
package import Core
internal import Glibc
package import Values

extension Process {
  /// What a short-lived program had to say.
  package struct Answer: Equatable, Sendable {
    package var output: [UInt8]
    /// Nil if the program had to be ended because its time was up or it said too much.
    package var ended: Ended?
  }

  /// Runs a program that is expected to answer soon, and ends it and all it started if it does not.
  /// It reads nothing, and what it says on standard error is dropped.
  package static func capture(
    program: Path, arguments: [[UInt8]], environment: [(name: String, value: String)] = [],
    within nanoseconds: Int64, atMost limit: Int = 1 << 20
  ) throws(Failure) -> Answer {
    let null = Descriptor(owning: open("/dev/null", O_RDWR | O_CLOEXEC))
    if null.number < 0 { throw Failure(errno: errno, "/dev/null") }
    let ends = try Pipe().release()
    let reader = Descriptor(owning: ends.reader)
    let writer = Descriptor(owning: ends.writer)
    let child = try start(
      program: program, arguments: arguments, environment: environment,
      stdin: null.number, stdout: writer.number, stderr: null.number, group: .own)
    try writer.close("pipe")
    let deadline = Clock.elapsed() + nanoseconds
    var output: [UInt8] = []
    let isDone = child.gather(&output, from: reader.number, until: deadline, atMost: limit)
    child.killGroup()
    let ended = try child.wait()
    return Answer(output: output, ended: isDone ? ended : nil)
  }

  /// Waits for the end, but not for ever: nil if it did not come in time.
  package func wait(within nanoseconds: Int64) throws(Failure) -> Ended? {
    var output: [UInt8] = []
    let deadline = Clock.elapsed() + nanoseconds
    let hasEnded = gather(&output, from: -1, until: deadline, atMost: 0)
    return hasEnded ? try wait() : nil
  }

  /// Reads until the process has ended and nothing is left to read; false if it did not come to
  /// that in time.
  private func gather(
    _ output: inout [UInt8], from reader: Int32, until deadline: Int64, atMost limit: Int
  ) -> Bool {
    let handle = Descriptor(owning: s4l_open_process(identifier))
    if handle.number < 0 { return false }
    var isOpen = reader >= 0
    while output.count <= limit {
      let rest = deadline - Clock.elapsed()
      if rest <= 0 { return false }
      var watched = [
        pollfd(fd: isOpen ? reader : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: handle.number, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&watched, 2, Int32(min(rest / 1_000_000 + 1, 60_000)))
      if watched[0].revents != 0 {
        isOpen = Process.read(reader, into: &output)
      } else if watched[1].revents != 0 {
        return true
      }
    }
    return false
  }

  /// Takes what is there; false at the end.
  private static func read(_ reader: Int32, into output: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    let count = Glibc.read(reader, &chunk, chunk.count)
    if count < 0 { return errno == EINTR }
    output += chunk.prefix(count)
    return count > 0
  }
}
