package import Core
package import System
package import Values

/// Where a file whose upload was confirmed lies for the moment between its last two checks.
///
/// A file can change between a look at it and its removal. Moved away from its name first, it can
/// be looked at again when nobody finds it any more, and then goes or comes back. It keeps its path
/// below `.s4l/uploaded/` and a folder of this run, so that whatever a killed run left there tells
/// by its place where it belongs. That folder is claimed as long as its run lives.
package final class Custody {
  static let place = Path(text: ".s4l/uploaded/")

  private let ground: Folder
  private let trash: Trash?
  private var room: Folder?
  private var name = Path()
  /// The folder of the room that was used last.
  private var used = Path()

  package init(_ ground: Folder, _ trash: Trash?) {
    self.ground = ground
    self.trash = trash
  }

  deinit {
    close()
  }

  /// Removes a file unless it turns out to be another one than the evidence speaks of.
  package func remove(
    _ path: Path, from parent: Folder, _ evidence: Evidence
  ) throws(SystemError) -> Fate {
    let room = try enter()
    if used != path.parent {
      _ = room.prune(used)
      used = path.parent
    }
    let place = try room.making(path.parent)
    do throws(SystemError) {
      try parent.move(path.name, to: place, path.name)
    } catch {
      if error.isOtherDevice { return try removeInPlace(path, parent, evidence) }
      if error.isTaken {
        return .kept(.later, "an older file of this name waits in \(Custody.place)")
      }
      throw error
    }
    switch place.look(path.name) {
    case .success(let found):
      guard let objection = evidence.afterRename.objection(to: found) else { break }
      return try restore(path, from: place, to: parent, objection)
    case .failure(let error): throw error
    }
    do throws(SystemError) {
      if let trash { try trash.take(path, from: place) } else { try place.unlink(path.name) }
    } catch {
      return try restore(path, from: place, to: parent, error.words)
    }
    return .removed
  }

  private func restore(
    _ path: Path, from place: Folder, to parent: Folder, _ objection: String
  ) throws(SystemError) -> Fate {
    do throws(SystemError) {
      try place.move(path.name, to: parent, path.name)
    } catch {
      let kept = "\(Custody.place.appending(name).appending(path))"
      return .kept(.later, "\(objection); it is kept as \(kept): \(error.words)")
    }
    return .kept(.later, objection)
  }

  /// Where a rename cannot reach, a last look has to do.
  private func removeInPlace(
    _ path: Path, _ parent: Folder, _ evidence: Evidence
  ) throws(SystemError) -> Fate {
    if trash != nil { return .kept(.refused, "the trash is on another file system") }
    switch parent.look(path.name) {
    case .success(let found):
      if let objection = evidence.objection(to: found) { return .kept(.later, objection) }
    case .failure(let error): throw error
    }
    try parent.unlink(path.name)
    return .removed
  }

  /// The folder of this run.
  ///
  /// Another run that tidies up may take it away before it is claimed.
  private func enter() throws(SystemError) -> Folder {
    if let room { return room }
    var last = SystemError.taken
    for _ in 0..<100 {
      let name = Path(text: String(UInt64.random(in: 0...UInt64.max), radix: 36))
      do throws(SystemError) {
        let place = try ground.making(Custody.place, mode: 0o700)
        try place.makeFolder(name, mode: 0o700)
        let made = try place.beneath(name).get()
        if try made.claim(), case .success = place.look(name) {
          room = made
          self.name = name
          return made
        }
      } catch {
        if !error.isTaken, !error.isAbsent { throw error }
        last = error
      }
    }
    throw last
  }

  /// Takes the folder of this run away, unless a file had to stay in it.
  package func close() {
    guard let room else { return }
    _ = room.prune(used)
    self.room = nil
    _ = ground.prune(Custody.place.appending(Path(name.bytes + [Path.slash])))
  }

  /// Puts back what runs that were killed have left.
  ///
  /// False if something could not be.
  package static func restore(in ground: Folder, _ log: Log) throws(Failure) -> Bool {
    guard case .success(let place) = ground.beneath(Custody.place) else { return true }
    var isWhole = true
    for (name, isFolder) in try place.contents() where isFolder {
      let path = Custody.place.appending(Path(name.bytes + [Path.slash]))
      do throws(SystemError) {
        let room = try place.beneath(name).get()
        guard try room.claim() else { continue }
        try putBack(room, Path(), to: ground) { below, reason in
          log.warn("\(below): \(reason); what an earlier run took away is in \(path)")
          isWhole = false
        }
      } catch {
        log.warn("\(path): \(error.words)")
        isWhole = false
      }
      _ = ground.prune(path)
    }
    return isWhole
  }

  private static func putBack(
    _ room: Folder, _ path: Path, to ground: Folder, _ report: (Path, String) -> Void
  ) throws(SystemError) {
    let place = try room.beneath(path).get()
    let names: [(name: Path, isFolder: Bool)]
    do throws(Failure) { names = try place.contents() } catch { return report(path, error.reason) }
    for (name, isFolder) in names {
      let below = path.appending(isFolder ? Path(name.bytes + [Path.slash]) : name)
      do throws(SystemError) {
        if isFolder {
          try putBack(room, below, to: ground, report)
          _ = room.prune(below)
        } else {
          try place.move(name, to: try ground.making(path), name)
        }
      } catch {
        report(below, error.words)
      }
    }
  }
}

extension Folder {
  /// Removes a folder below this one and those above it, as far as they are empty; what stands in
  /// the way but that they are not.
  func prune(_ path: Path) -> SystemError? {
    var path = path
    while !path.isEmpty {
      guard case .success(let parent) = beneath(path.parent) else { return nil }
      do throws(SystemError) {
        try parent.removeFolder(path.name)
      } catch {
        return error.isNotEmpty || error.isAbsent || error.isInUse ? nil : error
      }
      path = path.parent
    }
    return nil
  }
}
