internal import Values

/// When a log ends and the next begins, and how many of those before are kept.
///
/// A log that has ended is named after the day, or the hour, in which it began, in UTC as in its
/// lines: `daemon.log.2026-11-28`, `daemon.log.2026-11-28T14`; what ended before its time was over
/// has a number behind: `daemon.log.2026-11-28.1`.
package struct Rotation: Equatable, Sendable {
  package enum Period: String, Sendable, CaseIterable { case never, hourly, daily }

  package var period: Period
  /// As many bytes are the most of one log; 0 for any number.
  package var most: Int64
  /// As many of the logs that have ended are kept; 0 for all.
  package var keep: Int

  package init(_ period: Period, most: Int64, keep: Int) {
    self.period = period
    self.most = most
    self.keep = keep
  }

  /// Whether a log of this size, begun at some second, ends before so much more is written.
  package func isOver(_ size: Int64, adding count: Int, since began: Int64, at now: Int64) -> Bool {
    if size == 0 { return false }
    if most > 0, size + Int64(count) > most { return true }
    // A clock that was set back ends nothing.
    return period != .never && now > began && label(of: began) != label(of: now)
  }

  /// The name of a log that has ended.
  package struct Ended: Comparable, Sendable {
    package let label: String
    package let number: Int
    package var isPacked = false

    package init(_ label: String, _ number: Int) {
      self.label = label
      self.number = number
    }

    /// Reads what follows the name of the log; nil for what is none of ours.
    package init?(_ bytes: some Collection<UInt8>) {
      let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      var rest = parts[...]
      guard let first = rest.popFirst(), Ended.isLabel(first) else { return nil }
      label = String(decoding: first, as: UTF8.self)
      if let last = rest.last, last.elementsEqual("gz".utf8) {
        isPacked = true
        rest.removeLast()
      }
      guard let text = rest.popFirst() else {
        number = 0
        return
      }
      let digits = String(decoding: text, as: UTF8.self)
      guard rest.isEmpty, let number = Int(digits), number > 0, "\(number)" == digits else {
        return nil
      }
      self.number = number
    }

    package var suffix: String { number == 0 ? ".\(label)" : ".\(label).\(number)" }

    /// Whether something is a day or an hour, as in `2026-11-28T14`.
    private static func isLabel(_ bytes: some Collection<UInt8>) -> Bool {
      let shape = Array("dddd-dd-ddTdd".utf8)
      guard bytes.count == 10 || bytes.count == shape.count else { return false }
      return zip(bytes, shape).allSatisfy { byte, mark in
        mark == UInt8(ascii: "d") ? (48...57).contains(byte) : byte == mark
      }
    }

    /// The older one first, whether packed or not.
    package static func < (one: Ended, other: Ended) -> Bool {
      (one.label, one.number) < (other.label, other.number)
    }

    package static func == (one: Ended, other: Ended) -> Bool {
      (one.label, one.number) == (other.label, other.number)
    }
  }

  /// What a log that began at some second is called when it ends, beside those that have.
  package func name(since began: Int64, beside others: [Ended]) -> Ended {
    let label = label(of: began)
    let last = others.filter { $0.label == label }.map(\.number).max()
    return Ended(label, last.map { $0 + 1 } ?? 0)
  }

  /// Those that are too many, the oldest first. One that is there packed and not is one.
  package func surplus(of all: [Ended]) -> [Ended] {
    if keep == 0 { return [] }
    var kept: [Ended] = []
    var surplus: [Ended] = []
    for one in all.sorted().reversed() {
      if kept.last != one, kept.count == keep {
        surplus.append(one)
      } else if kept.last != one {
        kept.append(one)
      }
    }
    return surplus.reversed()
  }

  private func label(of second: Int64) -> String {
    String(Timestamp(seconds: second).text.prefix(period == .hourly ? 13 : 10))
  }
}
