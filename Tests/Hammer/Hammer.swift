internal import Core
internal import Glibc
internal import System
internal import TaskFile
internal import Tasks
internal import Values

/// Works on queues in a file for the tests: as another process, to be killed or to be in the way.
///
/// `push FILE NAME COUNT` queues tasks one by one and tells each; `work FILE` takes until nothing
/// is there and tells what it has settled; `churn FILE NAME` does both without end, and tells what
/// it is about to settle as well; `bench FILE` measures.
@main
struct Hammer {
  static func main() {
    let words = CommandLine.arguments
    do throws(Failure) {
      let hammer = try Hammer(Path(text: words[2]))
      switch words[1] {
      case "push": try hammer.push(words[3], Int(words[4]) ?? 0)
      case "work": try hammer.work()
      case "churn": try hammer.churn(words[3])
      default: try hammer.bench()
      }
    } catch {
      Hammer.tell("! \(error.kind) \(error.message)")
      exit(Status(error.kind).rawValue)
    }
  }

  let file: FileTasks
  let demand = Demand([Demand.Portion("q", 3)], most: 3, lease: Span(nanoseconds: 3_600 * second))
  static let second: Int64 = 1_000_000_000

  init(_ path: Path) throws(Failure) {
    file = try FileTasks(path)
  }

  /// Writes a line at once: whoever reads may kill us after it.
  static func tell(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(1, bytes, bytes.count)
  }

  func task(_ id: String) -> Order {
    Order(Task(id: id, queue: "q", type: "t", payload: [1, 2, 3]))
  }

  func push(_ name: String, _ count: Int) throws(Failure) {
    for number in 0..<count {
      _ = try file.push([task("\(name)-\(number)")], at: Clock.now())
      Hammer.tell("+\(name)-\(number)")
    }
  }

  func work() throws(Failure) {
    while true {
      let tasks = try file.take(demand, at: Clock.now())
      if tasks.isEmpty { return }
      let answers = try file.settle(tasks.map { Settlement($0, .done) }, at: Clock.now())
      for (task, isOurs) in zip(tasks, answers) where isOurs { Hammer.tell("-\(task.id)") }
    }
  }

  func churn(_ name: String) throws(Failure) {
    for number in 0... {
      let ids = (0..<4).map { "\(name)-\(number)-\($0)" }
      _ = try file.push(ids.map(task), at: Clock.now())
      for id in ids { Hammer.tell("+\(id)") }
      let tasks = try file.take(demand, at: Clock.now())
      for task in tasks { Hammer.tell("?\(task.id)") }
      let fates: [Fate] = [.done, .archive(reason: "no"), .handBack]
      let settlements = zip(tasks, fates).map { Settlement($0, $1) }
      _ = try file.settle(settlements, at: Clock.now())
      if let done = tasks.first { Hammer.tell("-\(done.id)") }
    }
  }
}
