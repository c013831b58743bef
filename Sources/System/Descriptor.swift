package import Core
internal import Glibc

/// An open file that closes itself.
package struct Descriptor: ~Copyable, Sendable {
  package let number: Int32

  package init(owning number: Int32) {
    self.number = number
  }

  deinit {
    // A descriptor that was written to is closed by `close`, which reports.
    _ = Glibc.close(number)
  }

  /// Closes now and reports what a late write error says.
  package consuming func close(_ subject: some CustomStringConvertible) throws(Failure) {
    let number = number
    discard self
    if Glibc.close(number) != 0 {
      let error = errno
      if error != EINTR { throw Failure(errno: error, subject) }
    }
  }

  /// Gives the number away; the receiver closes it.
  package consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }
}
