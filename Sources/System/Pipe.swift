internal import CLinux
package import Core
internal import Glibc

/// Two ends, what is written to one being read from the other. No child inherits either unless it
/// is handed over.
package struct Pipe: ~Copyable {
  package let reader: Descriptor
  package let writer: Descriptor

  package init() throws(Failure) {
    var ends: [Int32] = [-1, -1]
    if s4l_pipe(&ends) != 0 { throw Failure(errno: errno, "pipe") }
    reader = Descriptor(owning: ends[0])
    writer = Descriptor(owning: ends[1])
  }

  /// Gives both ends away; the receiver closes them.
  package consuming func release() -> (reader: Int32, writer: Int32) {
    (reader.release(), writer.release())
  }
}

extension Pipe {
  /// Makes room in a pipe, as much as there may be.
  package static func widen(_ file: Int32) {
    // It works with less room too.
    _ = s4l_widen_pipe(file, 1 << 20)
  }

  /// Another way into a pipe, where writing never waits for room: what others share of the first
  /// stays as it is.
  package static func impatient(_ file: Int32) throws(Failure) -> Descriptor {
    let number = open("/proc/self/fd/\(file)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    if number < 0 { throw Failure(errno: errno, "pipe") }
    return Descriptor(owning: number)
  }
}
