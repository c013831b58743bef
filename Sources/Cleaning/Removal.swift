package import Core
internal import System
package import Values

/// What became of a file that was to go.
package enum Fate: Equatable, Sendable {
  case removed
  /// It was not there.
  case gone
  /// What was said to be gone is there: nothing is to be done.
  case back
  case kept(Failure.Kind, String)

  package var isOK: Bool {
    switch self {
    case .removed, .gone, .back: true
    case .kept: false
    }
  }

  /// It could not be done because of what the system says.
  init(_ error: SystemError) {
    if error.isAbsent {
      self = .gone
    } else if error.isLink {
      self = .kept(.refused, "a symbolic link stands on the way")
    } else {
      self = .kept(error.kind, error.words)
    }
  }
}

/// Removes files below one folder, and the folders that become empty by that.
package final class Removal {
  private let root: Path
  private let trash: Trash?
  private let keepsCustody: Bool
  private var custody: Custody?
  private let isDry: Bool
  private let log: Log
  private var ground: Folder?
  /// The folder that the last file was removed from.
  private var left = Path()

  /// With `keepsCustody`, files are looked at once more after they were moved away.
  package init(
    root: Path, trash: Trash? = nil, keepsCustody: Bool = false, isDry: Bool, _ log: Log
  ) {
    self.root = root
    self.trash = trash
    self.keepsCustody = keepsCustody
    self.isDry = isDry
    self.log = log
  }

  /// The folder itself, opened when it is first needed: whoever copies into it may make it first.
  func open() throws(Failure) -> Folder {
    if let ground { return ground }
    let opened = try Folder.open(root)
    if !isDry { try trash?.open(for: opened) }
    ground = opened
    if keepsCustody { custody = Custody(opened, trash) }
    return opened
  }

  /// Removes a file, or a folder (its path ends in a slash) that is empty.
  package func remove(
    _ path: Path, _ evidence: Evidence, dry: Bool = false
  ) throws(Failure) -> Fate {
    if let objection = path.objection { return .kept(.refused, objection) }
    if !path.isWithin(left) { prune() }
    let parent: Folder
    switch try open().beneath(path.parent) {
    case .success(let opened): parent = opened
    case .failure(let error): return error.isNoFolder && !error.isLink ? .gone : Fate(error)
    }
    let found: Inode
    switch parent.look(path.name) {
    case .success(let inode): found = inode
    case .failure(let error):
      if error.isAbsent { leave(path, parent, dry) }
      return Fate(error)
    }
    if path.isFolder { return try removeFolder(path, parent, found, dry) }
    if let objection = Removal.objection(to: found) { return .kept(.later, objection) }
    if let objection = evidence.objection(to: found) { return .kept(.later, objection) }
    if isDry || dry { return .removed }
    do throws(SystemError) {
      if let custody {
        let fate = try custody.remove(path, from: parent, evidence)
        if fate != .removed { return fate }
      } else if let trash {
        try trash.take(path, from: parent)
      } else {
        try parent.unlink(path.name)
      }
    } catch {
      if trash != nil, error.isOtherDevice {
        return .kept(.refused, "the trash is on another file system")
      }
      return Fate(error)
    }
    leave(path, parent, dry)
    return .removed
  }

  /// What a killed run has left of a file that is gone is not to hold its folder.
  private func leave(_ path: Path, _ parent: Folder, _ dry: Bool) {
    if isDry || dry || path.isFolder { return }
    parent.clearDraft(of: path.name)
    left = path.parent
  }

  private func removeFolder(
    _ path: Path, _ parent: Folder, _ found: Inode, _ dry: Bool
  ) throws(Failure) -> Fate {
    guard found.form == .folder else { return .kept(.later, "it is no folder any more") }
    if isDry || dry { return .removed }
    if left.isWithin(path) { prune() }
    do throws(SystemError) {
      try parent.removeFolder(path.name)
    } catch {
      return error.isNotEmpty ? .kept(.later, "the folder is not empty") : Fate(error)
    }
    left = path.parent
    return .removed
  }

  private static func objection(to found: Inode) -> String? {
    switch found.form {
    case .file, .link: nil
    case .folder: "it became a folder meanwhile"
    case .fifo, .socket, .device: "it is neither a file nor a link"
    }
  }

  /// Removes the folder that the last file was in, and those above it, as far as they are empty.
  package func prune() {
    if let error = ground?.prune(left) { log.warn("\(left): \(error.words)") }
    left = Path()
  }

  /// Leaves nothing behind that was only needed on the way.
  package func finish() {
    prune()
    custody?.close()
  }
}
