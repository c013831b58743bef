internal import Core
internal import Glibc
internal import System
internal import TaskFile
internal import Tasks
internal import Values

/// How fast a file is, beside how fast the disk below it says that something is written down.
extension Hammer {
  func bench() throws(Failure) {
    try singles()
    for size in [1_000, 10_000, 200_000] {
      let orders = (0..<200_000).map {
        task("\(size)-\(Identifier.make(at: Clock.now(), noise($0)))")
      }
      let rate = try measure(orders.count) { () throws(Failure) in
        for start in stride(from: 0, to: orders.count, by: size) {
          _ = try file.push(Array(orders[start..<min(start + size, orders.count)]), at: Clock.now())
        }
      }
      Hammer.tell("push by \(size): \(rate)/s")
    }
    for size in [1, 10, 100, 1_000] {
      let count = size == 1 ? 1_000 : size == 10 ? 10_000 : 100_000
      let rate = try measure(count) { () throws(Failure) in
        for _ in 0..<(count / size) {
          let demand = Demand([Demand.Portion("q", size)], most: size, lease: demand.lease)
          let tasks = try file.take(demand, at: Clock.now())
          _ = try file.settle(tasks.map { Settlement($0, .done) }, at: Clock.now())
        }
      }
      Hammer.tell("take and settle by \(size): \(rate)/s")
    }
    try listing()
    try listening()
  }

  /// What waiting costs, and how soon one hears of what another has pushed.
  private func listening() throws(Failure) {
    let loop = try Loop()
    let other = try FileTasks(Path(text: file.name))
    var tasks = try file.take(
      Demand([Demand.Portion("p", 9)], most: 9, lease: demand.lease), at: Clock.now())
    try file.listen(
      loop, ["p"], ready: { tasks.append(Task(id: "", queue: "", type: "")) }, cancelled: { _ in })
    var isOver = false
    loop.after(10 * Hammer.second) { isOver = true }
    let before = clock()
    try loop.run { isOver }
    Hammer.tell("idle: \(Double(clock() - before) / 1e5) % CPU")
    var waits: [Int64] = []
    for number in 0..<200 {
      tasks = []
      let start = Clock.elapsed()
      _ = try other.push([Order(Task(id: "\(number)", queue: "p", type: "t"))], at: Clock.now())
      let pushed = Clock.elapsed()
      try loop.run { !tasks.isEmpty }
      let one = Demand([Demand.Portion("p", 9)], most: 9, lease: demand.lease)
      _ = try file.settle(
        file.take(one, at: Clock.now()).map { Settlement($0, .done) }, at: Clock.now())
      waits.append(Clock.elapsed() - pushed)
      if number == 0 { Hammer.tell("push: \((pushed - start) / 1_000) us") }
    }
    waits.sort()
    let times = "median \(waits[100] / 1_000) us, p99 \(waits[198] / 1_000) us"
    Hammer.tell("heard, taken and settled after push: " + times)
  }

  private func listing() throws(Failure) {
    let due = Clock.now().advanced(by: 3_600 * Hammer.second)
    let orders = (0..<100_000).map { number in
      var order = task("later-\(number)")
      order.due = due
      return order
    }
    _ = try file.push(orders, at: Clock.now())
    let rate = try measure(orders.count) { () throws(Failure) in
      try file.list("q", .scheduled) { _ in }
    }
    Hammer.tell("list tasks of one moment: \(rate)/s")
    let looks = try measure(10_000) { () throws(Failure) in
      let demand = Demand([Demand.Portion("none", 1)], most: 1, lease: demand.lease)
      for _ in 0..<10_000 { _ = try file.take(demand, at: Clock.now()) }
    }
    Hammer.tell("take from an empty queue: \(looks)/s")
  }

  private func noise(_ number: Int) -> [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: (number &* 0x1E37_79B9_7F4A_7C15) >> ($0 * 4)) }
  }

  private func measure(_ count: Int, _ body: () throws(Failure) -> Void) throws(Failure) -> Int {
    let start = Clock.elapsed()
    try body()
    return Int(Double(count) / Double(Clock.elapsed() - start) * 1e9)
  }

  /// Tasks one by one, in turn with pages that are appended to a file and synced: what else the
  /// disk has to do meanwhile is in the way of both alike.
  private func singles() throws(Failure) {
    let path = file.name + "-sync"
    let plain = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    if plain < 0 { throw Failure(errno: errno, path) }
    defer {
      close(plain)
      unlink(path)
    }
    let page = [UInt8](repeating: 7, count: 4_096)
    var spent: (sync: Int64, push: Int64) = (0, 0)
    for number in 0..<2_000 {
      let start = Clock.elapsed()
      _ = write(plain, page, page.count)
      fdatasync(plain)
      let between = Clock.elapsed()
      _ = try file.push([task("one-\(number)")], at: Clock.now())
      spent.sync += between - start
      spent.push += Clock.elapsed() - between
    }
    let rates = (sync: Int(2e12 / Double(spent.sync)), push: Int(2e12 / Double(spent.push)))
    Hammer.tell("append and fdatasync: \(rates.sync)/s; push one by one: \(rates.push)/s")
  }
}
