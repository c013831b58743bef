internal import Glibc

/// A mutex with a condition, for handing work between threads.
///
/// One of the few `@unchecked Sendable` types: the pointers never change, and what they point at is
/// made to be shared. Why not `Synchronization.Mutex`: it has no condition to wait on, and linking
/// it costs a third of a millisecond at every start.
package final class Lock: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  package init() {
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  package func enter() { pthread_mutex_lock(mutex) }
  package func leave() { pthread_mutex_unlock(mutex) }
  /// Leaves, waits until woken, enters again. What was waited for must be checked anew.
  package func wait() { pthread_cond_wait(condition, mutex) }
  package func wake() { pthread_cond_broadcast(condition) }
}
