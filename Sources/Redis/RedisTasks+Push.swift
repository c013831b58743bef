package import Core
package import Tasks
package import Values

extension RedisTasks {
  /// How many tasks one script takes in, and how many bytes: others wait while it runs.
  private static let most = 100
  private static let mostBytes = 262_144

  package func push(
    _ orders: [Order], within most: Int?, at now: Timestamp
  ) throws(Failure) -> [Admission] {
    var batches: [Batch] = []
    for (place, order) in orders.enumerated() {
      let entry = try Entry(order, now, isBound: most != nil)
      if batches.last?.takes(order, entry) != true {
        batches.append(Batch(order.task.queue, entry.isPlain, within: most, now))
      }
      batches[batches.count - 1].append(entry, place)
    }
    let replies = try session.run(batches.map(\.call))
    var admissions = [Admission](repeating: .queued(.pending), count: orders.count)
    for (batch, reply) in zip(batches, replies) { try batch.read(reply, &admissions, malformed) }
    return admissions
  }

  /// An order in the form that scripts take.
  private struct Entry {
    var words: [Word]
    var isPlain: Bool

    init(_ order: Order, _ now: Timestamp, isBound: Bool) throws(Failure) {
      var task = order.task
      if task.timeout <= 0, task.deadline <= 0 { task.timeout = Task.usualTimeout }
      let due = order.due.flatMap { $0 > now ? $0.score : nil }
      task.uniqueKey = order.uniqueness == .none ? "" : try Keys.lock(order)
      isPlain =
        !isBound && due == nil && order.uniqueness == .none && task.serialKey == nil
        && task.group.isEmpty
      words = [Word(task.id), Word(Wire.encode(task))]
      if isPlain { return }
      let wait = due.map { max($0 - now.seconds, 0) } ?? 0
      let (seconds, isOpen) =
        switch order.uniqueness {
        case .none: (0, false)
        case .open: (RedisTasks.openLock, true)
        case .atMost(let seconds): (max(seconds, 1) + Int(wait), false)
        }
      words += [
        due.map { Word($0) } ?? "", Word(task.uniqueKey), Word(seconds), isOpen ? "1" : "",
        order.postpones ? "1" : "", Word(task.serialKey ?? ""), Word(task.group),
      ]
    }

    var size: Int { words[1].bytes.count }
  }

  /// Orders that one script takes in.
  private struct Batch {
    let queue: Exact
    let isPlain: Bool
    private var words: [Word]
    private var places: [Int] = []
    private var size = 0

    init(_ queue: String, _ isPlain: Bool, within most: Int?, _ now: Timestamp) {
      self.queue = Exact(queue)
      self.isPlain = isPlain
      words = [
        Word(queue), now.nanoseconds1970, Word(now.seconds), isPlain ? "plain" : "special",
        most.map { Word($0) } ?? "",
      ]
    }

    func takes(_ order: Order, _ entry: Entry) -> Bool {
      Exact(order.task.queue) == queue && entry.isPlain == isPlain && places.count < RedisTasks.most
        && size + entry.size <= RedisTasks.mostBytes
    }

    mutating func append(_ entry: Entry, _ place: Int) {
      words += entry.words
      places.append(place)
      size += entry.size
    }

    var call: Call { Script.push(words) }

    func read(
      _ reply: Reply, _ admissions: inout [Admission], _ malformed: (String) -> Failure
    ) throws(Failure) {
      if isPlain {
        for taken in reply.list {
          guard let place = taken.integer, places.indices.contains(place) else {
            throw malformed("what was pushed")
          }
          admissions[places[place]] = .taken
        }
        return
      }
      let answers = reply.list
      guard answers.count == places.count else { throw malformed("what was pushed") }
      for (place, answer) in zip(places, answers) {
        guard let admission = Admission(answer) else { throw malformed("what was pushed") }
        admissions[place] = admission
      }
    }
  }
}

extension Admission {
  fileprivate init?(_ reply: Reply) {
    guard let text = reply.text, let letter = text.first else { return nil }
    let rest = String(text.dropFirst())
    switch letter {
    case "q":
      guard let state = State(rawValue: rest) else { return nil }
      self = .queued(state)
    case "t": self = .taken
    case "f": self = .full
    case "d": self = .duplicate(rest)
    case "p": self = .postponed(rest)
    default: return nil
    }
  }
}
