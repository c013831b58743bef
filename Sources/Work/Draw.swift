package import Tasks
internal import Values

/// The order in which queues are asked for work.
///
/// Each free place draws a queue, by weight; what the drawn queue cannot fill is filled by the
/// others. So a heavy queue is served more often, and a light one is never forgotten. Where the
/// order is strict, a queue is asked only once all heavier ones are empty.
package struct Draw: Equatable, Sendable {
  package struct Queue: Equatable, Sendable {
    package var name: String
    package var weight: Int

    package init(_ name: String, _ weight: Int = 1) {
      self.name = name
      self.weight = weight
    }
  }

  package let queues: [Queue]
  package let isStrict: Bool

  package init(_ queues: [Queue], isStrict: Bool) {
    self.queues = isStrict ? queues.sorted { $0.weight > $1.weight } : queues
    self.isStrict = isStrict
  }

  /// The portions for so many places; `dice` gives a number below the one it is asked with.
  package func portions(for places: Int, _ dice: (Int) -> Int) -> [Demand.Portion] {
    if isStrict || queues.count == 1 { return queues.map { .init($0.name, places) } }
    var counts: [String: Int] = [:]
    var order: [String] = []
    for _ in 0..<places {
      let name = drawn(among: queues, dice).name
      if counts[name] == nil { order.append(name) }
      counts[name, default: 0] += 1
    }
    var rest = queues
    var others: [Demand.Portion] = []
    while !rest.isEmpty {
      let next = drawn(among: rest, dice)
      rest.removeAll { $0 == next }
      others.append(.init(next.name, places))
    }
    return order.map { .init($0, counts[$0] ?? 0) } + others
  }

  private func drawn(among queues: [Queue], _ dice: (Int) -> Int) -> Queue {
    var point = dice(queues.reduce(0) { $0 + $1.weight })
    for queue in queues {
      if point < queue.weight { return queue }
      point -= queue.weight
    }
    return queues[queues.count - 1]
  }
}
