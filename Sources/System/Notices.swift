internal import CLinux
package import Core
internal import Glibc
package import Values

/// The queue in which the kernel tells what happens in the folders that are watched. To read it
/// never waits.
package final class Notices {
  package let descriptor: Int32

  package init() throws(SystemError) {
    descriptor = s4l_notices_open()
    if descriptor < 0 { throw SystemError(number: errno) }
  }

  deinit {
    _ = close(descriptor)
  }

  /// Watches an open folder, whatever it is called by now. The answer is the number under which
  /// its notices come: the same as before if the very folder is watched already.
  package func watch(_ folder: Folder, _ mask: UInt32) -> Result<Int32, SystemError> {
    watch(Path(text: "/proc/self/fd/\(folder.descriptor)"), mask)
  }

  package func watch(_ path: Path, _ mask: UInt32) -> Result<Int32, SystemError> {
    let watch = path.withCString { s4l_notices_watch(descriptor, $0, mask) }
    return watch < 0 ? .failure(SystemError(number: errno)) : .success(watch)
  }

  /// Watches no more; a folder that is gone is not watched anyway.
  package func forget(_ watch: Int32) { _ = s4l_notices_forget(descriptor, watch) }

  /// How many bytes wait to be read.
  package var queued: Int { max(s4l_notices_queued(descriptor), 0) }

  /// Appends what is there to read, up to a bound, and tells how much that was.
  package func read(into buffer: Buffer) throws(Failure) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.reserve(Notices.most), Notices.most)
      if count >= 0 {
        buffer.count += count
        return count
      }
      let error = errno
      if error == EAGAIN { return 0 }
      if error != EINTR { throw Failure(errno: error, "inotify") }
    }
  }

  /// What one read takes at most.
  package static let most = 64 << 10

  /// A bound that the system sets to watchers; nil if it does not tell.
  package static func limit(_ name: String) -> Int? {
    let path = Path(text: "/proc/sys/fs/inotify/" + name)
    guard let text = Notices.text(of: path) else { return nil }
    return Int(String(decoding: text.prefix { $0 != 10 }, as: UTF8.self))
  }

  static func text(of path: Path) -> [UInt8]? {
    let file = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    if file < 0 { return nil }
    defer { close(file) }
    let text = Buffer()
    while true {
      let count = Glibc.read(file, text.reserve(4_096), 4_096)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return count < 0 ? nil : Array(text.bytes) }
      text.count += count
    }
  }
}

extension SystemError {
  /// There may be no more watches.
  package var isOutOfWatches: Bool { number == ENOSPC }
  /// There may be no more queues of notices, or open files.
  package var isOutOfFiles: Bool { number == EMFILE || number == ENFILE }
}
