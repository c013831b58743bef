package import Core
package import Values
internal import Glibc

/// A buffered stream of bytes whose every failure is seen, the last flush included.
package final class Output {
  package let buffer: Buffer
  package let descriptor: Int32
  private let subject: String
  private let capacity: Int
  private var sink: ((UnsafeRawBufferPointer) throws(Failure) -> Void)?
  /// Whether the reader has gone: the process then dies of SIGPIPE once its work is in order.
  package private(set) var isBroken = false

  package init(_ descriptor: Int32, _ subject: String, capacity: Int = 65_536) {
    self.descriptor = descriptor
    self.subject = subject
    self.capacity = capacity
    buffer = Buffer(capacity: capacity + 8_192)
  }

  /// To be called after each record: writes when enough has gathered.
  @inline(__always)
  package func settle() throws(Failure) {
    if buffer.count >= capacity { try flush() }
  }

  /// A stream whose bytes go through `sink` instead of straight to a descriptor. It gets whole
  /// records, as long as `settle` is called behind whole records.
  package convenience init(
    _ subject: String, sink: @escaping (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) {
    self.init(-1, subject)
    self.sink = sink
  }

  package func flush() throws(Failure) {
    guard buffer.count > 0 else { return }
    defer { buffer.clear() }
    if let sink { try sink(buffer.bytes) } else { try write(buffer.bytes) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        let error = errno
        if error == EINTR { continue }
        if error == EAGAIN {
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&wait, 1, -1)
          continue
        }
        isBroken = error == EPIPE
        throw Failure(.io, subject, Failure.words(error))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}
