internal import CLinux
internal import Glibc

/// Signals that ask to stop. The first is remembered so that the work in hand can be ended in good
/// order; the second finds the default action again and kills.
package enum Interrupt {
  package static func watch() { s4l_watch_signals() }

  package static var signal: Int32? {
    let seen = s4l_signal_seen()
    return seen == 0 ? nil : seen
  }

  @inline(__always)
  package static var isRequested: Bool { s4l_signal_seen() != 0 }

  /// Dies of a signal for real, so that the shell sees the truth.
  package static func die(of signal: Int32) -> Never {
    Glibc.signal(signal, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(signal)
    _exit(128 + signal)
  }

  /// Writes to a closed pipe then fail with an error instead of killing in the middle of an item.
  package static func ignoreBrokenPipes() { Glibc.signal(SIGPIPE, SIG_IGN) }
}
