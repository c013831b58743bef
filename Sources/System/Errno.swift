package import Core
internal import Glibc

/// The one table from error numbers to what a caller may do about them.
extension Failure.Kind {
  package init(errno: Int32) {
    self =
      switch errno {
      case ENOENT, ENOTDIR, ESRCH, ENODEV, ENXIO: .absent
      case EACCES, EPERM, EROFS, EXDEV, ELOOP: .refused
      // What a file system does not take, it will not take tomorrow; that is no trouble of a disk.
      case ENAMETOOLONG, EILSEQ, EFBIG, EOVERFLOW: .refused
      case EAGAIN, EBUSY, EINTR, ETXTBSY, ENFILE, EMFILE, ENOMEM, ESTALE, ETIMEDOUT: .later
      case EINVAL, EBADF, EFAULT, ENOTTY: .bug
      default: .io
      }
  }
}

extension Failure {
  /// A failed system call; `errno` must be read in the statement that follows the call.
  package init(errno: Int32, _ subject: some CustomStringConvertible) {
    let kind = Kind(errno: errno)
    self.init(kind == .bug ? .io : kind, "\(subject)", Failure.words(errno))
  }

  package static func words(_ errno: Int32) -> String {
    guard let text = strerror(errno) else { return "error \(errno)" }
    return String(cString: text)
  }
}
