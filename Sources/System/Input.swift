package import Core
internal import Glibc

/// Lines of bytes from a descriptor, in place: a line is valid until the next one is asked for.
package final class Input {
  package let descriptor: Int32
  package let subject: String
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// The number of the line that was given last, from 1.
  package private(set) var line = 0
  /// Called before a read that would have to wait, so that whoever reads our output is not kept
  /// waiting for what is already known.
  package var beforeWaiting: (() throws(Failure) -> Void)?
  /// Called when a request to stop interrupts a read: whether to go on reading all the same.
  package var whenInterrupted: () -> Bool = { false }

  /// A record longer than this is an attack or a mistake.
  package static let longestLine = 4 << 20

  package init(_ descriptor: Int32, _ subject: String, capacity: Int = 65_536) {
    self.descriptor = descriptor
    self.subject = subject
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    base.deallocate()
  }

  /// The next line without its newline; nil at the end. A last line without a newline counts.
  @inline(__always)
  package func next() throws(Failure) -> UnsafeRawBufferPointer? {
    if let newline = memchr(base + start, 10, min(end - start, Input.longestLine + 1)) {
      let length = UnsafeRawPointer(newline) - UnsafeRawPointer(base + start)
      let found = UnsafeRawBufferPointer(start: base + start, count: length)
      start += length + 1
      line += 1
      return found
    }
    return try nextAfterReading()
  }

  /// What has been read and not been given yet.
  package var unread: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base + start, count: end - start)
  }

  /// Passes over the first bytes of what is unread, which hold so many whole lines.
  package func pass(_ bytes: Int, lines: Int) {
    start += bytes
    line += lines
  }

  @inline(never)
  private func nextAfterReading() throws(Failure) -> UnsafeRawBufferPointer? {
    var searched = end - start
    while !isAtEnd {
      makeRoom()
      if end - start <= Input.longestLine { try fill() }
      if let newline = memchr(base + start + searched, 10, end - start - searched) {
        let length = UnsafeRawPointer(newline) - UnsafeRawPointer(base + start)
        if length > Input.longestLine { throw tooLong() }
        let found = UnsafeRawBufferPointer(start: base + start, count: length)
        start += length + 1
        line += 1
        return found
      }
      if end - start > Input.longestLine { throw tooLong() }
      searched = end - start
    }
    guard end > start else { return nil }
    let found = UnsafeRawBufferPointer(start: base + start, count: end - start)
    start = end
    line += 1
    return found
  }

  private func tooLong() -> Failure {
    Failure(.data, "\(subject):\(line + 1)", "a line is longer than 4 MiB")
  }

  private func makeRoom() {
    if start > 0 {
      base.copyMemory(from: base + start, byteCount: end - start)
      end -= start
      start = 0
    }
    if end == capacity {
      let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 16)
      larger.copyMemory(from: base, byteCount: end)
      base.deallocate()
      base = larger
      capacity *= 2
    }
  }

  private func fill() throws(Failure) {
    if let beforeWaiting {
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, 0) == 0 {
        try beforeWaiting()
        // The request may have come while others were waited for: no read would be interrupted.
        if Interrupt.isRequested, !whenInterrupted() {
          isAtEnd = true
          return
        }
      }
    }
    while true {
      let count = read(descriptor, base + end, capacity - end)
      if count < 0 {
        let error = errno
        if error == EINTR {
          if Interrupt.isRequested, !whenInterrupted() {
            isAtEnd = true
            return
          }
          continue
        }
        throw Failure(.io, subject, Failure.words(error))
      }
      isAtEnd = count == 0
      end += count
      return
    }
  }
}
