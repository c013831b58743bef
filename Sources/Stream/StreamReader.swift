package import Core
package import Records
package import System

/// Reads a stream section by section and holds it to its own word: a section that ends without its
/// tail, or whose tail counts other than what arrived, is cut.
package final class StreamReader {
  package enum Step {
    case head(Head)
    case record(Record)
    case tail(Tail)
    /// The section broke off; what came before may be used for adding, never for deleting.
    case cut(Failure)
    /// The input is over, in good order.
    case end
  }

  private enum State { case start, bare, open, closed, over }

  /// Whether an input without a single line is in good order: so it is where records stand for
  /// themselves and nothing follows from what is missing.
  package var mayBeEmpty = false
  private let input: Input
  private let parser = Parser()
  private var state = State.start
  private var records = 0
  private var holes = 0

  package init(_ input: Input) {
    self.input = input
  }

  /// Whether the stream has no head: then nothing is known of what it leaves out.
  package var isBare: Bool { state == .bare }

  package var place: String { "\(input.subject):\(input.line)" }

  /// What of the open section lies in memory and has not been given yet.
  package var unread: UnsafeRawBufferPointer? {
    guard case .open = state else { return nil }
    return input.unread
  }

  /// Passes over entries at the start of what is unread: they count as having been given.
  package func pass(_ bytes: Int, entries: Int) {
    input.pass(bytes, lines: entries)
    records += entries
  }

  /// The next step. A failure leaves no doubt that the rest of the input cannot be used.
  @inline(__always)
  package func next() throws(Failure) -> Step {
    while let line = try input.next() {
      let record: Record
      do {
        record = try parser.parse(line)
      } catch {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
        throw located(error)
      }
      guard case .open = state else { return try frame(record) }
      switch record.kind {
      case .head, .tail: return try frame(record)
      case .hole: holes += 1
      case .entry, .change, .outcome, .event, .task, .verdict, .record, .summary, .progress, .other:
        break
      }
      records += 1
      return .record(record)
    }
    return try ending()
  }

  @inline(never)
  private func frame(_ record: Record) throws(Failure) -> Step {
    switch (state, record.kind) {
    case (.start, .head), (.closed, .head):
      state = .open
      records = 0
      holes = 0
      do { return .head(try Head(record)) } catch { throw located(error) }
    case (.open, .tail):
      let tail: Tail
      do { tail = try Tail(record) } catch { throw located(error) }
      state = .closed
      if tail.records != records || tail.holes != holes {
        state = .over
        return .cut(
          Failure(
            .data, place,
            "the tail counts \(tail.records) records and \(tail.holes) holes, but \(records) and "
              + "\(holes) arrived"))
      }
      return .tail(tail)
    case (.open, .head):
      state = .over
      return .cut(Failure(.data, place, "a section begins before the last one has its tail"))
    case (.start, .tail), (.bare, .tail):
      throw Failure(.data, place, "a tail without a head")
    case (.bare, .head):
      throw Failure(.data, place, "a head after records without one")
    case (.start, _), (.bare, _):
      state = .bare
      return .record(record)
    case (.closed, _):
      throw Failure(.data, place, "a record outside of a section")
    case (.over, _), (.open, _):
      return .end
    }
  }

  private func ending() throws(Failure) -> Step {
    switch state {
    case .start where mayBeEmpty: return .end
    case .start:
      throw echo("the input is empty: not even a head arrived")
    case .open:
      state = .over
      return .cut(echo("the input ended early: its tail is missing"))
    case .bare, .closed, .over: return .end
    }
  }

  private func echo(_ reason: String) -> Failure {
    var failure = Failure(.data, input.subject, reason)
    failure.isEcho = input.isStandard
    return failure
  }

  /// The failure with the line it came from.
  package func located(_ failure: Failure) -> Failure {
    var failure = failure
    failure.subject = failure.subject.isEmpty ? place : "\(place): \(failure.subject)"
    return failure
  }
}
