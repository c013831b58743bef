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

  /// Nanoseconds that this process has had a processor, all its threads together.
  package static func used() -> Int64 {
    let time = read(CLOCK_PROCESS_CPUTIME_ID)
    return time.seconds * 1_000_000_000 + Int64(time.nanoseconds)
  }

  /// The same, with the children that have been waited for and theirs.
  package static func usedByAll() -> Int64 {
    var own = rusage()
    var children = rusage()
    getrusage(RUSAGE_SELF.rawValue, &own)
    getrusage(RUSAGE_CHILDREN.rawValue, &children)
    return [own.ru_utime, own.ru_stime, children.ru_utime, children.ru_stime].reduce(0) {
      $0 + Int64($1.tv_sec) * 1_000_000_000 + Int64($1.tv_usec) * 1_000
    }
  }

  /// Waits; a signal may end it early.
  package static func sleep(_ nanoseconds: Int64) {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    nanosleep(&time, nil)
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
