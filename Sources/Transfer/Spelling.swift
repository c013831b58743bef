internal import Core
internal import System
internal import Values

/// Whether a name that is taken is taken by a file of that very name.
///
/// Where a file system takes names that differ in case or in the composition of their letters for
/// one, the second of two such files would replace the first without a word. The names that a
/// folder lists are the only ones that say how a file was really called.
struct Spelling {
  private let root: Folder

  init(below root: Folder) {
    self.root = root
  }

  /// The name on the way to a path, if any, that is listed otherwise.
  func mismatch(_ path: Path) throws(Mishap) -> Path? {
    var folder = root
    var above = Path()
    for part in path.parts {
      let name = Path(part)
      above = above.appending(name)
      guard try lists(name, in: folder) else { return above }
      guard case .success(let next) = root.beneath(above, links: .inside) else { return nil }
      folder = next
    }
    return nil
  }

  private func lists(_ name: Path, in folder: Folder) throws(Mishap) -> Bool {
    // An open folder is read once: another description of it begins anew.
    guard case .success(let fresh) = folder.beneath(Path()) else { return true }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    var isThere = false
    do throws(Failure) {
      try fresh.names(buffer) { (found, _) in
        if found.elementsEqual(name.bytes) { isThere = true }
      }
    } catch {
      throw .failed(error)
    }
    return isThere
  }
}
