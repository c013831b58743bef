internal import Glibc
package import Values

/// Drafts that tools of ours write beside a target, under a name that is made from the target's.
extension Folder {
  /// Removes the draft that a run which was killed has left beside a target. One that a run is
  /// writing is locked, and stays; so does what cannot be told from that.
  package func clearDraft(of target: Path) {
    let name = Folder.draft(of: target)
    let opened = name.withCString {
      openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
    if opened < 0 { return }
    let left = Descriptor(owning: opened)
    do throws(SystemError) {
      // Between the two its owner may have put the file in place.
      guard try left.claim(), try isStill(name, left) else { return }
      try discard(name)
    } catch {
      return
    }
  }

  /// `.s4l-HASH.tmp`, as all who write drafts make it.
  private static func draft(of target: Path) -> Path {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in target.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = withUnsafeBytes(of: hash.bigEndian) { Hex.text($0) }
    return Path(text: ".s4l-\(digits).tmp")
  }
}
