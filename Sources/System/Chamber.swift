package import Core
internal import Glibc
package import Values

/// A folder that nobody else may look into, for files that only pass through; it goes with its
/// owner, whatever it holds then.
package final class Chamber {
  /// Absolute, without links.
  package let path: Path
  private let folder: Folder

  package init(_ environment: Environment = .current()) throws(Failure) {
    let place = try Path(text: environment["TMPDIR"] ?? "/tmp").resolved()
    var template = place.appending("s4l-XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    let isMade = mkdtemp(&template) != nil
    if !isMade { throw Failure(errno: errno, place) }
    path = Path(template.dropLast().map { UInt8(bitPattern: $0) })
    folder = try Folder.open(path)
  }

  deinit {
    remove()
  }

  /// Removes the folder and all it holds, if that has not been done.
  package func remove() {
    Chamber.empty(folder)
    _ = path.withCString { rmdir($0) }
  }

  /// Makes a file that only we may read.
  package func create(_ name: String) throws(Failure) -> Descriptor {
    let number = Path(text: name).withCString {
      openat(folder.descriptor, $0, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    if number < 0 { throw Failure(errno: errno, path.appending(name)) }
    return Descriptor(owning: number)
  }

  package func open(_ name: String) throws(Failure) -> Descriptor {
    try folder.file(Path(text: name), followsLinks: false)
  }

  /// Removes a file, if it is there.
  package func discard(_ name: String) {
    Path(text: name).withCString { folder.abandon($0) }
  }

  /// Removes all there is. What cannot be removed stays behind: nobody is left to be told.
  private static func empty(_ folder: Folder) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    var names: [Path] = []
    do { try folder.names(buffer) { (name, _) in names.append(Path(name)) } } catch { return }
    for name in names {
      if name.withCString({ unlinkat(folder.descriptor, $0, 0) }) == 0 { continue }
      guard case .success(let inner) = folder.beneath(name) else { continue }
      empty(inner)
      _ = name.withCString { unlinkat(folder.descriptor, $0, AT_REMOVEDIR) }
    }
  }
}
