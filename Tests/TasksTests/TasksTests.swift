import Testing
import Values

@testable import Tasks

@Suite struct TasksTests {
  @Test("a name tells its moment and version, and keeps the rest of the random bytes")
  func identifier() {
    let now = Timestamp(seconds: 1_645_557_742, nanoseconds: 987_654_321)
    let random = [UInt8](0..<16).map { $0 * 17 }
    let name = Identifier.make(at: now, random)
    #expect(name == "017f22e2-7d8b-7677-8899-aabbccddeeff")
  }

  @Test("when a try must end: by the timeout or the deadline, whichever comes first")
  func limits() {
    let now = Timestamp(seconds: 1_000)
    func limit(_ timeout: Int, _ deadline: Int) -> Int64 {
      var task = Task(id: "1", queue: "q", type: "t")
      task.timeout = timeout
      task.deadline = deadline
      return task.limit(from: now).seconds
    }
    #expect(limit(30, 0) == 1_030)
    #expect(limit(0, 1_500) == 1_500)
    #expect(limit(30, 1_500) == 1_030)
    #expect(limit(900, 1_500) == 1_500)
    #expect(limit(0, 0) == 2_800)
    #expect(limit(30, 1) == 1)
    #expect(limit(.max, 1_500) == 1_500)
  }
}
