internal import CLinux
package import Core
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

  /// Calls `body` once, in a turn of the loop, when we are told to stop: a loop that waits without
  /// a limit is woken even by a signal that arrives just before it begins to wait.
  package static func watch(on loop: Loop, _ body: @escaping () -> Void) throws(Failure) {
    let bell = s4l_signal_bell()
    if bell < 0 { throw Failure(errno: errno, "eventfd") }
    loop.watch(bell, .reading) { _ in
      loop.forget(bell)
      body()
    }
  }

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

  /// What a process dies of whose reader has gone.
  package static let brokenPipe = SIGPIPE

  /// Writes to a closed pipe then fail with an error instead of killing in the middle of an item.
  package static func ignoreBrokenPipes() { Glibc.signal(SIGPIPE, SIG_IGN) }

  /// The signals to which a new program answers as usual: all but those that were ignored before us
  /// by whoever wants the program to outlive a terminal (`nohup`) or run in the background (`&`).
  static var restorable: sigset_t {
    var set = sigset_t()
    sigfillset(&set)
    for kept in [SIGHUP, SIGINT, SIGQUIT] where isIgnored(kept) { sigdelset(&set, kept) }
    return set
  }

  /// Undoes what would otherwise be handed to the program that this process becomes.
  static func restoreDefaults() {
    var set = restorable
    for number in 1...SIGSYS where sigismember(&set, number) == 1 { Glibc.signal(number, SIG_DFL) }
    sigemptyset(&set)
    sigprocmask(SIG_SETMASK, &set, nil)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    let ignore = unsafeBitCast(SIG_IGN, to: Int.self)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == ignore
  }

  /// A file that grows past the limit of the process then fails to be written, like a full disk.
  package static func ignoreFileSizeLimits() { Glibc.signal(SIGXFSZ, SIG_IGN) }
}
