internal import System
internal import Values

/// What a copy gets of its source besides the bytes.
struct Traits {
  private let preserved: Preserved
  private let mask: UInt32

  init(_ preserved: Preserved, mask: UInt32) {
    self.preserved = preserved
    self.mask = mask
  }

  /// The permissions to make the copy with: those it is to have in the end, where they can be given
  /// so early; otherwise it is private until they are.
  func modeAtFirst(_ inode: Inode) -> UInt32 {
    let mode = mode(of: inode)
    let isPlain = mode & 0o7000 == 0 && mode & mask == 0 && mode & 0o600 == 0o600
    return isPlain && !preserved.owner && !preserved.attributes ? mode : 0o600
  }

  /// The times come last, as everything else could change them.
  func give(_ inode: Inode, of source: Int32, to target: Int32) throws(Mishap) {
    do throws(SystemError) {
      if preserved.owner { try Inode.setOwner(inode.owner, group: inode.group, of: target) }
      if preserved.attributes { try Inode.copyAttributes(from: source, to: target) }
      let mode = mode(of: inode)
      if mode != modeAtFirst(inode) { try Inode.setMode(mode, of: target) }
      if preserved.times { try Inode.setTime(inode.mtime, of: target) }
    } catch {
      throw Mishap(error, "")
    }
  }

  /// A program that runs as its owner must not do so as another one.
  private func mode(of inode: Inode) -> UInt32 {
    guard preserved.mode else { return inode.permissions & 0o777 & ~mask }
    return preserved.owner ? inode.permissions : inode.permissions & 0o1777
  }
}
