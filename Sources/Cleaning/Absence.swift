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
  /// What the folder of a drive holds that was looked into last.
  private var last: (place: Path, folder: Path, names: Set<Path>)?

  init(_ open: Opener?, doubtsEmptiness: Bool = false) {
    self.open = open
    self.doubtsEmptiness = doubtsEmptiness
  }

  /// Forgets what may have changed since it was seen.
  func forget() {
    sound = []
    last = nil
  }

  /// What can be said of a path.
  enum Word {
    case gone
    case there
    /// Nothing, and why.
    case unknown(Fate)
  }

  /// Why a path cannot be said to be gone; nil if it is.
  func objection(to path: Path, goneFrom root: Path) -> Fate? {
    switch word(on: path, goneFrom: root) {
    case .gone: nil
    case .there: .back
    case .unknown(let fate): fate
    }
  }

  func word(on path: Path, goneFrom root: Path) -> Word {
    if root.isAbsolute { return Absence.word(on: path, below: root, doubtsEmptiness) }
    guard let open else {
      return .unknown(.kept(.unavailable, "withheld: \(root) cannot be looked at from here"))
    }
    do throws(Failure) {
      switch try place(root, open) {
      case .folder(let folder): return Absence.word(on: path, below: folder, doubtsEmptiness)
      case .store(let store): return try word(on: path, in: store)
      }
    } catch {
      return .unknown(.kept(.later, "withheld: \(error.message)"))
    }
  }

  private func place(_ root: Path, _ open: Opener) throws(Failure) -> Place {
    if let place = places[root] { return place }
    let place = try open(root)
    places[root] = place
    return place
  }

  /// The place that a head names.
  func place(_ root: Path) throws(Failure) -> Place {
    if root.isAbsolute { return .folder(root) }
    guard let open else {
      throw Failure(.unavailable, "\(root)", "it cannot be looked at from here")
    }
    return try place(root, open)
  }

  // MARK: Folders

  private static func word(on path: Path, below root: Path, _ doubts: Bool) -> Word {
    let folder: Folder
    do {
      folder = try Folder.open(root)
      if doubts, try folder.contents().isEmpty { return emptied(root) }
    } catch {
      return .unknown(.kept(.later, "withheld: \(root): \(error.reason)"))
    }
    switch folder.beneath(path.parent) {
    case .success(let parent):
      switch parent.look(path.name) {
      case .success: return .there
      case .failure(let error): return error.isAbsent ? .gone : .unknown(Fate(error))
      }
    case .failure(let error): return error.isAbsent ? .gone : .unknown(Fate(error))
    }
  }

  private static func emptied(_ root: Path) -> Word {
    .unknown(.kept(.later, "withheld: nothing at all is left in \(root), which may not be so"))
  }

  // MARK: Stores

  private func word(on path: Path, in store: any Store) throws(Failure) -> Word {
    var isThere: Bool
    if store.abilities.depth != nil {
      // Both have to agree, as an account may not be allowed to have a folder looked at anew.
      isThere = try stands(path.trimmed, in: store)
      if !isThere, !path.isFolder { isThere = try Absence.has(store, path) }
    } else {
      isThere = try path.isFolder ? Absence.holds(store, path) : Absence.has(store, path)
    }
    if isThere { return .there }
    if !doubtsEmptiness || sound.contains(store.location) { return .gone }
    guard try Absence.holds(store, Path()) else { return Absence.emptied(store.location) }
    sound.insert(store.location)
    return .gone
  }

  /// Whether a drive has a file or a folder of a name. Its folder is looked at anew, since of a
  /// single name many a service says what it remembers.
  func stands(_ path: Path, in drive: any Store) throws(Failure) -> Bool {
    let folder = path.parent
    do throws(Failure) {
      let names = try names(in: folder, of: drive)
      return names.contains(path) || names.contains(path.asFolder)
    } catch {
      // That a folder is gone is believed only where the one above does not show it either.
      guard !folder.isEmpty, drive.isAbsence(error, of: folder) else {
        throw error
      }
      if try stands(folder.trimmed, in: drive) { throw error }
      return false
    }
  }

  /// What a folder of a drive holds, looked at anew; folders with their slash.
  func names(in folder: Path, of drive: any Store) throws(Failure) -> Set<Path> {
    if let last, last.place == drive.location, last.folder == folder { return last.names }
    var wish = ListWish()
    wish.start = folder
    wish.refreshes = true
    wish.isFlat = true
    wish.tellsFolders = true
    var names: Set<Path> = []
    try drive.list(wish) { (listed) throws(Failure) in
      switch listed {
      case .file(let file): names.insert(Path(file.path))
      case .folder(let path): names.insert(Path(path).asFolder)
      case .hole(let path, let failure):
        let path = Path(path).trimmed
        if folder.isWithin(path) { throw Failure(failure.kind, "\(folder)", failure.reason) }
        names.insert(path)
      }
    }
    last = (drive.location, folder, names)
    return names
  }

  private static func has(_ store: any Store, _ path: Path) throws(Failure) -> Bool {
    do {
      _ = try store.look(path)
      return true
    } catch {
      if store.isAbsence(error, of: path) { return false }
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
      if !folder.isEmpty, store.isAbsence(error, of: folder) { return false }
      throw error
    }
    if let hole, !isThere {
      throw Failure(hole.kind, "\(folder)", hole.reason)
    }
    return isThere
  }
}

extension Path {
  /// As it is called as a folder.
  var asFolder: Path { isFolder ? self : Path(bytes + [Path.slash]) }
}
