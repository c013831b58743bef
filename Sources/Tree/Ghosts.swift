internal import Core
internal import Glibc
internal import System

/// Names that a folder lists and denies when it is asked for them, as file systems do whose names
/// are read in the wrong letters, or that remember too long what was there. Nothing is known of
/// such a name, while of one that was removed after it was listed it is known that it is gone: so
/// the folder is listed once more.
struct Ghosts {
  private var place: Place?
  private var names: Set<[UInt8]> = []
  private var looks = 0

  /// In a folder of which much is removed meanwhile the last listing counts from then on.
  private static let mostLooks = 16

  /// Whether a folder still lists a name that could not be found; a folder that cannot be listed
  /// may do so.
  mutating func lists(_ name: UnsafePointer<CChar>, _ parent: Place) -> Bool {
    let name = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    if place !== parent { (place, names, looks) = (parent, [], 0) }
    if looks > 0, !names.contains(name) { return false }
    if looks < Ghosts.mostLooks {
      looks += 1
      guard list(parent.folder) else { return true }
    }
    return names.contains(name)
  }

  private mutating func list(_ parent: Folder) -> Bool {
    guard case .success(let again) = parent.open(".", followsLinks: false) else { return false }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { buffer.deallocate() }
    var found: Set<[UInt8]> = []
    do {
      try again.names(buffer) { name, _ in found.insert(Array(name)) }
    } catch {
      return false
    }
    names = found
    return true
  }
}
