internal import Core
internal import Glibc
internal import Redis
internal import System
internal import Tasks
internal import Values

/// How fast queues on a Redis server are: `probe-redis PORT`. Everything that the server holds in
/// database 9 is removed.
@main
enum RedisBench {
  private static let second: Int64 = 1_000_000_000
  private static let lease = Span(nanoseconds: 30_000_000_000)

  static func main() {
    do throws(Failure) {
      try run()
    } catch {
      tell(error.message)
      exit(1)
    }
  }

  private static func run() throws(Failure) {
    var address = RedisAddress()
    address.port = CommandLine.argc > 1 ? Int(CommandLine.words[1]) ?? address.port : address.port
    address.database = 9
    let tasks = RedisTasks(address)
    for size in [1, 100, 1_000] {
      let count = size == 1 ? 20_000 : 200_000
      let orders = (0..<count).map { order("push-\(size)-\($0)") }
      let rate = try measure(count) { () throws(Failure) in
        for start in stride(from: 0, to: count, by: size) {
          _ = try tasks.push(Array(orders[start..<start + size]), at: Clock.now())
        }
      }
      tell("push by \(size): \(rate)/s")
    }
    for size in [1, 4, 10, 100] {
      let rounds = 20_000 / min(size, 10)
      let rate = try measure(rounds * size) { () throws(Failure) in
        for _ in 0..<rounds {
          let taken = try tasks.take(demand(size), at: Clock.now())
          _ = try tasks.settle(taken.map { Settlement($0, .done) }, at: Clock.now())
        }
      }
      tell("take and settle by \(size): \(rate)/s, \(rate * 2 / size) script calls/s")
    }
    while true {
      let taken = try tasks.take(demand(1_000), at: Clock.now())
      if taken.isEmpty { break }
      _ = try tasks.settle(taken.map { Settlement($0, .done) }, at: Clock.now())
    }
    try pickUp(address)
  }

  /// How soon a task is in hand that another process has pushed, where nothing else happens.
  private static func pickUp(_ address: RedisAddress) throws(Failure) {
    let worker = RedisTasks(address)
    let other = RedisTasks(address)
    let loop = try Loop()
    var isReady = false
    try worker.listen(loop, ["q"], ready: { isReady = true }, cancelled: { _ in })
    _ = try worker.take(demand(4), at: Clock.now())
    var waits: [Int64] = []
    for number in 0..<500 {
      isReady = false
      var isQuiet = false
      loop.after(2_000_000) { isQuiet = true }
      try loop.run { isQuiet }
      let start = Clock.elapsed()
      _ = try other.push([order("late-\(number)")], at: Clock.now())
      var taken: [Task] = []
      while taken.isEmpty {
        try loop.run { isReady }
        isReady = false
        taken = try worker.take(demand(4), at: Clock.now())
      }
      waits.append(Clock.elapsed() - start)
      _ = try worker.settle(taken.map { Settlement($0, .done) }, at: Clock.now())
      _ = try worker.take(demand(4), at: Clock.now())
    }
    waits.sort()
    tell("pick-up: median \(waits[250] / 1_000) us, p99 \(waits[495] / 1_000) us")
  }

  private static func order(_ id: String) -> Order {
    Order(Task(id: id, queue: "q", type: "sync:file", payload: Array("{\"path\":\"a/b\"}".utf8)))
  }

  private static func demand(_ most: Int) -> Demand {
    Demand([Demand.Portion("q", most)], most: most, lease: lease)
  }

  private static func measure(
    _ count: Int, _ body: () throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let start = Clock.elapsed()
    try body()
    return Int(Int64(count) * second / max(Clock.elapsed() - start, 1))
  }

  private static func tell(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
  }
}

extension CommandLine {
  static var words: [String] {
    (0..<Int(argc)).map { unsafeArgv[$0].map { String(cString: $0) } ?? "" }
  }
}
