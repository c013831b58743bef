internal import Core
internal import Glibc
internal import System
internal import TaskFile
internal import Tasks
internal import Values

/// How fast a file is, beside how fast the disk below it says that something is written down.
extension Hammer {
  func bench() throws(Failure) {
    let syncs = try Hammer.syncs(beside: file.name)
    let singles = 1_000
    let single = try measure(singles) { () throws(Failure) in
      for number in 0..<singles { _ = try file.push([task("one-\(number)")], at: Clock.now()) }
    }
    Hammer.tell("fsync: \(syncs)/s; push one by one: \(single)/s")
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

  /// How often a second a page can be appended to a file and synced.
  private static func syncs(beside path: String) throws(Failure) -> Int {
    let file = open(path + "-sync", O_RDWR | O_CREAT | O_TRUNC, 0o600)
    if file < 0 { throw Failure(errno: errno, path) }
    defer {
      close(file)
      unlink(path + "-sync")
    }
    let page = [UInt8](repeating: 7, count: 4_096)
    let start = Clock.elapsed()
    for _ in 0..<1_000 {
      _ = write(file, page, page.count)
      fdatasync(file)
    }
    return Int(1e12 / Double(Clock.elapsed() - start))
  }
}
