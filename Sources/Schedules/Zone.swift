/// A time zone: by how much its clocks are ahead of UTC, and since when.
package struct Zone: Sendable {
  /// A time without a change of the clocks: from a moment on until another, which is past it.
  struct Stretch: Hashable, Sendable {
    var start: Int64
    var end: Int64
    /// What is added to UTC, in seconds.
    var offset: Int64
  }

  package let name: String
  /// In order, without gaps, from the beginning of time on.
  let stretches: [Stretch]
  /// What holds after the last of them.
  let rule: ZoneRule?

  /// As far away as a moment may be and still be moved by an offset.
  static let beginning = Int64.min / 4
  static let end = Int64.max / 4

  package static let utc = Zone(
    name: "UTC", stretches: [Stretch(start: beginning, end: end, offset: 0)], rule: nil)

  init(name: String, stretches: [Stretch], rule: ZoneRule?) {
    self.name = name
    self.stretches = stretches
    self.rule = rule
  }

  func stretch(at moment: Int64) -> Stretch {
    let moment = min(max(moment, Zone.beginning), Zone.end - 1)
    if let last = stretches.last, moment >= last.start, let rule {
      return rule.stretch(at: moment, notBefore: last.start)
    }
    var (low, high) = (0, stretches.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if stretches[middle].start <= moment { low = middle } else { high = middle }
    }
    return stretches[low]
  }

  /// By how much the clocks are ahead of UTC at a moment.
  package func offset(at moment: Int64) -> Int64 { stretch(at: moment).offset }

  /// No change of a clock is more than this.
  private static let most: Int64 = 26 * 3_600

  /// The first moment at which the clocks show a reading; where none does, as they are set forward
  /// past it, the moment of that.
  func first(showing reading: Int64) -> Int64 {
    var stretch = stretch(at: reading - Zone.most)
    while reading - stretch.offset >= stretch.end, stretch.end < Zone.end {
      stretch = self.stretch(at: stretch.end)
    }
    return max(reading - stretch.offset, stretch.start)
  }

  /// The highest reading that the clocks have shown up to a moment.
  func highest(at moment: Int64) -> Int64 {
    let now = stretch(at: moment)
    var highest = moment + now.offset
    var start = now.start
    while start > moment - Zone.most, start > Zone.beginning {
      let before = stretch(at: start - 1)
      highest = max(highest, before.end - 1 + before.offset)
      start = before.start
    }
    return highest
  }
}
