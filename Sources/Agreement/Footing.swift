package import Core
package import System
package import Values

/// Where one side of a two-way sync cannot be believed, as its files lie on another file system
/// than when both sides were last in step.
///
/// A mount that is gone leaves a folder behind, and another disk may be mounted in its place: what
/// is missing there was not deleted, and what is written there is hidden once the mount is back. So
/// nothing is known of such a folder, as of a hole, until somebody says that it is right.
package struct Footing {
  /// A folder of which nothing is known, and why.
  package struct Doubt: Equatable, Sendable {
    package var place: Path
    package var reason: String
  }

  package private(set) var doubts: [Doubt] = []
  /// What the next base is to say of this side.
  package private(set) var grounds = Grounds()
  /// What was seen of this side when the plan was begun.
  package var seen: Grounds?

  package init() {}

  /// A side about which nothing can be found out: what the base says of it stays.
  package init(keeping then: Grounds) { grounds = then }

  /// Holds what is there now against what the base says; `holds` tells whether the base has any
  /// file in a folder. A base that says nothing learns.
  package init(
    _ now: Grounds, _ then: Grounds, _ holds: (Path) throws(Failure) -> Bool
  ) throws(Failure) {
    grounds = now
    if then.all.isEmpty { return }
    var kept: [Grounds.Ground] = []
    for old in then.all {
      let new = now.all.first { $0.place == old.place }
      if let new, !new.isOther(than: old) {
        kept.append(new.isUnseen ? old : new)
      } else if try !holds(old.place) {
        if let new { kept.append(new) }
      } else {
        kept.append(old)
        doubts.append(Doubt(place: old.place, reason: Footing.words(old.place, new)))
      }
    }
    for new in now.all where !then.all.contains(where: { $0.place == new.place }) {
      // Where there was nothing, nothing can be hidden.
      if try holds(new.place) {
        doubts.append(Doubt(place: new.place, reason: "a file system was mounted over it"))
      } else {
        kept.append(new)
      }
    }
    doubts.sort { $0.place < $1.place }
    // What is said of a folder that is another one itself says nothing of what was below it.
    grounds = doubts.first?.place.isEmpty == true ? then : Grounds(kept)
  }

  private static func words(_ place: Path, _ now: Grounds.Ground?) -> String {
    now == nil
      ? "nothing is mounted there any more"
      : "it lies on another file system than before" + (place.isEmpty ? ", or a mount is gone" : "")
  }

  /// The doubt that a path falls under.
  func doubt(_ path: UnsafeRawBufferPointer) -> Doubt? {
    if doubts.isEmpty { return nil }
    return doubts.first { doubt in
      let folder = doubt.place.bytes
      return folder.isEmpty
        || path.starts(with: folder) && (path.count == folder.count || path[folder.count] == 47)
    }
  }
}
