internal import Glibc
package import Values

/// The time, for the rims of programs: logic is handed the moments it needs.
package enum Clock {
  package static func now() -> Timestamp { read(CLOCK_REALTIME) }

  /// Nanoseconds that only ever grow, for measuring how long something took.
  package static func elapsed() -> Int64 {
    let time = read(CLOCK_MONOTONIC)
    return time.seconds * 1_000_000_000 + Int64(time.nanoseconds)
  }

  /// The second of the day that it is here, as the clocks of people show it: in the time zone of
  /// the environment, `TZ`, or else of the machine.
  package static func secondOfDay() -> Int { secondOfDay(at: now()) }

  package static func secondOfDay(at moment: Timestamp) -> Int {
    var seconds = time_t(moment.seconds)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return Int(parts.tm_hour) * 3_600 + Int(parts.tm_min) * 60 + min(Int(parts.tm_sec), 59)
  }

  private static func read(_ clock: clockid_t) -> Timestamp {
    var time = timespec()
    clock_gettime(clock, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }
}
