internal import CLinux
package import Core
internal import Glibc

/// The signal by which a person has a process do now what it would do later: SIGUSR1.
package enum Nudge {
  /// Calls `body`, in a turn of the loop, whenever the signal comes. Several that come close
  /// together are one.
  package static func watch(on loop: Loop, _ body: @escaping () -> Void) throws(Failure) {
    let bell = s4l_nudge_bell()
    if bell < 0 { throw Failure(errno: errno, "eventfd") }
    loop.watch(bell, .reading) { _ in
      s4l_bell_answer(bell)
      body()
    }
  }
}
