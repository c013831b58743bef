internal import CLinux
package import Core
internal import Glibc
internal import Values

/// A file without a name, for what does not fit into memory; it goes with its descriptor.
package final class Scratch {
  package let descriptor: Int32

  package init(_ environment: Environment = .current()) throws(Failure) {
    let folder = Path(text: environment["TMPDIR"] ?? "/tmp")
    let opened = folder.withCString { path in
      Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    if opened < 0 { throw Failure(errno: errno, folder) }
    defer { close(opened) }
    var file = s4l_temporary_file(opened, 0o600)
    if file < 0 { file = Scratch.unlinked(below: folder) }
    if file < 0 { throw Failure(errno: errno, folder) }
    descriptor = file
  }

  deinit {
    _ = close(descriptor)
  }

  /// For file systems that cannot make a file without a name.
  private static func unlinked(below folder: Path) -> Int32 {
    var template = folder.appending("s4l-XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    let file = mkstemp(&template)
    if file >= 0 {
      unlink(template)
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }
    return file
  }

  /// Holds from now on, under the same descriptor, what another one holds. Whoever has opened it
  /// before goes on with what it held then.
  package func adopt(_ other: Scratch) throws(Failure) {
    if s4l_copy_onto(other.descriptor, descriptor) < 0 {
      throw Failure(errno: errno, "temporary file")
    }
  }

  /// Back to the start, for reading what was written.
  package func rewind() throws(Failure) {
    if lseek(descriptor, 0, SEEK_SET) < 0 { throw Failure(errno: errno, "temporary file") }
  }
}
