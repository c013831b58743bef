package import Core
internal import Glibc
internal import Records
internal import System
internal import Values

/// Tells how far a transfer is: on the terminal, as records to whoever left a descriptor for it, or
/// on a board, a file whose first line is the newest record; at most four times a second.
///
/// `@unchecked Sendable`: all counts are touched under the lock only.
package final class Progress: @unchecked Sendable {
  private enum Place {
    case nowhere
    case terminal
    case descriptor(Int32)
    case board(Int32)
  }

  /// Names the descriptor of a board, which those who run a pipe hand to the stage that copies.
  package static let board = "S4L_PROGRESS_BOARD"

  private let lock = Lock()
  private let log: Log
  private var place = Place.nowhere
  private let start = Clock.elapsed()
  /// When the first file was taken on; what went before was the search for it.
  private var begun: Int64?
  private var shown: Int64
  private var planned = 0
  private var advance = Advance()

  static let interval: Int64 = 250_000_000

  package init(_ log: Log, isQuiet: Bool, _ environment: Environment) {
    self.log = log
    shown = start
    if let text = environment["S4L_PROGRESS_FD"] {
      if let number = Progress.descriptor(text) {
        place = .descriptor(number)
      } else {
        log.warn("S4L_PROGRESS_FD names no open descriptor", ["value": .text(text)])
      }
    } else if let number = environment[Progress.board].flatMap(Progress.descriptor) {
      place = .board(number)
    } else if StatusLine.isWanted(isQuiet: isQuiet, environment) {
      place = .terminal
    }
  }

  private static func descriptor(_ text: String) -> Int32? {
    guard let number = Int32(text), number > 2, fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else {
      return nil
    }
    return number
  }

  /// More is to be copied than was known of.
  func took(_ count: Int, bytes: Int) {
    lock.enter()
    advance.totalEntries += count
    advance.totalBytes &+= bytes
    if begun == nil { begin() }
    lock.leave()
  }

  /// Whoever reads the records is told at once, as the time is taken from here.
  private func begin() {
    let now = Clock.elapsed()
    begun = now
    if case .terminal = place { return }
    shown = now
    record()
  }

  /// Whether all that is to be copied is known of.
  func count(isOver: Bool) {
    lock.enter()
    advance.isCounted = isOver
    lock.leave()
  }

  func moved(_ count: Int) {
    lock.enter()
    advance.bytes += count
    show()
    lock.leave()
  }

  func finished(_ fate: Fate) {
    lock.enter()
    switch fate {
    case .copied, .verified, .kept: advance.entries += 1
    case .planned:
      advance.entries += 1
      planned += 1
    case .vanished: advance.vanished += 1
    case .failed: advance.failed += 1
    }
    show()
    lock.leave()
  }

  /// The last word: the line goes away, a summary stays.
  func end() {
    lock.enter()
    defer { lock.leave() }
    advance.isComplete = true
    switch place {
    case .nowhere: break
    case .terminal: return StatusLine.end("\(log.tool): \(summary)")
    case .descriptor, .board: record()
    }
    log.info(summary)
  }

  private var summary: String {
    let failed = advance.failed
    if planned > 0 { return "dry run: \(planned) would be copied, \(failed) would fail" }
    let time = (Clock.elapsed() - start) / 100_000_000 * 100_000_000
    return "\(advance.entries) copied (\(Size(bytes: advance.bytes).text)), \(failed) failed, "
      + "\(advance.vanished) vanished in \(Span(nanoseconds: time).text)"
  }

  private func show() {
    if case .nowhere = place { return }
    let now = Clock.elapsed()
    guard now - shown >= Progress.interval else { return }
    shown = now
    switch place {
    case .nowhere: return
    case .terminal: StatusLine.show(advance.line(after: now - (begun ?? start)))
    case .descriptor, .board: record()
    }
  }

  /// Writes a record, unless its reader is so far behind that we would have to wait for it.
  private func record() {
    let line = Buffer(capacity: 256)
    switch place {
    case .nowhere, .terminal: return
    case .descriptor(let number):
      guard StatusLine.canTake(number) else { return }
      advance.write(Writer(line), tool: log.tool)
      if write(number, line.bytes.baseAddress, line.count) < 0, errno == EPIPE { place = .nowhere }
    case .board(let number):
      if !advance.post(on: number, tool: log.tool) { place = .nowhere }
    }
  }
}
