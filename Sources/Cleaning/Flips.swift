package import Values

/// Copies that failed because a file stood where a folder must be, or the other way round.
///
/// Such a copy holds back no delete if one of the planned deletes removes what blocks it: the next
/// run completes it. If none does, it has failed like any other.
package struct Flips: Sendable {
  /// How many are remembered; any more count as failed.
  package static let most = 10_000

  private struct Copy {
    var size: Int?
    var isFreed = false
  }

  private var copies: [Copy] = []
  private var places: [Path: Int] = [:]
  /// The copies that a file at a path blocks.
  private var below: [Path: [Int]] = [:]

  package init() {}

  package var isEmpty: Bool { copies.isEmpty }

  /// Notes a copy; false if there is no room for it.
  package mutating func add(_ path: Path, size: Int?) -> Bool {
    if places[path] != nil { return true }
    guard copies.count < Flips.most else { return false }
    let place = copies.count
    copies.append(Copy(size: size))
    places[path] = place
    for folder in path.folders { below[folder, default: []].append(place) }
    return true
  }

  /// Notes a planned delete.
  package mutating func willDelete(_ path: Path) {
    let name = path.trimmed
    if path.isFolder, let place = places[name] { copies[place].isFreed = true }
    for place in below[name] ?? [] { copies[place].isFreed = true }
    for folder in name.folders {
      if let place = places[folder] { copies[place].isFreed = true }
    }
  }

  /// The sizes of the copies that stay blocked.
  package var blocked: [Int?] { copies.filter { !$0.isFreed }.map(\.size) }
}

extension Path {
  /// The folders above, the nearest first, without their slashes; not the root.
  fileprivate var folders: [Path] {
    var found: [Path] = []
    var here = parent
    while !here.isEmpty {
      found.append(here.trimmed)
      here = here.parent
    }
    return found
  }
}
