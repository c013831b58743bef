internal import Core
internal import Glibc
internal import System
internal import Values

/// Writes to whoever reads the events, and goes on reading the notices of the kernel while that one
/// takes its time: the kernel keeps few.
///
/// Why small pieces: a pipe that can be written to takes as much as that without making us wait.
final class Outlet {
  private let output: Output
  private let isPipe: Bool
  private let backlog: Backlog
  private let notices: Notices

  init(_ output: Output, _ backlog: Backlog, _ notices: Notices) {
    self.output = output
    self.backlog = backlog
    self.notices = notices
    isPipe = Outlet.isPipe(output.descriptor)
  }

  static func isPipe(_ descriptor: Int32) -> Bool {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { return false }
    let form = facts.st_mode & S_IFMT
    return form == S_IFIFO || form == S_IFSOCK
  }

  /// A pipe that nobody reads any more ends the process, even if nothing happens.
  static func watchReader(of output: Output, on loop: Loop) {
    let descriptor = output.descriptor
    guard isPipe(descriptor) else { return }
    loop.watch(descriptor, []) { _ in
      if isAbandoned(descriptor) { Interrupt.die(of: Interrupt.brokenPipe) }
    }
  }

  /// Whether nobody reads what is written any more.
  private static func isAbandoned(_ descriptor: Int32) -> Bool {
    var file = pollfd(fd: descriptor, events: 0, revents: 0)
    return poll(&file, 1, 0) > 0 && file.revents & Int16(POLLERR | POLLHUP) != 0
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let piece = isPipe ? min(rest.count, Int(PIPE_BUF)) : rest.count
      if isPipe { try waitReading() }
      output.buffer.append(UnsafeRawBufferPointer(rebasing: rest[..<piece]))
      try output.flush()
      rest = UnsafeRawBufferPointer(rebasing: rest[piece...])
    }
    if !isPipe { try drain() }
  }

  private func waitReading() throws(Failure) {
    while true {
      var files = [
        pollfd(fd: output.descriptor, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: notices.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&files, backlog.isFull ? 1 : 2, -1)
      if files[0].revents != 0 { return }
      if files[1].revents != 0 { try drain() }
    }
  }

  /// Reads what the kernel has to tell.
  func drain() throws(Failure) {
    while !backlog.isFull, try notices.read(into: backlog.arriving) > Notices.most / 2 {}
  }
}
