internal import Core
internal import Glibc
internal import System
internal import Values

/// The folder that files are copied from, opened once for the whole section.
///
/// Files are opened below its descriptor, so no name leads out of it; only where the listing
/// followed links does the transfer follow them too, wherever they lead.
final class Source: Sendable {
  let path: Path
  let root: Folder
  private let identity: Inode
  let follows: Bool

  init(_ path: Path, follows: Bool) throws(Failure) {
    self.path = path
    self.follows = follows
    root = try Folder.open(path)
    identity = try Inode.of(root.descriptor, path)
  }

  /// Whether the folder opened at the start is still the one at its path. If not, a file that is
  /// missing says nothing: its whole tree may have been unmounted or moved away.
  var isStillThere: Bool {
    let found = path.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    guard case .success(let there) = found else { return false }
    return there.inode == identity.inode && there.device == identity.device
  }

  func isSame(as other: Inode) -> Bool {
    other.inode == identity.inode && other.device == identity.device
  }

  func folder(_ path: ArraySlice<UInt8>) throws(Mishap) -> Folder {
    if path.isEmpty { return root }
    switch root.beneath(Path(path), links: follows ? .anywhere : .inside) {
    case .success(let folder): return folder
    case .failure(let error): throw Source.mishap(error, Path(path))
    }
  }

  /// Opens a file without waiting for anybody; a link only where they are followed.
  func open(
    _ name: UnsafePointer<CChar>, in folder: Folder, _ path: Path
  ) throws(Mishap) -> Descriptor {
    do { return try folder.reading(name, followsLinks: follows) } catch {
      throw Source.mishap(error, path)
    }
  }

  private static func mishap(_ error: SystemError, _ path: Path) -> Mishap {
    switch error.number {
    case ENOENT, ENOTDIR: .vanished
    case ELOOP: Mishap(.refused, "a symbolic link stands in its place")
    case EXDEV: Mishap(.refused, "a symbolic link leads out of the source folder")
    case ENXIO: .notRegular
    default: Mishap(error, path)
    }
  }
}
