package import Core
internal import Glibc
package import Values

/// Lines to and from another program, on a loop.
///
/// Neither side makes us wait: what the other does not take yet waits here, and what it has not
/// said yet is nobody's business. Whoever is called may say more, but not turn the loop.
package final class Channel {
  private let loop: Loop
  private let reader: Descriptor
  private var writer: Descriptor?
  private let incoming = Buffer(capacity: 2 * Channel.piece)
  private let outgoing = Buffer()
  private var sent = 0
  /// How much of what came in is known to hold no whole line.
  private var searched = 0
  private var isOver = false
  private var isFinished = false
  /// Is told every line, which is valid until the call returns.
  package var heard: (UnsafeRawBufferPointer) -> Void = { _ in }
  /// Is told once why nothing more will come: nil if the other side just ended.
  package var ended: (Failure?) -> Void = { _ in }

  private static let piece = 65_536
  private static let grace: Int64 = 1_000_000_000

  /// Both ends become ours.
  package init(_ loop: Loop, reader: Int32, writer: Int32) {
    self.loop = loop
    self.reader = Descriptor(owning: reader)
    self.writer = Descriptor(owning: writer)
    for end in [reader, writer] {
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
    loop.watch(reader, .reading) { [weak self] _ in self?.read() }
  }

  deinit {
    close()
  }

  /// Says what `body` writes: whole lines.
  package func say(_ body: (Buffer) -> Void) {
    if isOver || isFinished || writer == nil { return }
    body(outgoing)
    if sent == 0 { write() }
  }

  /// Says no more once all that was said is written; the other side sees the end, and may still
  /// speak.
  package func finish() {
    isFinished = true
    if sent == 0, outgoing.count == 0 { hangUp() }
  }

  private func hangUp() {
    if let file = writer?.number { loop.forget(file) }
    writer = nil
  }

  /// Says and hears no more; the other side sees the end.
  package func close() {
    isOver = true
    loop.forget(reader.number)
    hangUp()
  }

  private func end(_ failure: Failure?) {
    if isOver { return }
    close()
    ended(failure)
  }

  private func write() {
    guard let file = writer?.number else { return }
    while sent < outgoing.count {
      let count = Glibc.write(file, outgoing.base + sent, outgoing.count - sent)
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        if error == EAGAIN { return loop.watch(file, .writing) { [weak self] _ in self?.write() } }
        // What it said before it stopped to listen may still say why.
        hangUp()
        loop.after(Channel.grace) { [weak self] in self?.end(nil) }
        return
      }
      sent += count
    }
    outgoing.clear()
    sent = 0
    if isFinished { hangUp() } else { loop.forget(file) }
  }

  private func read() {
    let count = Glibc.read(reader.number, incoming.reserve(Channel.piece), Channel.piece)
    if count < 0 {
      let error = errno
      if error == EINTR || error == EAGAIN { return }
      return end(Failure(errno: error, ""))
    }
    if count == 0 { return end(nil) }
    incoming.count += count
    var start = 0
    while !isOver, let line = nextLine(from: start) {
      start += line.count + 1
      heard(line)
    }
    if isOver { return }
    incoming.removeFirst(start)
    searched = incoming.count
    if searched > Input.longestLine {
      end(Failure(.data, "", "a line is longer than 4 MiB"))
    }
  }

  private func nextLine(from start: Int) -> UnsafeRawBufferPointer? {
    let known = max(searched, start)
    guard let newline = memchr(incoming.base + known, 10, incoming.count - known) else {
      return nil
    }
    let length = UnsafeRawPointer(newline) - UnsafeRawPointer(incoming.base + start)
    return UnsafeRawBufferPointer(start: incoming.base + start, count: length)
  }
}
