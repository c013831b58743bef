internal import Values

/// The moments at which an expression is due.
///
/// Clocks that are set forward or back once a year make two rules needed. An expression that leaves
/// no hour out goes by real time: it comes in every hour that passes, in one that the clocks show
/// twice as well. One that names its hours comes once for each reading: in the hour that is shown
/// twice the first time; and what falls into an hour that is left out comes right after it.
extension CronExpression {
  /// The first moment after this one, in seconds since 1970. There is none past the end of time.
  package func next(after moment: Int64, in zone: Zone) -> Int64? {
    isHourly ? nextByTime(moment, zone) : nextByClock(moment, zone)
  }

  private func nextByTime(_ moment: Int64, _ zone: Zone) -> Int64? {
    var moment = moment
    while true {
      let stretch = zone.stretch(at: moment + 1)
      guard let reading = nextReading(after: moment + stretch.offset) else { return nil }
      let next = reading - stretch.offset
      if next < stretch.end { return next }
      moment = stretch.end - 1
    }
  }

  private func nextByClock(_ moment: Int64, _ zone: Zone) -> Int64? {
    var reading = zone.highest(at: moment)
    // What falls into a gap comes when that ends, which may be now.
    while let next = nextReading(after: reading) {
      let first = zone.first(showing: next)
      if first > moment { return first }
      reading = next
    }
    return nil
  }

  /// The next reading of a clock that is never changed, in seconds since it read 1970.
  private func nextReading(after reading: Int64) -> Int64? {
    let start = reading + 1
    var day = start.floored(by: 86_400)
    if isDue(onDay: day), let second = second(from: Int(start - day * 86_400)) {
      return day * 86_400 + Int64(second)
    }
    guard let next = nextDay(after: day), let second = second(from: 0) else { return nil }
    day = next
    return day * 86_400 + Int64(second)
  }

  /// The first second of a day, from one on, that is due on days that are.
  private func second(from start: Int) -> Int? {
    var (hour, minute, second) = (start / 3_600, start / 60 % 60, start % 60)
    while let due = hours.next(from: hour) {
      if due > hour { (hour, minute, second) = (due, 0, 0) }
      while let due = minutes.next(from: minute) {
        if due > minute { (minute, second) = (due, 0) }
        if let second = seconds.next(from: second) { return hour * 3_600 + minute * 60 + second }
        (minute, second) = (minute + 1, 0)
      }
      (hour, minute, second) = (hour + 1, 0, 0)
    }
    return nil
  }

  private func isDue(onDay day: Int64) -> Bool {
    let date = Timestamp.civil(days: day)
    guard months >> UInt64(date.month) & 1 == 1 else { return false }
    return due(inMonth: date.month, of: date.year) >> UInt64(date.day) & 1 == 1
  }

  private func nextDay(after day: Int64) -> Int64? {
    let date = Timestamp.civil(days: day + 1)
    var (year, month, from) = (date.year, date.month, Int(date.day))
    // The 29th of February may be eight years away.
    while year <= date.year + 9 {
      if months >> UInt64(month) & 1 == 1 {
        if let due = due(inMonth: month, of: year).next(from: from) {
          return Timestamp.days(year: year, month: month, day: Int64(due))
        }
      }
      (month, from) = (month + 1, 1)
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    return nil
  }

  /// The days of a month on which it is due.
  private func due(inMonth month: Int64, of year: Int64) -> UInt64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let there = CronExpression.daysOf(Int(month), isLeap: isLeap)
    guard leavesWeekdaysOut else { return days & there }
    // 1970 began on a Thursday.
    let first = Timestamp.days(year: year, month: month, day: 1) + 4
    let weekday = UInt64(first - first.floored(by: 7) * 7)
    let around = weekdays | weekdays << 7
    let week = around >> weekday & 0x7F
    let weeks = week << 1 | week << 8 | week << 15 | week << 22 | week << 29
    return (leavesDaysOut ? days | weeks : weeks) & there
  }
}

extension UInt64 {
  /// The lowest number that is in the set and not below another.
  fileprivate func next(from number: Int) -> Int? {
    guard number < 64 else { return nil }
    let rest = self >> UInt64(number)
    return rest == 0 ? nil : number + rest.trailingZeroBitCount
  }
}

extension Int64 {
  /// The quotient, rounded down.
  func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
