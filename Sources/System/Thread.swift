internal import Glibc

/// A thread of its own, to be joined.
package struct Thread: Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let thread: pthread_t

  /// Starts a thread; nil where the system gives none.
  package init?(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(body))
    guard pthread_create(&thread, nil, Thread.entry, context.toOpaque()) == 0 else {
      context.release()
      return nil
    }
    self.thread = thread
  }

  /// Starts so many; fewer where the system gives no more.
  package static func several(
    _ count: Int, _ body: @escaping @Sendable () -> Void
  ) -> [Thread] {
    var threads: [Thread] = []
    while threads.count < count, let thread = Thread(body) { threads.append(thread) }
    return threads
  }

  private static let entry:
    @convention(c) @Sendable (UnsafeMutableRawPointer?) ->
      UnsafeMutableRawPointer? = { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }

  package func join() {
    pthread_join(thread, nil)
  }
}
