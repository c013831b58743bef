internal import CLinux
internal import Core
internal import Glibc
internal import Records
internal import System
internal import Values

/// A file that is being written beside its target under a name of ours, and goes away unless it is
/// put in place.
///
/// The name is made from the target's, so a run that was killed leaves a file that the next one
/// finds and replaces; a lock tells such a leftover from the work of another run.
struct Draft: ~Copyable {
  let file: Int32
  private let folder: Folder
  private let name: [CChar]
  private var isPlaced = false

  init(
    in folder: Folder, for target: ArraySlice<UInt8>, mode: UInt32
  ) throws(Mishap) {
    self.folder = folder
    name = Draft.name(for: target)
    var made = Draft.create(name, folder, mode)
    if made < 0, errno == EEXIST {
      try Draft.clear(name, folder)
      made = Draft.create(name, folder, mode)
    }
    if made < 0 { throw Mishap(SystemError(number: errno), Path(target)) }
    // Before it was locked, another run could take it for a leftover and remove it.
    var links: UInt32 = 0
    if flock(made, LOCK_EX | LOCK_NB) == 0 { links = try Inode.look(made).links }
    guard links > 0 else {
      _ = close(made)
      throw Draft.taken
    }
    file = made
  }

  deinit {
    if !isPlaced { _ = unlinkat(folder.descriptor, name, 0) }
    _ = close(file)
  }

  static let taken = Mishap(.later, "another run is writing this file")

  /// `.s4l-HASH.tmp`, which fits wherever the target's own name does.
  static func name(for target: ArraySlice<UInt8>) -> [CChar] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in target { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var bytes = Array(".s4l-".utf8)
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      let digit = UInt8(hash >> shift & 15)
      bytes.append(digit < 10 ? 48 + digit : 87 + digit)
    }
    return (bytes + Array(".tmp".utf8) + [0]).map { CChar(bitPattern: $0) }
  }

  private static func create(_ name: [CChar], _ folder: Folder, _ mode: UInt32) -> Int32 {
    s4l_open_at(folder.descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode, 0)
  }

  /// Removes what a killed run left behind. The lock is asked for first, and the name looked at
  /// again under it: between the two its owner may have put the file in place.
  private static func clear(_ name: [CChar], _ folder: Folder) throws(Mishap) {
    let old = s4l_open_at(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, 0)
    if old < 0 {
      // A link, or a file that its own mode keeps closed.
      if errno == ELOOP || errno == EACCES { _ = unlinkat(folder.descriptor, name, 0) }
      return
    }
    let leftover = Descriptor(owning: old)
    guard flock(old, LOCK_EX | LOCK_NB) == 0 else { throw taken }
    let held = try Inode.look(leftover.number)
    guard case .success(let named) = Inode.at(folder.descriptor, name, followsLinks: false),
      named.inode == held.inode, named.device == held.device
    else { return }
    _ = unlinkat(folder.descriptor, name, 0)
  }

  /// Gives the file its real name, if the target is as it is expected to be at this moment.
  mutating func place(
    as target: UnsafePointer<CChar>, _ expectation: Item.Expectation
  ) throws(Mishap) {
    try Draft.move(name, to: target, in: folder, expectation)
    isPlaced = true
  }

  /// A folder that holds nothing does not stand in the way: no plan would ever name it.
  static func move(
    _ name: [CChar], to target: UnsafePointer<CChar>, in folder: Folder,
    _ expectation: Item.Expectation
  ) throws(Mishap) {
    do throws(Mishap) {
      try rename(name, to: target, in: folder, expectation)
    } catch .flip {
      let vacant = Path(UnsafeRawBufferPointer(start: target, count: strlen(target)))
      do { try folder.removeFolder(vacant) } catch { throw .targetIsFolder }
      try rename(name, to: target, in: folder, .absent)
    }
  }

  private static func rename(
    _ name: [CChar], to target: UnsafePointer<CChar>, in folder: Folder,
    _ expectation: Item.Expectation
  ) throws(Mishap) {
    var flags: UInt32 = 0
    switch expectation {
    case .anything: break
    case .absent: flags = UInt32(S4L_RENAME_NOREPLACE)
    case .unchanged(let was):
      if !(try isAsExpected(target, folder, was)) { flags = UInt32(S4L_RENAME_NOREPLACE) }
    }
    let at = folder.descriptor
    if s4l_rename_at(at, name, at, target, flags) == 0 { return }
    let error = SystemError(number: errno)
    let there = Inode.at(at, target, followsLinks: false)
    if case .success(let inode) = there {
      if inode.form == .folder { throw .targetIsFolder }
      if error.number == EEXIST { throw .appeared }
    }
    // Some file systems know no rename that refuses to replace.
    guard error.number == EINVAL, flags != 0, case .failure = there,
      s4l_rename_at(at, name, at, target, 0) == 0
    else { throw Mishap(error, "") }
  }

  /// Whether the target is what it was; false where it has gone, as adding is then safe.
  private static func isAsExpected(
    _ target: UnsafePointer<CChar>, _ folder: Folder, _ was: Fingerprint
  ) throws(Mishap) -> Bool {
    switch Inode.at(folder.descriptor, target, followsLinks: false) {
    case .failure(let error):
      if error.number == ENOENT { return false }
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
