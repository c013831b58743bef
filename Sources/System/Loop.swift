internal import CLinux
package import Core
internal import Glibc

/// Waits for files, moments and other threads at once, and calls whoever asked to be told.
///
/// Everything happens on the thread that turns the loop. What is called may add and remove at will;
/// what it removed is not called any more, even if it was ready in the same turn.
package final class Loop {
  /// What a file is watched for, and what it turned out to be ready for.
  package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let reading = Interest(rawValue: 1)
    package static let writing = Interest(rawValue: 2)
    /// The other side of a connection will send no more.
    package static let ending = Interest(rawValue: 4)
  }

  /// A moment that was asked for.
  package struct Timer: Hashable, Sendable {
    fileprivate let moment: Int64
    fileprivate let number: Int
  }

  private struct Watch {
    var interest: Interest
    var body: (Interest) -> Void
    /// Tells a file from a later one that got the same number in the same turn.
    var generation: UInt32
  }

  private let poll: Descriptor
  private let bell: Bell
  /// By the number of the file: numbers are small, as the system gives the lowest that is free.
  private var watches: [Watch?] = []
  private var timers: [(timer: Timer, body: () -> Void)] = []
  private var numbers = 0
  private var generation: UInt32 = 0
  private var ready = [s4l_ready](repeating: s4l_ready(), count: 64)

  package init() throws(Failure) {
    let number = s4l_poll_open()
    if number < 0 { throw Failure(errno: errno, "epoll") }
    poll = Descriptor(owning: number)
    bell = try Bell()
    watch(bell.file, .reading) { [bell] _ in bell.answer() }
  }

  // MARK: Files

  /// Watches a file, in place of what it was watched for before.
  package func watch(_ file: Int32, _ interest: Interest, _ body: @escaping (Interest) -> Void) {
    generation &+= 1
    let generation = generation
    while watches.count <= Int(file) { watches.append(nil) }
    watches[Int(file)] = Watch(interest: interest, body: body, generation: generation)
    let token = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: file))
    if s4l_poll_watch(poll.number, file, interest.rawValue, token) == 0 { return }
    // A plain file cannot be waited for: it is ready at any time.
    after(0) { [self] in
      if let watch = watches[Int(file)], watch.generation == generation { watch.body(interest) }
    }
  }

  package func forget(_ file: Int32) {
    guard Int(file) < watches.count, watches[Int(file)] != nil else { return }
    watches[Int(file)] = nil
    _ = s4l_poll_forget(poll.number, file)
  }

  // MARK: Moments

  /// Calls `body` once, in a turn of its own, when so many nanoseconds have passed.
  @discardableResult
  package func after(_ nanoseconds: Int64, _ body: @escaping () -> Void) -> Timer {
    numbers += 1
    let timer = Timer(moment: Clock.elapsed() + max(nanoseconds, 0), number: numbers)
    let place = timers.lastIndex { $0.timer.moment <= timer.moment }.map { $0 + 1 } ?? 0
    timers.insert((timer, body), at: place)
    return timer
  }

  package func cancel(_ timer: Timer) {
    if let place = timers.firstIndex(where: { $0.timer == timer }) { timers.remove(at: place) }
  }

  /// Calls what is due; what is asked for meanwhile waits for the next turn.
  private func ring() {
    guard let first = timers.first else { return }
    let now = Clock.elapsed()
    guard first.timer.moment <= now else { return }
    let newest = numbers
    while let first = timers.first, first.timer.moment <= now, first.timer.number <= newest {
      timers.removeFirst()
      first.body()
    }
  }

  // MARK: Other threads

  /// The way in for other threads.
  package var poster: Poster { Poster(bell) }

  // MARK: Turning

  /// One round: waits until something is ready, if it may, and calls whom it concerns.
  package func turn(mayWait: Bool) throws(Failure) {
    let count = s4l_poll_wait(
      poll.number, &ready, Int32(ready.count), mayWait ? patience : 0)
    if count < 0 {
      let error = errno
      if error != EINTR { throw Failure(errno: error, "epoll") }
    }
    for place in 0..<Int(max(count, 0)) {
      let file = Int32(bitPattern: UInt32(truncatingIfNeeded: ready[place].token))
      guard let watch = watches[Int(file)], watch.generation == UInt32(ready[place].token >> 32)
      else {
        continue
      }
      watch.body(Interest(rawValue: ready[place].interest).intersection(watch.interest))
    }
    ring()
  }

  /// Turns until it is done, or we are told to stop.
  package func run(until isDone: () -> Bool) throws(Failure) {
    while !isDone(), !Interrupt.isRequested { try turn(mayWait: true) }
  }

  /// Milliseconds until the next moment that was asked for; -1 if there is none.
  private var patience: Int32 {
    guard let first = timers.first else { return -1 }
    let rest = first.timer.moment - Clock.elapsed()
    return rest <= 0 ? 0 : Int32(clamping: (rest + 999_999) / 1_000_000)
  }
}
