internal import CLinux
internal import Glibc

/// What a file system can do with the blocks of open files without showing their bytes.
package enum Blocks {
  /// Makes an empty file share all blocks of another; false where that cannot be.
  package static func share(_ source: Int32, with target: Int32) -> Bool {
    s4l_clone(source, target) == 0
  }

  /// Copies inside the kernel, at the same place in both files, and says how much; nil where the
  /// file systems cannot.
  package static func copy(
    _ source: Int32, to target: Int32, at offset: Int, _ wanted: Int
  ) throws(SystemError) -> Int? {
    while true {
      var from = Int64(offset)
      var to = Int64(offset)
      let count = s4l_copy_range(source, &from, target, &to, wanted)
      if count >= 0 { return count }
      let error = errno
      switch error {
      case EINTR: continue
      case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, ETXTBSY, EPERM: return nil
      default: throw SystemError(number: error)
      }
    }
  }

  package enum Stretch {
    case bytes(Range<Int>)
    /// Nothing but a hole follows.
    case end
    /// The file system does not tell holes from bytes.
    case unknown
  }

  /// The next bytes that are no hole.
  package static func stretch(
    of file: Int32, from offset: Int
  ) throws(SystemError) -> Stretch {
    let start = s4l_seek_data(file, Int64(offset))
    if start < 0 {
      let error = errno
      switch error {
      case ENXIO: return .end
      case EINVAL: return .unknown
      default: throw SystemError(number: error)
      }
    }
    let end = s4l_seek_hole(file, start)
    if end < 0 { throw SystemError(number: errno) }
    return .bytes(Int(start)..<Int(end))
  }
}
