package import Core
internal import Glibc
internal import System

extension Pickup {
  /// Makes the file end where its content does: a try that was broken off may have written more.
  package func end(at size: Int) throws(Failure) {
    while ftruncate(file, size) != 0 {
      let error = errno
      if error != EINTR { throw Failure(errno: error, "") }
    }
  }
}
