internal import Core
internal import Glibc
internal import System
internal import Values

/// The folder that files are copied into.
///
/// Every name is resolved below its descriptor. A symbolic link inside it is followed as long as it
/// stays inside, as users lay out their trees with such links; one that leads out is refused.
final class Target: Sendable {
  let path: Path
  let root: Folder
  let identity: Inode
  private let isDurable: Bool

  /// Opens the folder, and makes it where it does not exist.
  init(_ path: Path, isDurable: Bool) throws(Failure) {
    self.path = path
    self.isDurable = isDurable
    var made: [UInt8] = []
    for part in path.parts {
      made += [Path.slash] + part
      let failed = Path(made).withCString { mkdir($0, 0o777) != 0 }
      let error = errno
      if failed, error != EEXIST, error != EISDIR, error != EROFS, error != EACCES {
        throw Failure(errno: error, Path(made))
      }
    }
    root = try Folder.open(path)
    identity = try Inode.of(root.descriptor, path)
  }

  /// Opens the folder to look at it, and no more; nil where it does not exist.
  init?(lookingAt path: Path) throws(Failure) {
    self.path = path
    isDurable = false
    do throws(Failure) { root = try Folder.open(path) } catch {
      if error.kind == .absent { return nil }
      throw error
    }
    identity = try Inode.of(root.descriptor, path)
  }

  /// The folder below the root; where it is missing it is made, as private as `mode` says.
  func folder(
    _ path: ArraySlice<UInt8>, mode: (ArraySlice<UInt8>) -> UInt32?
  ) throws(Mishap) -> Folder {
    if path.isEmpty { return root }
    if let found = try open(path) { return found }
    let spot = Spot(Path(path))
    let parent = try folder(spot.parent, mode: mode)
    do throws(SystemError) {
      try parent.makeFolder(Path(spot.name), mode: (mode(path) ?? 0o777) & 0o777 | 0o700)
      if isDurable { try parent.sync() }
    } catch {
      if !error.isTaken { throw Mishap(error, Path(path)) }
    }
    if let found = try open(path) { return found }
    throw Mishap(.absent, "the folder \(Path(path)) of the target cannot be entered")
  }

  /// Nil where there is nothing of that name.
  func open(_ path: ArraySlice<UInt8>) throws(Mishap) -> Folder? {
    let error: SystemError
    switch root.beneath(Path(path), links: .inside) {
    case .success(let folder): return folder
    case .failure(let refusal): error = refusal
    }
    switch error.number {
    case ENOENT: return nil
    case ENOTDIR: throw .flip("a file stands where the folder \(blocker(of: path)) should be")
    case EXDEV, ELOOP: throw Mishap(.refused, "a symbolic link leads out of the target folder")
    default: throw Mishap(error, Path(path))
    }
  }

  /// The part of the path that is no folder.
  private func blocker(of path: ArraySlice<UInt8>) -> Path {
    for (place, byte) in path.enumerated() where byte == Path.slash {
      let above = Path(path.prefix(place))
      let found = above.withCString { Inode.at(root.descriptor, $0, followsLinks: true) }
      if case .success(let inode) = found, inode.form != .folder { return above }
    }
    return Path(path)
  }
}
