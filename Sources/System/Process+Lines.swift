internal import CLinux
package import Core
internal import Glibc
package import Values

extension Process {
  /// Runs a program in a group of its own and tells each line that it writes, on either stream, as
  /// it comes. The group is ended when its time is up or we are told to stop: then nil.
  ///
  /// What the program leaves running in the background may go on, but is not listened to.
  package static func follow(
    program: Path, arguments: [[UInt8]], within nanoseconds: Int64,
    _ heard: @escaping (ArraySlice<UInt8>) -> Void
  ) throws(Failure) -> Ended? {
    let null = Descriptor(owning: open("/dev/null", O_RDONLY | O_CLOEXEC))
    if null.number < 0 { throw Failure(errno: errno, "/dev/null") }
    let ends = try Pipe().release()
    let reader = Descriptor(owning: ends.reader)
    let writer = Descriptor(owning: ends.writer)
    let child = try start(
      program: program, arguments: arguments, stdin: null.number, stdout: writer.number,
      stderr: writer.number, group: .own)
    try writer.close("pipe")
    var lines = Lines(heard: heard)
    let isInTime = child.listen(to: reader.number, until: Clock.elapsed() + nanoseconds, &lines)
    if !isInTime { child.killGroup() }
    let ended = try child.wait()
    lines.end()
    return isInTime ? ended : nil
  }

  /// Listens until the process has ended; false if it did not in time.
  private func listen(to reader: Int32, until deadline: Int64, _ lines: inout Lines) -> Bool {
    let handle = Descriptor(owning: s4l_open_process(identifier))
    if handle.number < 0 { return false }
    var isOpen = true
    while true {
      let rest = deadline - Clock.elapsed()
      if rest <= 0 || Interrupt.isRequested { return false }
      var watched = [
        pollfd(fd: isOpen ? reader : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: handle.number, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&watched, 2, Int32(min(rest / 1_000_000 + 1, 1_000)))
      if watched[0].revents != 0 {
        isOpen = lines.take(from: reader)
      } else if watched[1].revents != 0 {
        return true
      }
    }
  }
}

/// Bytes that become lines.
private struct Lines {
  let heard: (ArraySlice<UInt8>) -> Void
  private var text: [UInt8] = []

  /// A line that is longer is told in pieces.
  private static let longest = 65_536

  init(heard: @escaping (ArraySlice<UInt8>) -> Void) {
    self.heard = heard
  }

  /// Takes what is there; false at the end.
  mutating func take(from reader: Int32) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    let count = read(reader, &chunk, chunk.count)
    if count < 0 { return errno == EINTR }
    text += chunk.prefix(count)
    while let newline = text.firstIndex(of: 10) {
      heard(text[..<newline])
      text.removeFirst(newline + 1)
    }
    if text.count >= Lines.longest { end() }
    return count > 0
  }

  /// A last line need not have a newline.
  mutating func end() {
    if !text.isEmpty { heard(text[...]) }
    text = []
  }
}
