package import Core

/// A thread that has something for itself, such as a database, and does with it what others ask.
///
/// Whatever has gathered while it was busy is handed to it at once: what costs the same for one
/// piece as for many, such as making it durable, is then done once for all of them.
///
/// `@unchecked Sendable`: every access to what waits is made under the lock.
package final class Clerk<Work: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private var waiting: [Work] = []
  private var isOver = false
  private var thread: Thread?

  /// Starts the thread. It calls `begin` once, and what that returns for whatever there is to do.
  package init(_ begin: @escaping @Sendable () -> ([Work]) -> Void) throws(Failure) {
    thread = Thread { [self] in serve(begin()) }
    if thread == nil { throw Failure(.later, "", "the system gives no thread") }
  }

  private func serve(_ perform: ([Work]) -> Void) {
    while let work = next() { perform(work) }
  }

  /// What there is to do, once there is any; nil when nothing will be.
  private func next() -> [Work]? {
    lock.enter()
    defer { lock.leave() }
    while waiting.isEmpty {
      if isOver { return nil }
      lock.wait()
    }
    let work = waiting
    waiting = []
    return work
  }

  package func submit(_ work: [Work]) {
    if work.isEmpty { return }
    lock.enter()
    let wasIdle = waiting.isEmpty
    waiting += work
    lock.leave()
    // Whoever is woken while we have the lock goes to sleep again for it.
    if wasIdle { lock.wake() }
  }

  /// Waits until all is done and ends the thread.
  package func finish() {
    lock.enter()
    isOver = true
    lock.wake()
    lock.leave()
    thread?.join()
    thread = nil
  }
}
