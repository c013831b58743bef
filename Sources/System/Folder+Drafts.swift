internal import Glibc
package import Values

/// Drafts that tools of ours write beside a target, under a name that is made from the target's.
extension Folder {
  /// Removes the draft that a run which was killed has left beside a target. One that a run is
  /// writing is locked, and stays; so does what cannot be told from that.
  package func clearDraft(of target: Path) {
    let name = DraftName(for: target.bytes).path
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
}
