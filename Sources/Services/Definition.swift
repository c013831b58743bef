package import Core
internal import Glibc
internal import Settings
internal import System
package import Values

/// A file that tells the machine of a service: ours are known by their first line.
package enum Definition {
  /// Whether one of ours is there. One of somebody else's stops all that would touch it.
  package static func stands(at path: Path) throws(Failure) -> Bool {
    let file: Descriptor
    do throws(Failure) { file = try path.openToRead() } catch {
      if error.kind == .absent { return false }
      throw error
    }
    let mark = Array(SystemdUnit.mark.utf8)
    var start = [UInt8](repeating: 0, count: mark.count)
    let count = Glibc.read(file.number, &start, start.count)
    if count < 0 { throw Failure(errno: errno, path) }
    guard start == mark, count == mark.count else {
      throw Failure(.refused, "\(path)", "s4l-service has not written it: it stays as it is")
    }
    return true
  }

  package static func write(_ text: String, to path: Path) throws(Failure) {
    try path.parent.makeFolders(mode: 0o755)
    try Draft.write(text, to: path, replacing: try stands(at: path), forAll: true)
  }

  package static func remove(_ path: Path) throws(Failure) {
    guard try stands(at: path) else { return }
    if path.withCString({ unlink($0) }) != 0 { throw Failure(errno: errno, path) }
  }
}

extension Path {
  /// Whether anything is there, as far as this user can see.
  package var exists: Bool { withCString { access($0, F_OK) } == 0 }
}
