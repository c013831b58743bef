package import Core
internal import Glibc
package import Values

extension Path {
  /// Writes a small file anew: whatever happens, the old or the new one is there, and whole.
  /// `durably` makes sure that the new one also outlives the machine's power.
  package func replace(
    _ bytes: [UInt8], mode: UInt32 = 0o600, durably: Bool = false
  ) throws(Failure) {
    let beside = Path(self.bytes + Array(".new".utf8))
    // One that lies there was left by a process that is no more.
    _ = beside.withCString { unlink($0) }
    let number = beside.withCString {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    }
    if number < 0 { throw Failure(errno: errno, beside) }
    do throws(Failure) {
      let file = Descriptor(owning: number)
      let output = Output(file.number, "\(beside)")
      output.buffer.append(bytes)
      try output.flush()
      if durably, fsync(file.number) != 0 { throw Failure(errno: errno, beside) }
      try file.close(beside)
      let moved = beside.withCString { from in withCString { rename(from, $0) } }
      if moved != 0 { throw Failure(errno: errno, self) }
    } catch {
      _ = beside.withCString { unlink($0) }
      throw error
    }
    if durably { try syncFolder() }
  }

  private func syncFolder() throws(Failure) {
    let number = parent.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if number < 0 { throw Failure(errno: errno, parent) }
    let folder = Descriptor(owning: number)
    if fsync(folder.number) != 0 { throw Failure(errno: errno, parent) }
  }
}
