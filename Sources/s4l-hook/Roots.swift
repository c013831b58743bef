import Core
import System
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
  init(_ paths: [Path]) throws(Failure) {
    roots = try paths.map { (path) throws(Failure) in
      guard path.isAbsolute else {
        throw Failure(.config, "\(path)", "a root must be an absolute path")
      }
      return try path.resolved()
    }
  }

  var isEmpty: Bool { roots.isEmpty }

  /// Looks at a place. Whether it is allowed is asked of where it really lies, and before whether
  /// there is anything: nobody learns what lies elsewhere.
  func source(_ path: Path) throws(Failure) -> Source {
    let place: Path
    do { place = try path.resolved() } catch {
      throw Failure(.refused, "", "a source cannot be looked at: \(error.reason)")
    }
    guard roots.contains(where: place.isWithin) else {
      throw Failure(.refused, "", "a source lies outside the roots")
    }
    let found = place.withCString { Inode.at(-1, $0, followsLinks: false) }
    switch found {
    case .success(let inode) where inode.form == .folder:
      guard try Roots.holdsAnything(place) else { throw Item.flaw("a source is empty") }
      return .folder(place)
    case .success(let inode) where inode.form == .file: return .file(place)
    case .success: throw Item.flaw("a source is neither a folder nor a file")
    case .failure(let error): throw Item.flaw("a source cannot be looked at: \(error.words)")
    }
  }

  private static func holdsAnything(_ path: Path) throws(Failure) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 16)
    defer { buffer.deallocate() }
    let enough = Failure(.bug, "", "there is something")
    do throws(Failure) {
      try Folder.open(path).names(buffer) { (_, _) throws(Failure) in throw enough }
      return false
    } catch {
      if error == enough { return true }
      throw Item.flaw("a source cannot be looked at: \(error.reason)")
    }
  }
}
