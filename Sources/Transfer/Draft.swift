internal import Core
internal import Records
internal import System
internal import Values

/// A file that is being written beside its target under a name of ours, and goes away unless it is
/// put in place.
///
/// The name is made from the target's, so a run that was killed leaves a file that the next one
/// finds and replaces; a lock tells such a leftover from the work of another run.
struct Draft: ~Copyable {
  private let descriptor: Descriptor
  private let folder: Folder
  private let name: [CChar]
  private var stays = false

  init(
    in folder: Folder, for target: ArraySlice<UInt8>, mode: UInt32
  ) throws(Mishap) {
    self.folder = folder
    name = DraftName(for: target).characters
    descriptor = try Draft.make(name, folder, mode, for: target)
  }

  /// Goes on with what a killed run left, if that is the file of this number; nil if there is none.
  init?(
    in folder: Folder, for target: ArraySlice<UInt8>, resuming inode: UInt64
  ) throws(Mishap) {
    let name = DraftName(for: target).characters
    let found: Descriptor
    do { found = try folder.writing(name) } catch { return nil }
    guard try Draft.claim(found) else { throw Draft.taken }
    let held = try Inode.look(found.number)
    guard case .success(let named) = Inode.at(folder.descriptor, name, followsLinks: false),
      held.form == .file, held.inode == inode, named.inode == inode, named.device == held.device
    else { return nil }
    self.folder = folder
    self.name = name
    descriptor = found
  }

  deinit {
    if !stays { folder.abandon(name) }
  }

  /// Removes the file before its time; its descriptor stays open.
  mutating func drop() {
    if stays { return }
    folder.abandon(name)
    stays = true
  }

  /// Leaves the file for a later run to go on with.
  mutating func keep() { stays = true }

  /// Whether names in the folder differ only by the case of their letters, so that one file
  /// answers to many.
  var isFolded: Bool {
    let upper = name.map { (97...122).contains($0) ? $0 - 32 : $0 }
    guard
      case .success(let found) = Inode.at(folder.descriptor, upper, followsLinks: false),
      case .success(let own) = Inode.at(folder.descriptor, name, followsLinks: false)
    else { return false }
    return found.inode == own.inode && found.device == own.device
  }

  var file: Int32 { descriptor.number }

  private static let taken = Mishap(.later, "another run is writing this file")

  /// Makes the file and takes it, once what a killed run left under the name is cleared away.
  private static func make(
    _ name: [CChar], _ folder: Folder, _ mode: UInt32, for target: ArraySlice<UInt8>,
    isAgain: Bool = false
  ) throws(Mishap) -> Descriptor {
    let made: Descriptor
    do throws(SystemError) {
      made = try folder.create(name, mode: mode)
    } catch {
      guard error.isTaken, !isAgain else { throw Mishap(error, Path(target)) }
      try clear(name, folder)
      return try make(name, folder, mode, for: target, isAgain: true)
    }
    // Before it was locked, another run could take it for a leftover and remove it.
    guard try claim(made), try Inode.look(made.number).links > 0 else { throw taken }
    return made
  }

  private static func claim(_ file: borrowing Descriptor) throws(Mishap) -> Bool {
    do { return try file.claim() } catch { throw Mishap(error, "") }
  }

  /// Makes a symbolic link under a draft's name.
  static func makeLink(
    _ name: [CChar], to goal: Path, in folder: Folder
  ) throws(SystemError) {
    do { return try folder.makeLink(name, to: goal) } catch { if !error.isTaken { throw error } }
    folder.abandon(name)
    try folder.makeLink(name, to: goal)
  }

  /// Removes what a killed run left behind. The lock is asked for first, and the name looked at
  /// again under it: between the two its owner may have put the file in place.
  private static func clear(_ name: [CChar], _ folder: Folder) throws(Mishap) {
    let leftover: Descriptor
    do { leftover = try folder.reading(name) } catch {
      // A link, or a file that its own mode keeps closed.
      if error.isLink || error.kind == .refused { folder.abandon(name) }
      return
    }
    guard try claim(leftover) else { throw taken }
    let held = try Inode.look(leftover.number)
    guard case .success(let named) = Inode.at(folder.descriptor, name, followsLinks: false),
      named.inode == held.inode, named.device == held.device
    else { return }
    folder.abandon(name)
  }

  /// Gives the file its real name, if the target is as it is expected to be at this moment.
  mutating func place(
    as target: UnsafePointer<CChar>, _ expectation: Item.Expectation
  ) throws(Mishap) {
    try Draft.move(name, to: target, in: folder, expectation)
    stays = true
  }

  /// A folder that holds nothing does not stand in the way: no plan would ever name it.
  static func move(
    _ name: [CChar], to target: UnsafePointer<CChar>, in folder: Folder,
    _ expectation: Item.Expectation
  ) throws(Mishap) {
    do throws(Mishap) {
      try rename(name, to: target, in: folder, expectation)
    } catch .flip {
      do { try folder.removeFolder(Path(cString: target)) } catch { throw .targetIsFolder }
      try rename(name, to: target, in: folder, .absent)
    }
  }

  private static func rename(
    _ name: [CChar], to target: UnsafePointer<CChar>, in folder: Folder,
    _ expectation: Item.Expectation
  ) throws(Mishap) {
    let replaces =
      switch expectation {
      case .anything: true
      case .absent: false
      case .unchanged(let was): try isAsExpected(target, folder, was)
      }
    do { return try folder.rename(name, to: target, replaces: replaces) } catch {
      let there = Inode.at(folder.descriptor, target, followsLinks: false)
      if case .success(let inode) = there {
        if inode.form == .folder { throw .targetIsFolder }
        if error.isTaken { throw .appeared }
      }
      // Some file systems know no rename that refuses to replace.
      guard error.isUnknown, !replaces, case .failure(let doubt) = there, doubt.isAbsent else {
        throw Mishap(error, "")
      }
    }
    do { try folder.rename(name, to: target, replaces: true) } catch { throw Mishap(error, "") }
  }

  /// Whether the target is what it was; false where it has gone, as adding is then safe.
  private static func isAsExpected(
    _ target: UnsafePointer<CChar>, _ folder: Folder, _ was: Fingerprint
  ) throws(Mishap) -> Bool {
    switch Inode.at(folder.descriptor, target, followsLinks: false) {
    case .failure(let error):
      if error == .absent { return false }
      throw Mishap(error, "")
    case .success(let inode):
      if inode.form == .folder { throw .targetIsFolder }
      guard was.size ?? inode.size == inode.size, was.mtime ?? inode.mtime == inode.mtime else {
        throw .targetChanged
      }
      return true
    }
  }
}
