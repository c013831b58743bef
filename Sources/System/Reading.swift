internal import CLinux
package import Core
internal import Glibc
package import Values

extension Folder {
  /// Opens a file below this folder to be read.
  ///
  /// No link leads out of the folder, and none is followed at the end of the path, unless links are
  /// followed altogether. A fifo that has taken the file's place does not make us wait.
  package func file(_ path: Path, followsLinks: Bool) throws(Failure) -> Descriptor {
    let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
    let resolve = followsLinks ? 0 : Int32(S4L_BENEATH)
    let (file, error) = path.withCString { path in
      let file = s4l_open_at(descriptor, path, flags, 0, resolve)
      return (file, errno)
    }
    if file >= 0 { return Descriptor(owning: file) }
    switch error {
    case ELOOP: throw Failure(.refused, "\(path)", "a symbolic link stands in its place")
    case EXDEV: throw Failure(.refused, "\(path)", "a symbolic link leads out of the root")
    default: throw Failure(errno: error, path)
    }
  }
}

extension Descriptor {
  /// Reads up to the size of the buffer; 0 at the end.
  package borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer, _ subject: some CustomStringConvertible
  ) throws(Failure) -> Int {
    while true {
      let count = Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      let error = errno
      if error != EINTR { throw Failure(errno: error, subject) }
    }
  }

  /// Tells the kernel that all of the file will be read in order, so that it reads further ahead.
  package borrowing func announceReading() {
    posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL)
  }
}

extension Path {
  /// Opens a file by its path to be read; a link at its end is followed.
  package func openToRead() throws(Failure) -> Descriptor {
    let (file, error) = withCString { path in (open(path, O_RDONLY | O_CLOEXEC), errno) }
    if file < 0 { throw Failure(errno: error, self) }
    return Descriptor(owning: file)
  }
}
