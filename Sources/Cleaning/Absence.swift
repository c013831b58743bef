internal import Core
internal import Records
internal import Store
internal import System
internal import Values

/// Whether what an event says is gone is gone, by the word of the very place: events come late, and
/// what was removed may be back.
///
/// A place that does not answer says nothing, and neither does one whose root is gone.
final class Absence {
  private let open: Opener?
  /// Whether a root that is empty is not believed either: a mount that is lost looks like that.
  private let doubtsEmptiness: Bool
  private var places: [Path: Place] = [:]
  /// The stores that were seen to hold something, since the last `forget`.
  private var sound: Set<Path> = []

  init(_ open: Opener?, doubtsEmptiness: Bool = false) {
    self.open = open
    self.doubtsEmptiness = doubtsEmptiness
  }

  /// Forgets what may have changed since it was seen.
  func forget() { sound = [] }

  /// Why a path cannot be said to be gone; nil if it is.
  func objection(to path: Path, goneFrom root: Path) -> Fate? {
    if root.isAbsolute { return Absence.objection(to: path, below: root, doubtsEmptiness) }
    guard let open else {
      return .kept(.unavailable, "withheld: \(root) cannot be looked at from here")
    }
    do throws(Failure) {
      if places[root] == nil { places[root] = try open(root) }
      switch places[root] {
      case nil: return .kept(.later, "withheld: \(root) cannot be opened")
      case .folder(let folder):
        return Absence.objection(to: path, below: folder, doubtsEmptiness)
      case .store(let store): return try objection(to: path, in: store)
      }
    } catch {
      return .kept(.later, "withheld: \(error.message)")
    }
  }

  // MARK: Folders

  private static func objection(to path: Path, below root: Path, _ doubts: Bool) -> Fate? {
    let folder: Folder
    do {
      folder = try Folder.open(root)
      if doubts, try folder.contents().isEmpty { return emptied(root) }
    } catch {
      return .kept(.later, "withheld: \(root): \(error.reason)")
    }
    switch folder.beneath(path.parent) {
    case .success(let parent):
      switch parent.look(path.name) {
      case .success: return back
      case .failure(let error): return error.isAbsent ? nil : Fate(error)
      }
    case .failure(let error): return error.isAbsent ? nil : Fate(error)
    }
  }

  private static let back = Fate.kept(.later, "withheld: it is there again")

  private static func emptied(_ root: Path) -> Fate {
    .kept(.later, "withheld: nothing at all is left in \(root), which may not be so")
  }

  // MARK: Stores

  private func objection(to path: Path, in store: any Store) throws(Failure) -> Fate? {
    let isThere = try path.isFolder ? Absence.holds(store, path) : Absence.has(store, path)
    if isThere { return Absence.back }
    if !doubtsEmptiness || sound.contains(store.location) { return nil }
    guard try Absence.holds(store, Path()) else { return Absence.emptied(store.location) }
    sound.insert(store.location)
    return nil
  }

  private static func has(_ store: any Store, _ path: Path) throws(Failure) -> Bool {
    do {
      _ = try store.look(path)
      return true
    } catch {
      if isGone(error, path) { return false }
      throw error
    }
  }

  /// Whether there is anything in a folder; of the root, only what lies directly below is asked.
  private static func holds(_ store: any Store, _ folder: Path) throws(Failure) -> Bool {
    var wish = ListWish()
    wish.start = folder
    wish.refreshes = true
    wish.isFlat = folder.isEmpty
    wish.tellsFolders = true
    var isThere = false
    var hole: Failure?
    // One thing that is there is enough, so the listing is broken off then.
    let enough = Failure(.later, "", "")
    do throws(Failure) {
      try store.list(wish) { (listed) throws(Failure) in
        switch listed {
        case .file(let file) where file.path.starts(with: folder.bytes): isThere = true
        case .folder(let path) where path.starts(with: folder.bytes): isThere = true
        case .file, .folder: return
        case .hole(let path, let failure):
          guard Path(path).isWithin(folder) || folder.isWithin(Path(path)) else { return }
          hole = failure
        }
        if isThere { throw enough }
      }
    } catch {
      if isThere { return true }
      if !folder.isEmpty, isGone(error, folder) { return false }
      throw error
    }
    if let hole, !isThere {
      throw Failure(hole.kind, "\(folder)", hole.reason)
    }
    return isThere
  }

  /// Whether a failure says that the path itself is not there, and nothing of what it lies in.
  private static func isGone(_ failure: Failure, _ path: Path) -> Bool {
    let names = ["", "\(path)", "\(path.trimmed)"]
    return failure.kind == .absent && names.contains(failure.subject)
  }
}
