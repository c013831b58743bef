internal import Core
internal import Records
internal import System
internal import Values

/// One record on its way through.
final class Item {
  /// The record as it came: it outlives the reader's buffer.
  private(set) var line = Buffer(capacity: 512)
  /// What is asked of its file; nil if the record is only passed on in its place.
  var question: Question?
  var source: Source?
  var verdict = Verdict.stopped

  func take(_ record: Record) {
    // One long line must not be paid for until the end.
    if line.capacity > 16_384 { line = Buffer(capacity: 512) }
    line.clear()
    Writer(line).forward(record)
  }

  func answer(_ digest: FileDigest) {
    guard let question, let source else { return }
    verdict = source.answer(question, digest)
  }
}

/// Items that come out in the order in which they went in, while several threads answer them.
///
/// With one job there is no thread: each item is answered as it goes in. Apart from `Crew`, which
/// knows no order, so that whoever needs one would have to wait for each piece by itself.
///
/// `@unchecked Sendable`: the counts are read and written under the lock; an item belongs to the
/// thread that puts it in, then to the one that answers it, then to the first again.
final class Conveyor: @unchecked Sendable {
  private static let mostBytes = 1 << 20
  /// A file from this size on is worth an awakening of its own.
  private static let large = 256 << 10
  private static let batch = 64

  private let lock = Lock()
  private let ring: [Item]
  private let jobs: Int
  private var threads: [Thread] = []
  private var isHired = false
  private let ownDigest: FileDigest?
  private let meter: Meter?
  /// Counted from the start: items that came out, were begun, are ready without a gap, went in.
  private var first = 0
  private var begun = 0
  private var ready = 0
  private var end = 0
  private var isReady: [Bool]
  /// How many must be ready before the caller wants to be woken.
  private var goal = Int.max
  private var isUrgent = false
  private var isOver = false
  private var bytes = 0

  init(jobs: Int, _ meter: Meter? = nil) {
    self.meter = meter
    self.jobs = max(jobs, 1)
    let capacity = jobs > 1 ? 512 : 1
    ring = (0..<capacity).map { _ in Item() }
    isReady = Array(repeating: false, count: capacity)
    ownDigest = jobs > 1 ? nil : FileDigest(meter)
  }

  /// Whether all that is inside only waits to come out.
  var isDone: Bool {
    lock.enter()
    defer { lock.leave() }
    return ready == end
  }

  /// Whether items must come out before another one goes in.
  var isFull: Bool { end - first == ring.count || bytes > Conveyor.mostBytes }

  /// Puts an item in, for which there must be room. What is known of its file is its answer.
  func add(_ record: Record, _ question: Question?, _ source: Source?, _ known: Known? = nil) {
    let item = ring[end % ring.count]
    item.take(record)
    item.question = question
    item.source = source
    bytes += item.line.count
    if let known {
      item.verdict = .found(known, isCached: true, isSettled: true)
    } else if let ownDigest {
      item.answer(ownDigest)
    } else {
      hire()
    }
    let isAnswered = known != nil || ownDigest != nil
    lock.enter()
    isReady[end % ring.count] = isAnswered
    if isAnswered, ready == end { ready += 1 }
    let hadIdle = begun == end
    end += 1
    if hadIdle {
      if isAnswered { begun = end } else { lock.wake() }
    }
    lock.leave()
  }

  private func hire() {
    guard threads.isEmpty else { return }
    isHired = true
    threads = Thread.several(jobs) { [self] in work() }
  }

  private func work() {
    let digest = FileDigest(meter)
    lock.enter()
    while true {
      while begun == end, !isOver { lock.wait() }
      if isOver { break }
      let place = begun
      begun += 1
      if isReady[place % ring.count] { continue }
      lock.leave()
      let item = ring[place % ring.count]
      item.answer(digest)
      lock.enter()
      isReady[place % ring.count] = true
      while ready < end, isReady[ready % ring.count] { ready += 1 }
      if case .found(let known, _, _) = item.verdict, known.version.size >= Conveyor.large {
        isUrgent = true
      }
      if ready >= goal || isUrgent, goal < .max { lock.wake() }
    }
    lock.leave()
  }

  /// Hands out items in order until at most `rest` are left, calling `pause` before waiting.
  func handOut(
    rest: Int, pause: () throws(Failure) -> Void, _ body: (Item) throws(Failure) -> Void
  ) throws(Failure) {
    if isHired, threads.isEmpty {
      throw Failure(.later, "threads", "the system gives none")
    }
    let target = end - rest
    while first < target {
      let until = try readiness(target, pause)
      while first < until {
        let item = ring[first % ring.count]
        first += 1
        bytes -= item.line.count
        try body(item)
      }
    }
  }

  /// Waits until some items are ready; the answer counts them from the start.
  private func readiness(
    _ target: Int, _ pause: () throws(Failure) -> Void
  ) throws(Failure) -> Int {
    lock.enter()
    let isWaiting = ready == first
    lock.leave()
    if isWaiting { try pause() }
    lock.enter()
    goal = min(target, first + Conveyor.batch)
    while ready < goal, !(isUrgent && ready > first) { lock.wait() }
    goal = .max
    isUrgent = false
    let until = ready
    lock.leave()
    return until
  }

  /// Ends the threads; what is still inside is forgotten.
  func stop() {
    lock.enter()
    isOver = true
    lock.wake()
    lock.leave()
    for thread in threads { thread.join() }
    threads = []
  }
}
