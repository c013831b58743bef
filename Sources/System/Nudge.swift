internal import CLinux
package import Core
internal import Glibc

/// The signals by which a person has a process do now what it would do later: SIGUSR1, and SIGHUP
/// where it is to read its configuration anew.
package enum Nudge {
  /// Calls `body`, in a turn of the loop, whenever SIGHUP comes, which then does not end us.
  package static func watchHangup(on loop: Loop, _ body: @escaping () -> Void) throws(Failure) {
    try watch(s4l_hangup_bell(), on: loop, body)
  }

  /// Calls `body`, in a turn of the loop, whenever the signal comes. Several that come close
  /// together are one.
  package static func watch(on loop: Loop, _ body: @escaping () -> Void) throws(Failure) {
    try watch(s4l_nudge_bell(), on: loop, body)
  }

  private static func watch(
    _ bell: Int32, on loop: Loop, _ body: @escaping () -> Void
  ) throws(Failure) {
    if bell < 0 { throw Failure(errno: errno, "eventfd") }
    loop.watch(bell, .reading) { _ in
      s4l_bell_answer(bell)
      body()
    }
  }
}
