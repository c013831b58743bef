package import Core
internal import Glibc
internal import System
package import Values

/// A text that is written as a file, only for its owner unless all may read it: beside its place,
/// then moved there whole.
package enum Draft {
  /// Writes the file; one that exists is only replaced by force.
  package static func write(
    _ text: String, to path: Path, replacing: Bool, forAll: Bool = false
  ) throws(Failure) {
    let beside = path.parent.appending(".s4l-conf.\(getpid())")
    // One that lies there was left by a process that is no more.
    _ = beside.withCString { unlink($0) }
    let number = beside.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    let error = errno
    guard number >= 0 else { throw Failure(errno: error, path) }
    do throws(Failure) {
      let descriptor = Descriptor(owning: number)
      let output = Output(descriptor.number, "\(path)")
      output.buffer.append(Array(text.utf8))
      try output.flush()
      if forAll, fchmod(descriptor.number, 0o644) != 0 { throw Failure(errno: errno, path) }
      if fsync(descriptor.number) != 0 { throw Failure(errno: errno, path) }
      try descriptor.close(path)
      try place(beside, at: path, replacing: replacing)
    } catch {
      _ = beside.withCString { unlink($0) }
      throw error
    }
  }

  private static func place(_ draft: Path, at path: Path, replacing: Bool) throws(Failure) {
    let status = draft.withCString { from in
      path.withCString { to in replacing ? rename(from, to) : link(from, to) }
    }
    let error = errno
    guard status == 0 else {
      if error == EEXIST {
        throw Failure(.refused, "\(path)", "it exists; --force replaces it")
      }
      throw Failure(errno: error, path)
    }
    if !replacing { _ = draft.withCString { unlink($0) } }
    try settle(path.parent)
  }

  /// Has the name outlive a power failure, not only the contents.
  private static func settle(_ folder: Path) throws(Failure) {
    let name = folder.bytes.isEmpty ? Path(text: ".") : folder
    let number = name.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    // A folder that may be written in but not read cannot be asked to.
    if number < 0 { return }
    let descriptor = Descriptor(owning: number)
    if fsync(descriptor.number) != 0, errno != EINVAL { throw Failure(errno: errno, folder) }
  }
}
