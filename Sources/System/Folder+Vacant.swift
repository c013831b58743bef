internal import CLinux
internal import Core
internal import Glibc
package import Values

/// Folders that hold nothing that anybody would miss.
extension Folder {
  /// Removes a folder that is empty but for files that killed runs left half written: nobody sees
  /// those, and while they stay, neither can the folder go nor a file take its place.
  package func removeFolder(_ name: Path) throws(SystemError) {
    let error = remove(name)
    if error == 0 { return }
    if error == ENOTEMPTY || error == EEXIST, sweep(name), remove(name) == 0 { return }
    throw SystemError(number: error)
  }

  private func remove(_ name: Path) -> Int32 {
    name.withCString { unlinkat(descriptor, $0, AT_REMOVEDIR) == 0 ? 0 : errno }
  }

  /// Removes what killed runs left in a folder, if it holds nothing else.
  private func sweep(_ name: Path) -> Bool {
    let opened = name.withCString { open($0, followsLinks: false) }
    guard case .success(let folder) = opened else { return false }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 16)
    defer { buffer.deallocate() }
    var leftovers: [Path] = []
    do throws(Failure) {
      try folder.names(buffer) { (name, _) throws(Failure) in
        guard Folder.isDraft(name) else { throw Failure(.later, "", "") }
        leftovers.append(Path(name))
      }
    } catch {
      return false
    }
    return leftovers.allSatisfy(folder.removeLeftover)
  }

  /// Removes a file unless a run that lives is writing it. The name is looked at again under the
  /// lock: meanwhile its owner may have put the file in place.
  private func removeLeftover(_ name: Path) -> Bool {
    let opened = name.withCString {
      openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
    if opened < 0 { return false }
    let file = Descriptor(owning: opened)
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else { return false }
    do throws(SystemError) {
      if try isStill(name, file) { try unlink(name) }
      return true
    } catch {
      return false
    }
  }

  /// Whether a name is that of a file that is being written, or of what is known of one: `.s4l-`,
  /// sixteen digits, and `.tmp` or `.part`.
  private static func isDraft(_ name: UnsafeRawBufferPointer) -> Bool {
    guard name.starts(with: ".s4l-".utf8) else { return false }
    return name.count == 25 && name.suffix(4).elementsEqual(".tmp".utf8)
      || name.count == 26 && name.suffix(5).elementsEqual(".part".utf8)
  }
}
