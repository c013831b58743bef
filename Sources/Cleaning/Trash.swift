package import Core
internal import System
package import Values

/// A folder that takes in what would otherwise be deleted, each file under the path it had.
package final class Trash {
  private let path: Path
  private let root: Path
  private var folder: Folder?

  /// The trash of a root; both paths are absolute and free of links.
  package init(_ path: Path, of root: Path) throws(Failure) {
    try Trash.check(path, of: root)
    self.path = path
    self.root = root
  }

  /// Makes sure that neither lies in the other, where it would be taken for what is cleaned.
  static func check(_ path: Path, of root: Path) throws(Failure) {
    if path.isWithin(root) {
      let inside = Path(path.bytes.dropFirst(root.trimmed.bytes.count)).parts.first ?? []
      guard inside.starts(with: Path.reserved) else {
        throw Failure(
          .usage, "\(path)",
          "the trash lies among the files; within their folder it may only be \(root)/.s4l/trash")
      }
    }
    if root.isWithin(path) {
      throw Failure(.usage, "\(path)", "the files lie within their own trash")
    }
  }

  /// Opens the trash, and makes sure that files of the root can be moved to it.
  func open(for ground: Folder) throws(Failure) {
    if folder != nil { return }
    var existing = path
    while try !Trash.isThere(existing) { existing = existing.parent.trimmed }
    try check(try Folder.open(existing), ground)
    let opened = try Folder.making(path, mode: 0o700)
    try check(opened, ground)
    folder = opened
  }

  private static func isThere(_ path: Path) throws(Failure) -> Bool {
    do {
      _ = try Folder.open(path)
      return true
    } catch {
      if error.kind == .absent, !path.parent.isEmpty { return false }
      throw error
    }
  }

  private func check(_ place: Folder, _ ground: Folder) throws(Failure) {
    let here = try Inode.of(place.descriptor, path)
    let there = try Inode.of(ground.descriptor, root)
    guard here.device == there.device else {
      throw Failure(
        .refused, "\(path)", "the trash must be on the same file system as \(root)")
    }
  }

  /// Moves a file in; if its name is taken, a number is added to it.
  func take(_ path: Path, from parent: Folder) throws(SystemError) {
    guard let folder else { return }
    var place = folder
    for part in path.parent.parts { place = try Trash.enter(Path(part), of: place) }
    try Trash.first(path.name) { (name) throws(SystemError) in
      try parent.move(path.name, to: place, name)
    }
  }

  /// Opens a folder of the trash, making it if need be.
  private static func enter(_ name: Path, of place: Folder) throws(SystemError) -> Folder {
    var entered: Folder?
    try first(name) { (name) throws(SystemError) in
      do throws(SystemError) {
        try place.makeFolder(name, mode: 0o700)
      } catch {
        if !error.isTaken { throw error }
      }
      switch place.beneath(name) {
      case .success(let opened): entered = opened
      case .failure(let error): throw error.isNoFolder ? .taken : error
      }
    }
    return entered ?? place
  }

  private static func first(
    _ name: Path, _ attempt: (Path) throws(SystemError) -> Void
  ) throws(SystemError) {
    for number in 0..<10_000 {
      do throws(SystemError) {
        return try attempt(number == 0 ? name : Path(name.bytes + Array(".\(number)".utf8)))
      } catch {
        if !error.isTaken { throw error }
      }
    }
    throw .taken
  }
}
