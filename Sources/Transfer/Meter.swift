internal import Glibc
internal import System
internal import Values

/// Counts the bytes as they move, and holds them back where a rate is set.
///
/// `@unchecked Sendable`: the pace is only touched under the lock.
final class Meter: @unchecked Sendable {
  private let lock = Lock()
  private var pace: Pace?
  private let progress: Progress
  /// How many bytes to move between two looks at the rate.
  let piece: Int

  init(_ rate: Int?, _ progress: Progress) {
    pace = rate.map { Pace($0, at: Clock.elapsed()) }
    self.progress = progress
    piece = pace?.piece ?? 8 << 20
  }

  /// Waits until `count` bytes may move.
  func wait(_ count: Int) {
    if pace == nil { return }
    lock.enter()
    let delay = pace?.delay(count, at: Clock.elapsed()) ?? 0
    lock.leave()
    guard delay > 0 else { return }
    var rest = timespec(
      tv_sec: Int(delay / 1_000_000_000), tv_nsec: Int(delay % 1_000_000_000))
    var left = timespec()
    while nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
  }

  func moved(_ count: Int) { progress.moved(count) }
}
