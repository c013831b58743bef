internal import CLinux
internal import Glibc
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
    if preserved.owner { try check(fchown(target, inode.owner, inode.group)) }
    if preserved.attributes { try copyAttributes(source, target) }
    let mode = mode(of: inode)
    if mode != modeAtFirst(inode) { try check(fchmod(target, mode_t(mode))) }
    if preserved.times {
      let time = inode.mtime
      try check(s4l_set_file_times(target, time.seconds, UInt32(time.nanoseconds)))
    }
  }

  /// A program that runs as its owner must not do so as another one.
  private func mode(of inode: Inode) -> UInt32 {
    guard preserved.mode else { return inode.permissions & 0o777 & ~mask }
    return preserved.owner ? inode.permissions : inode.permissions & 0o1777
  }

  private func copyAttributes(_ source: Int32, _ target: Int32) throws(Mishap) {
    let names = try value { s4l_list_attributes(source, $0, $1) }
    for name in names.split(separator: 0) {
      let name = name.map { CChar(bitPattern: $0) } + [0]
      let bytes = try value { s4l_get_attribute(source, name, $0, $1) }
      let failed = bytes.withUnsafeBytes { s4l_set_attribute(target, name, $0.baseAddress, $0.count) }
      try check(failed)
    }
  }

  /// Asks for a size, then for so many bytes; a file system without attributes has none.
  private func value(_ call: (UnsafeMutablePointer<CChar>?, Int) -> Int) throws(Mishap) -> [UInt8] {
    let size = call(nil, 0)
    if size < 0, errno == EOPNOTSUPP { return [] }
    try check(size < 0 ? -1 : 0)
    var bytes = [CChar](repeating: 0, count: size)
    let count = bytes.withUnsafeMutableBufferPointer { call($0.baseAddress, size) }
    try check(count < 0 ? -1 : 0)
    return bytes.prefix(count).map { UInt8(bitPattern: $0) }
  }

  private func check(_ result: Int32) throws(Mishap) {
    if result != 0 { throw Mishap(SystemError(number: errno), "") }
  }
}
