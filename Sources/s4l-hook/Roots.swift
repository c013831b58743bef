import Core
import Glibc
import System
import Tasks
import Values

/// What stands at the place that a request names, under its real name.
enum Source: Equatable {
  case folder(Path)
  case file(Path)
}

/// The folders below which a request may name files.
struct Roots: Sendable {
  private let roots: [Path]

  /// Links in the paths are resolved now, once.
  init(_ paths: [Path], from origin: String = "hook.roots") throws(Failure) {
    roots = try paths.map { (path) throws(Failure) in
      guard path.isAbsolute else {
        throw Failure(.config, "\(origin) \(path)", "a root must be an absolute path")
      }
      do throws(Failure) {
        guard try FileSync.isFolder(path) else { throw Failure(errno: ENOTDIR, path) }
        return try path.resolved()
      } catch {
        throw Failure(error.kind, "\(origin) \(path)", error.reason)
      }
    }
  }

  var isEmpty: Bool { roots.isEmpty }

  /// Looks at a place. Whether it is allowed is asked of where it really lies, and before whether
  /// there is anything: nobody learns what lies elsewhere.
  func source(_ path: Path) throws(Failure) -> Source {
    if let folder = try plainFolder(path) { return .folder(folder) }
    let place: Path
    do { place = try path.resolved() } catch {
      throw Failure(.refused, "", error.reason)
    }
    guard roots.contains(where: place.isWithin) else {
      throw Failure(.refused, "", "it lies outside the roots")
    }
    let found = place.withCString { Inode.at(-1, $0, followsLinks: false) }
    switch found {
    case .success(let inode) where inode.form == .folder:
      let folder: Folder
      do { folder = try Folder.open(place) } catch {
        throw Item.flaw(error.reason)
      }
      try Roots.expectSomething(in: folder)
      return .folder(place)
    case .success(let inode) where inode.form == .file: return .file(place)
    case .success: throw Item.flaw("it is neither a folder nor a file")
    case .failure(let error): throw Item.flaw(error.words)
    }
  }

  /// The usual case in few system calls: a folder below a root, with neither links nor dots on the
  /// way. Nil for anything else.
  private func plainFolder(_ path: Path) throws(Failure) -> Path? {
    let place = path.trimmed
    guard place.absolute(from: Path()) == place, roots.contains(where: place.isWithin),
      case .success(let folder) = Folder.withoutLinks(place)
    else { return nil }
    try Roots.expectSomething(in: folder)
    return place
  }

  private static func expectSomething(in folder: Folder) throws(Failure) {
    var isEmpty = true
    let enough = Failure(.bug, "", "there is something")
    do throws(Failure) {
      try withUnsafeTemporaryAllocation(byteCount: 1_024, alignment: 16) {
        (buffer) throws(Failure) in
        try folder.names(buffer) { (_, _) throws(Failure) in
          isEmpty = false
          throw enough
        }
      }
    } catch {
      if error != enough { throw Item.flaw(error.reason) }
    }
    if isEmpty { throw Item.flaw("it is empty") }
  }
}
