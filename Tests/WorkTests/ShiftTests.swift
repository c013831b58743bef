import Core
import Tasks
import Testing
import Values

@testable import Work

/// A shift that can be asked within an expectation.
private final class Desk {
  private var shift: Shift

  init(_ shift: Shift) { self.shift = shift }

  var next: Int64 { shift.next }
  func round(at moment: Shift.Moment) -> [Shift.Action] { shift.round(at: moment) }
  func beaten(_ pulse: Pulse, at moment: Shift.Moment) { shift.beaten(pulse, at: moment) }
  func recovered(at moment: Shift.Moment) { shift.recovered(at: moment) }
  func advanced(_ due: Timestamp?, at moment: Shift.Moment) { shift.advanced(due, at: moment) }
  func swept(at moment: Shift.Moment) { shift.swept(at: moment) }
  func settled() { shift.settled() }
  func heard() { shift.heard() }
  func heard(cancel id: String) { shift.heard(cancel: id) }
  func stop(at moment: Shift.Moment) { shift.stop(at: moment) }
  func finish() { shift.finish() }

  func took(
    _ tasks: [Task], of demanded: Int, at moment: Shift.Moment, _ dice: (Int) -> Int
  ) -> [(task: Task, limit: Timestamp)] {
    shift.took(tasks, of: demanded, at: moment, dice)
  }

  func ended(
    _ key: Shift.Key, _ upshot: Upshot, at moment: Shift.Moment, _ dice: (Int) -> Int
  ) -> (task: Task, fate: Fate?)? {
    shift.ended(key, upshot, at: moment, dice)
  }

  func missed(at moment: Shift.Moment, _ dice: (Int) -> Int) -> Bool {
    shift.missed(at: moment, dice)
  }
}

/// A shift that has been opened: its first round is over, and nothing was ready.
private func opened(
  width: Int = 2, _ change: (inout Shift.Terms) -> Void = { _ in }
) -> Desk {
  var terms = Shift.Terms()
  terms.width = width
  change(&terms)
  let shift = Desk(Shift(terms, Judge()))
  #expect(shift.round(at: at(0)) == [.beat, .recover, .advance, .sweep, .take(width)])
  shift.beaten(Pulse(), at: at(0))
  shift.recovered(at: at(0))
  shift.advanced(nil, at: at(0))
  shift.swept(at: at(0))
  #expect(shift.took([], of: width, at: at(0), lowest).isEmpty)
  return shift
}

/// A shift with these tasks in hand since the beginning.
private func busy(
  _ tasks: [Task], width: Int = 2, _ change: (inout Shift.Terms) -> Void = { _ in }
) -> Desk {
  let shift = opened(width: width, change)
  shift.heard()
  #expect(shift.round(at: at(0)) == [.take(width)])
  #expect(shift.took(tasks, of: width, at: at(0), lowest).map(\.task) == tasks)
  return shift
}

private let failed = Upshot.failed(nil, reason: "no")

@Suite struct ShiftTests {
  @Test("an idle worker looks every two seconds and tells that it lives every five")
  func idle() {
    let shift = opened()
    #expect(shift.round(at: at(1)).isEmpty)
    #expect(shift.next == at(2_000).elapsed)
    #expect(shift.round(at: at(2_000)) == [.advance, .take(2)])
    shift.advanced(nil, at: at(2_000))
    _ = shift.took([], of: 2, at: at(2_000), lowest)
    _ = shift.round(at: at(4_000))
    shift.advanced(nil, at: at(4_000))
    _ = shift.took([], of: 2, at: at(4_000), lowest)
    #expect(shift.round(at: at(5_000)) == [.beat])
  }

  @Test("what becomes due is made ready at that moment")
  func due() {
    let shift = opened()
    _ = shift.round(at: at(2_000))
    shift.advanced(at(2_700).wall, at: at(2_000))
    _ = shift.took([], of: 2, at: at(2_000), lowest)
    _ = shift.round(at: at(2_001))
    #expect(shift.next == at(2_700).elapsed)
  }

  @Test("a place that becomes free is filled, and the outcome told first")
  func filling() {
    let shift = busy([task("1"), task("2")])
    #expect(shift.round(at: at(10)).isEmpty)
    let ended = shift.ended(.init(task("1")), .done(result: [7]), at: at(20), lowest)
    #expect(ended?.fate == .done)
    let told = Settlement(task("1"), .done, result: [7])
    #expect(shift.round(at: at(20)) == [.settle([told]), .take(1)])
    shift.settled()
    #expect(shift.round(at: at(21)) == [.take(1)])
  }

  @Test("a task whose time was over before it began is not begun, and counts as failed")
  func expired() {
    let shift = opened()
    shift.heard()
    _ = shift.round(at: at(1))
    let late = task("1") { $0.deadline = 1 }
    #expect(shift.took([late], of: 2, at: at(1), lowest).isEmpty)
    let told = Settlement(late, .archive(reason: "context deadline exceeded"))
    #expect(shift.round(at: at(2)) == [.settle([told])])
  }

  @Test("a task that takes too long is told to stop, then killed")
  func timeout() {
    let shift = busy([task("1") { $0.timeout = 3 }]) { $0.lease = Span(seconds: 100) }
    let key = Shift.Key(task("1"))
    let actions = shift.round(at: at(3_000))
    #expect(actions.first == .stop(key, .timeout))
    #expect(!shift.round(at: at(7_999)).contains(.kill(key)))
    #expect(shift.round(at: at(8_000)).contains(.kill(key)))
    #expect(!shift.round(at: at(8_001)).contains(.kill(key)))
    let ended = shift.ended(key, failed, at: at(8_002), lowest)
    #expect(
      ended?.fate
        == .retry(
          at: at(23_002).wall, reason: "context deadline exceeded", isFailure: true))
  }

  @Test("without an answer from the store the task is lost when the lease is, and not settled")
  func lease() {
    let shift = busy([task("1")])
    let key = Shift.Key(task("1"))
    #expect(shift.missed(at: at(5_000), lowest))
    _ = shift.round(at: at(29_999))
    #expect(shift.round(at: at(30_000)).contains(.stop(key, .lost)))
    #expect(shift.ended(key, .done(result: nil), at: at(30_100), lowest)?.fate == nil)
    #expect(!shift.round(at: at(40_000)).contains { if case .settle = $0 { true } else { false } })
  }

  @Test("an outcome that could not be told before the lease ran out is for whoever finds the task")
  func stale() {
    let shift = busy([task("1")])
    _ = shift.ended(.init(task("1")), .done(result: nil), at: at(1_000), lowest)
    #expect(shift.round(at: at(1_000)).first == .settle([Settlement(task("1"), .done)]))
    #expect(shift.missed(at: at(1_000), lowest))
    #expect(!shift.missed(at: at(2_000), lowest))
    #expect(!shift.round(at: at(31_000)).contains { if case .settle = $0 { true } else { false } })
  }

  @Test("each beat renews the lease of what is ours")
  func renewal() {
    let shift = busy([task("1")])
    _ = shift.round(at: at(5_000))
    shift.beaten(Pulse(), at: at(5_000))
    #expect(!shift.round(at: at(30_000)).contains(.stop(.init(task("1")), .lost)))
    #expect(shift.round(at: at(35_000)).contains(.stop(.init(task("1")), .lost)))
  }

  @Test("what the store says is lost is stopped, also while it is being stopped already")
  func lost() {
    let shift = busy([task("1"), task("2") { $0.timeout = 4 }])
    _ = shift.round(at: at(4_000))
    var pulse = Pulse()
    pulse.lost = ["1", "2"]
    shift.beaten(pulse, at: at(4_100))
    let actions = shift.round(at: at(4_100))
    #expect(actions.contains(.stop(.init(task("1")), .lost)))
    #expect(actions.contains(.stop(.init(task("2")), .lost)))
    #expect(shift.ended(.init(task("2")), failed, at: at(4_200), lowest)?.fate == nil)
  }

  @Test("whether a cancelled task may be tried again, the store tells")
  func cancel() {
    let shift = busy([task("1"), task("2")])
    shift.heard(cancel: "1")
    shift.heard(cancel: "2")
    shift.heard(cancel: "of somebody else")
    #expect(shift.round(at: at(100)) == [.beat])
    var pulse = Pulse()
    pulse.cancelled = ["2"]
    shift.beaten(pulse, at: at(100))
    let actions = shift.round(at: at(101))
    #expect(actions.contains(.stop(.init(task("1")), .cancelled(mayRetry: true))))
    #expect(actions.contains(.stop(.init(task("2")), .cancelled(mayRetry: false))))
  }

  @Test("told to end, it lets go on what is in hand, then hands it back")
  func shutdown() {
    let shift = busy([task("1"), task("2")])
    shift.stop(at: at(1_000))
    #expect(shift.round(at: at(1_000)).isEmpty)
    _ = shift.ended(.init(task("1")), .done(result: nil), at: at(2_000), lowest)
    #expect(shift.round(at: at(2_000)) == [.settle([Settlement(task("1"), .done)])])
    shift.settled()
    #expect(shift.round(at: at(9_000)).contains(.stop(.init(task("2")), .shutdown)))
    _ = shift.ended(.init(task("2")), failed, at: at(9_100), lowest)
    #expect(shift.round(at: at(9_100)).contains(.settle([Settlement(task("2"), .handBack)])))
    shift.settled()
    #expect(shift.round(at: at(9_200)) == [.end])
  }

  @Test("told to finish, it lets go on what is in hand for ever, unless it is told to end")
  func finish() {
    let shift = busy([task("1"), task("2")])
    shift.finish()
    #expect(shift.round(at: at(1_000)).isEmpty)
    _ = shift.ended(.init(task("1")), .done(result: nil), at: at(1_000), lowest)
    #expect(shift.round(at: at(1_000)) == [.settle([Settlement(task("1"), .done)])])
    shift.settled()
    for moment: Int64 in [9_001, 20_000] { #expect(shift.round(at: at(moment)) == [.beat]) }
    shift.beaten(Pulse(), at: at(20_000))
    shift.stop(at: at(21_000))
    #expect(shift.round(at: at(21_000)).isEmpty)
    #expect(shift.round(at: at(29_000)).contains(.stop(.init(task("2")), .shutdown)))
  }

  @Test("a brief worker ends when nothing is ready and nothing in hand")
  func brief() {
    let shift = opened { $0.isBrief = true }
    #expect(shift.round(at: at(1)) == [.end])
    let other = busy([task("1")]) { $0.isBrief = true }
    #expect(other.round(at: at(1)).isEmpty)
    _ = other.ended(.init(task("1")), .done(result: nil), at: at(2), lowest)
    #expect(other.round(at: at(2)) == [.settle([Settlement(task("1"), .done)])])
    other.settled()
    #expect(other.round(at: at(2)) == [.take(2)])
    _ = other.took([], of: 2, at: at(2), lowest)
    #expect(other.round(at: at(3)) == [.end])
  }

  @Test("a store that is away is left alone for a while that grows, and nothing spins")
  func absence() {
    let shift = opened()
    var now: Int64 = 2_000
    var pauses: [Int64] = []
    for _ in 0..<8 {
      #expect(!shift.round(at: at(now)).isEmpty)
      _ = shift.missed(at: at(now)) { $0 - 1 }
      #expect(shift.round(at: at(now + 1)).isEmpty)
      let next = shift.next / 1_000_000 + 1
      pauses.append(next - now)
      now = next
    }
    #expect(pauses == pauses.sorted() && pauses[0] >= 200 && pauses[7] <= 5_001)
  }

  @Test("a wall clock that jumps moves no lease and no timeout")
  func jump() {
    let shift = busy([task("1")])
    var moment = at(6_000)
    moment.wall = Timestamp(seconds: 4_000_000_000)
    #expect(!shift.round(at: moment).contains { if case .stop = $0 { true } else { false } })
  }

  @Test("two spellings of one letter are two tasks")
  func twins() {
    let tasks = [task("caf\u{e9}"), task("cafe\u{301}")]
    let shift = busy(tasks)
    #expect(shift.ended(.init(tasks[1]), .done(result: nil), at: at(1), lowest)?.fate == .done)
    #expect(shift.ended(.init(tasks[0]), .done(result: nil), at: at(2), lowest)?.fate == .done)
  }
}
