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
