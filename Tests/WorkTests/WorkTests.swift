import Core
import Tasks
import Testing
import Values

@testable import Work

/// A moment so many milliseconds after the beginning of these tests.
func at(_ milliseconds: Int64) -> Shift.Moment {
  Shift.Moment(
    wall: Timestamp(seconds: 1_800_000_000).advanced(by: milliseconds * 1_000_000),
    elapsed: milliseconds * 1_000_000)
}

/// Dice that always fall the same.
func lowest(_: Int) -> Int { 0 }

func task(_ id: String, _ change: (inout Task) -> Void = { _ in }) -> Task {
  var task = Task(id: id, queue: "q", type: "t")
  task.timeout = 60
  change(&task)
  return task
}

@Suite struct DrawTests {
  @Test("each free place draws by weight, and what one queue lacks the others fill")
  func weights() {
    let draw = Draw([.init("a", 3), .init("b", 1)], isStrict: false)
    var numbers = [0, 1, 2, 3, 0, 0][...]
    let portions = draw.portions(for: 4) { limit in
      let next = numbers.popFirst() ?? 0
      return min(next, limit - 1)
    }
    #expect(portions == [.init("a", 3), .init("b", 1), .init("a", 4), .init("b", 4)])
  }

  @Test("over many draws a queue is served as often as its weight says")
  func shares() {
    let draw = Draw([.init("a", 6), .init("b", 3), .init("c", 1)], isStrict: false)
    var dice = SystemRandomNumberGenerator()
    var firsts: [String: Int] = [:]
    for _ in 0..<10_000 {
      let portions = draw.portions(for: 1) { Int.random(in: 0..<$0, using: &dice) }
      firsts[portions[0].queue, default: 0] += 1
      #expect(Set(portions.map(\.queue)) == ["a", "b", "c"])
    }
    #expect((5_500...6_500).contains(firsts["a"] ?? 0))
    #expect((2_500...3_500).contains(firsts["b"] ?? 0))
    #expect((700...1_300).contains(firsts["c"] ?? 0))
  }

  @Test("a strict order is that of the weights, always")
  func strict() {
    let draw = Draw([.init("low", 1), .init("high", 9)], isStrict: true)
    #expect(draw.portions(for: 2, lowest) == [.init("high", 2), .init("low", 2)])
  }
}

@Suite struct JudgeTests {
  private let now = at(0).wall

  private func fate(_ task: Task, _ upshot: Upshot, _ call: Call? = nil) -> Fate? {
    Judge().fate(of: task, upshot, call, at: now, lowest)
  }

  @Test("a failure is tried again until the retries are used up")
  func retries() {
    let due = now.advanced(by: 15_000_000_000)
    let failed = Upshot.failed(nil, reason: "no")
    #expect(fate(task("1"), failed) == .retry(at: due, reason: "no", isFailure: true))
    #expect(fate(task("1") { $0.retries = 0 }, failed) == .archive(reason: "no"))
    let last = task("1") {
      $0.retries = 3
      $0.retried = 3
    }
    #expect(fate(last, failed) == .archive(reason: "no"))
  }

  @Test(
    "what trying again cannot help is given up at once",
    arguments: [Failure.Kind.usage, .data, .bug, .config])
  func hopeless(_ kind: Failure.Kind) {
    #expect(fate(task("1"), .failed(kind, reason: "no")) == .archive(reason: "no"))
  }

  @Test("a delay does not count, but ends with the deadline")
  func later() {
    let due = now.advanced(by: 15_000_000_000)
    let used = task("1") { $0.retries = 0 }
    let later = Upshot.failed(.later, reason: "busy")
    #expect(fate(used, later) == .retry(at: due, reason: "busy", isFailure: false))
    let over = task("1") { $0.deadline = Int(now.seconds) }
    #expect(fate(over, later) == .archive(reason: "busy"))
  }

  @Test("why it was told to stop decides, unless it succeeded all the same")
  func calls() {
    let failed = Upshot.failed(nil, reason: "killed by signal 15")
    #expect(fate(task("1"), failed, .shutdown) == .handBack)
    #expect(fate(task("1"), failed, .lost) == nil)
    #expect(
      fate(task("1"), failed, .cancelled(mayRetry: false)) == .archive(reason: "context canceled"))
    let due = now.advanced(by: 15_000_000_000)
    #expect(
      fate(task("1"), failed, .cancelled(mayRetry: true))
        == .retry(at: due, reason: "context canceled", isFailure: true))
    #expect(
      fate(task("1"), failed, .timeout)
        == .retry(at: due, reason: "context deadline exceeded", isFailure: true))
    #expect(fate(task("1"), .done(result: nil), .timeout) == .done)
    #expect(fate(task("1"), .done(result: nil), .lost) == nil)
  }

  @Test("pauses grow as asynq's do, or double")
  func backoff() {
    let usual = [0, 1, 2, 10].map { Backoff.usual.delay(after: $0, lowest).text }
    #expect(usual == ["15s", "16s", "31s", "2h47m"] || usual == ["15s", "16s", "31s", "2h46m55s"])
    #expect(Backoff.usual.delay(after: 2) { $0 - 1 }.text == "1m58s")
    let doubling = Backoff.doubling(Span(nanoseconds: 100_000_000))
    #expect(
      [0, 1, 5].map { doubling.delay(after: $0, lowest).text } == ["100ms", "200ms", "3.2s"])
    #expect(doubling.delay(after: 1_000, lowest).text == "24h0m0s")
    #expect(doubling.delay(after: 0) { $0 - 1 }.nanoseconds < 125_000_000)
  }
}

@Suite struct SurroundingsTests {
  @Test(
    "what no environment can hold is the fault of the task",
    arguments: [String(repeating: "x", count: 200_000), "a\0b"])
  func unspeakable(_ id: String) throws {
    #expect(throws: Failure(.data, "", "the id of the task cannot be told to a command")) {
      try Surroundings.variables(of: task(id), limit: at(0).wall)
    }
    #expect(throws: Never.self) { try Surroundings.variables(of: task("a"), limit: at(0).wall) }
  }
}
