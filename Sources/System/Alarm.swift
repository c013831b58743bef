internal import CLinux
package import Core
internal import Glibc

/// Wakes a loop at a moment of the calendar, and whenever the clock is set: what is due by the
/// calendar cannot be told by how much time passes.
package final class Alarm {
  private let file: Descriptor

  package init(on loop: Loop, _ body: @escaping () -> Void) throws(Failure) {
    let number = s4l_alarm_open()
    if number < 0 { throw Failure(errno: errno, "timerfd") }
    file = Descriptor(owning: number)
    loop.watch(number, .reading) { _ in
      s4l_alarm_answer(number)
      body()
    }
  }

  /// Sets it to a moment, in seconds since 1970. Without one only the clock's being set wakes.
  package func set(_ moment: Int64?) throws(Failure) {
    if s4l_alarm_set(file.number, moment ?? Alarm.never) != 0 {
      throw Failure(errno: errno, "timerfd")
    }
  }

  private static let never: Int64 = 1 << 40
}
