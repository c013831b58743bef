/// A few threads that take pieces of work from a short queue, in order.
///
/// `@unchecked Sendable`: every access to the queue is made under its lock.
package final class Crew<Work: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private var waiting: [Work] = []
  private var busy = 0
  private var isOver = false
  private var threads: [Thread] = []
  private let limit: Int
  private let perform: @Sendable (Work) -> Void

  /// Starts `count` threads; at most `limit` pieces wait for one of them.
  package init(_ count: Int, limit: Int, _ perform: @escaping @Sendable (Work) -> Void) {
    self.limit = max(limit, 1)
    self.perform = perform
    threads = Thread.several(max(count, 1)) { [self] in work() }
  }

  private func work() {
    lock.enter()
    while true {
      if waiting.isEmpty {
        if isOver { break }
        lock.wait()
        continue
      }
      let piece = waiting.removeFirst()
      busy += 1
      lock.leave()
      perform(piece)
      lock.enter()
      busy -= 1
      lock.wake()
    }
    lock.leave()
  }

  /// Queues a piece of work, waiting while the queue is full. Without any thread to hand it to, it
  /// is done here.
  package func submit(_ piece: Work) {
    if threads.isEmpty { return perform(piece) }
    lock.enter()
    while waiting.count >= limit { lock.wait() }
    waiting.append(piece)
    lock.wake()
    lock.leave()
  }

  /// Waits until nothing is queued or under way.
  package func drain() {
    lock.enter()
    while !waiting.isEmpty || busy > 0 { lock.wait() }
    lock.leave()
  }

  /// Waits for all work and ends the threads.
  package func finish() {
    lock.enter()
    isOver = true
    lock.wake()
    lock.leave()
    for thread in threads { thread.join() }
    threads = []
  }
}
