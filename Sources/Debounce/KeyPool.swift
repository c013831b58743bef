/// Records of which the last one of each key stands for all before it.
package struct KeyPool {
  private struct Held {
    var key: [UInt8]
    var line: [UInt8]
  }

  private let limit: EventPool.Limit
  private var pool: Pool<Held>
  private var keys: [[UInt8]: Int] = [:]
  /// Whether something had to go early because there was no more room.
  package private(set) var wasFull = false

  package init(quiet: Int64, most: Int64, limit: EventPool.Limit) {
    pool = Pool(quiet: quiet, most: most)
    self.limit = limit
  }

  package var count: Int { pool.count }

  package mutating func due() -> Int64? { pool.due() }

  package mutating func saw(_ line: [UInt8], key: [UInt8], at now: Int64) -> [Told] {
    let held = Held(key: key, line: line)
    let size = line.count + 2 * key.count + 256
    if let identifier = keys[key] {
      pool.replace(identifier, held, size: size, at: now)
    } else {
      keys[key] = pool.add(held, size: size, at: now)
    }
    var told: [Told] = []
    while pool.count > limit.events || pool.size > limit.bytes, let eldest = pool.eldest() {
      wasFull = true
      told += take([eldest])
    }
    return told
  }

  package mutating func tick(at now: Int64) -> [Told] {
    var due: [(order: Int, told: [Told])] = []
    while let next = pool.next(at: now) { due.append((pool.order(of: next), take([next]))) }
    return due.sorted { $0.order < $1.order }.flatMap(\.told)
  }

  package mutating func flush() -> [Told] {
    take(pool.all.sorted { pool.order(of: $0) < pool.order(of: $1) })
  }

  private mutating func take(_ identifiers: [Int]) -> [Told] {
    identifiers.compactMap { identifier in
      guard let held = pool.remove(identifier) else { return nil }
      keys[held.key] = nil
      return Told(held.line)
    }
  }
}
