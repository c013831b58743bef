internal import Values

/// How a zone changes its clocks year by year, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Sendable {
  /// A day of a year, and a time on it.
  enum Day: Sendable {
    /// From 1; the 29th of February is never counted.
    case julian(Int64)
    /// From 0; it is counted.
    case ordinal(Int64)
    /// A weekday from 0, Sunday, in a week of a month; the fifth is the last.
    case weekday(month: Int64, week: Int64, day: Int64)
  }

  let standard: Int64
  /// With what is added in summer, and from when to when.
  var summer: (offset: Int64, start: Day, startTime: Int64, end: Day, endTime: Int64)?

  func stretch(at moment: Int64, notBefore start: Int64) -> Zone.Stretch {
    guard let summer else {
      return Zone.Stretch(start: start, end: Zone.end, offset: standard)
    }
    let year = Timestamp.civil(days: moment.floored(by: 86_400)).year
    var changes: [(moment: Int64, offset: Int64)] = []
    for year in year - 1...year + 1 {
      let begins = ZoneRule.day(summer.start, of: year) * 86_400 + summer.startTime - standard
      let ends = ZoneRule.day(summer.end, of: year) * 86_400 + summer.endTime - summer.offset
      changes.append((begins, summer.offset))
      changes.append((ends, standard))
    }
    changes.sort { $0.moment < $1.moment }
    var stretch = Zone.Stretch(start: start, end: Zone.end, offset: standard)
    for change in changes {
      if change.moment > moment {
        stretch.end = change.moment
        break
      }
      stretch.offset = change.offset
      stretch.start = max(change.moment, start)
    }
    return stretch
  }

  /// The day, in days since 1970.
  private static func day(_ day: Day, of year: Int64) -> Int64 {
    let first = Timestamp.days(year: year, month: 1, day: 1)
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch day {
    case .julian(let number): return first + number - 1 + (isLeap && number >= 60 ? 1 : 0)
    case .ordinal(let number): return first + number
    case .weekday(let month, let week, let weekday):
      let start = Timestamp.days(year: year, month: month, day: 1)
      let ofStart = start + 4 - (start + 4).floored(by: 7) * 7
      var day = start + (weekday - ofStart + 7) % 7 + (week - 1) * 7
      while Timestamp.civil(days: day).month != month { day -= 7 }
      return day
    }
  }
}

extension ZoneRule {
  init?(text: [UInt8]) {
    var reader = Reader(text)
    guard reader.name(), let west = reader.time() else { return nil }
    standard = -west
    if reader.isAtEnd { return }
    guard reader.name() else { return nil }
    var offset = standard + 3_600
    if !reader.isAt(",") {
      guard let west = reader.time() else { return nil }
      offset = -west
    }
    guard let start = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
    summer = (offset, start.day, start.time, end.day, end.time)
  }

  private struct Reader {
    let text: [UInt8]
    var at = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { at == text.count }

    func isAt(_ letter: Unicode.Scalar) -> Bool {
      at < text.count && text[at] == UInt8(ascii: letter)
    }

    mutating func skip(_ letter: Unicode.Scalar) -> Bool {
      guard isAt(letter) else { return false }
      at += 1
      return true
    }

    /// Passes over a name: letters, or whatever is in angle brackets.
    mutating func name() -> Bool {
      let start = at
      if skip("<") {
        while at < text.count, !isAt(">") { at += 1 }
        return skip(">")
      }
      while at < text.count, (65...90).contains(text[at] & ~0x20) { at += 1 }
      return at - start >= 3
    }

    mutating func number() -> Int64? {
      let start = at
      var number: Int64 = 0
      while at < text.count, at - start < 4, (48...57).contains(text[at]) {
        number = number * 10 + Int64(text[at] - 48)
        at += 1
      }
      return at > start ? number : nil
    }

    /// Hours, minutes and seconds, in seconds.
    mutating func time() -> Int64? {
      let isNegative = skip("-")
      if !isNegative { _ = skip("+") }
      guard let hours = number() else { return nil }
      var seconds = hours * 3_600
      for unit in [60, 1] as [Int64] where skip(":") {
        guard let part = number(), part < 60 else { return nil }
        seconds += part * unit
      }
      return isNegative ? -seconds : seconds
    }

    mutating func change() -> (day: Day, time: Int64)? {
      guard skip(","), let day = day() else { return nil }
      guard skip("/") else { return (day, 7_200) }
      guard let time = time() else { return nil }
      return (day, time)
    }

    private mutating func day() -> Day? {
      if skip("J") { return number().flatMap { (1...365).contains($0) ? .julian($0) : nil } }
      if skip("M") {
        guard let month = number(), (1...12).contains(month), skip("."), let week = number(),
          (1...5).contains(week), skip("."), let day = number(), (0...6).contains(day)
        else { return nil }
        return .weekday(month: month, week: week, day: day)
      }
      return number().flatMap { $0 <= 365 ? .ordinal($0) : nil }
    }
  }
}
