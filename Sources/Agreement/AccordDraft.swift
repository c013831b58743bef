internal import Core
internal import Glibc
internal import System
internal import Values

/// A base that is being written, beside the one that it is to replace.
final class AccordDraft {
  let output: Output
  private let folder: Folder
  private let path: Path
  private let draft: Path
  private let file: Int32

  /// What a killed run left under the name is begun anew.
  init(_ path: Path) throws(Failure) {
    let parent = path.parent
    folder = try Folder.open(parent.isEmpty ? Path(text: ".") : parent)
    self.path = path
    draft = Path(Array(".s4l-".utf8) + path.name.bytes)
    do throws(SystemError) {
      try folder.discard(draft)
      file = try folder.file(draft, creates: true).release()
    } catch {
      throw error.failure(path)
    }
    output = Output(file, "\(path)")
  }

  deinit { _ = Descriptor(owning: file) }

  /// Replaces the old base, once the new one has reached the disk.
  func place() throws(Failure) {
    if fsync(file) != 0 { throw Failure(errno: errno, path) }
    do throws(SystemError) {
      try folder.replace(path.name, by: draft)
      try folder.sync()
    } catch {
      throw error.failure(path)
    }
  }
}
