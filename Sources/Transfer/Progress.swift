package import Core
internal import Glibc
internal import Records
internal import System
internal import Values

/// Tells how far a transfer is: on the terminal, or as records to whoever left a descriptor for it;
/// at most four times a second.
///
/// `@unchecked Sendable`: all counts are touched under the lock only.
package final class Progress: @unchecked Sendable {
  private enum Place {
    case nowhere
    case terminal
    case descriptor(Int32)
  }

  private let lock = Lock()
  private let log: Log
  private var place = Place.nowhere
  private let start = Clock.elapsed()
  private var shown: Int64
  private var copied = 0
  private var planned = 0
  private var bytes = 0
  private var failed = 0
  private var vanished = 0

  static let interval: Int64 = 250_000_000

  package init(_ log: Log, isQuiet: Bool, _ environment: Environment) {
    self.log = log
    shown = start
    if let text = environment["S4L_PROGRESS_FD"] {
      if let number = Int32(text), number > 2, fcntl(number, F_SETFD, FD_CLOEXEC) == 0 {
        place = .descriptor(number)
      } else {
        log.warn("S4L_PROGRESS_FD names no open descriptor", ["value": .text(text)])
      }
    } else if !isQuiet, isatty(2) == 1, environment["TERM"] != "dumb" {
      place = .terminal
    }
  }

  func moved(_ count: Int) {
    lock.enter()
    bytes += count
    show(at: Clock.elapsed())
    lock.leave()
  }

  func finished(_ fate: Fate) {
    lock.enter()
    switch fate {
    case .copied, .verified: copied += 1
    case .planned: planned += 1
    case .vanished: vanished += 1
    case .failed: failed += 1
    }
    lock.leave()
  }

  /// The last word: the line goes away, a summary stays.
  func end() {
    lock.enter()
    defer { lock.leave() }
    switch place {
    case .nowhere: break
    case .terminal: return say("\r\u{1B}[K\(log.tool): \(summary)\n", to: 2)
    case .descriptor(let number): record(isLast: true, to: number)
    }
    log.info(summary)
  }

  private var summary: String {
    if planned > 0 { return "dry run: \(planned) would be copied, \(failed) would fail" }
    let time = (Clock.elapsed() - start) / 100_000_000 * 100_000_000
    return "\(copied) copied (\(Size(bytes: bytes).text)), \(failed) failed, \(vanished) vanished"
      + " in \(Span(nanoseconds: time).text)"
  }

  private func show(at now: Int64) {
    guard now - shown >= Progress.interval else { return }
    shown = now
    switch place {
    case .nowhere: return
    case .terminal:
      let rate = Double(bytes) * 1e9 / Double(max(now - start, 1))
      let line = "\(copied) files, \(Size(bytes: bytes).text), \(Size(bytes: Int(rate)).text)/s"
      say("\r\u{1B}[K\(line)\(failed > 0 ? ", \(failed) failed" : "")", to: 2)
    case .descriptor(let number): record(isLast: false, to: number)
    }
  }

  private func record(isLast: Bool, to number: Int32) {
    let line = Buffer(capacity: 256)
    let writer = Writer(line)
    writer.begin(.progress)
    writer.add(.tool, text: log.tool)
    writer.add(.entries, copied + planned)
    writer.add(.bytes, bytes)
    writer.add(.failed, failed)
    writer.add(.vanished, vanished)
    writer.add(.complete, isLast)
    writer.end()
    if write(number, line.bytes.baseAddress, line.count) < 0, errno == EPIPE { place = .nowhere }
  }

  private func say(_ text: String, to number: Int32) {
    let bytes = Array(text.utf8)
    // A terminal that cannot be written to has nobody before it.
    _ = bytes.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
  }
}
