package import Core
package import Tasks
package import Values

extension RedisTasks {
  package func take(_ demand: Demand, at now: Timestamp) throws(Failure) -> [Task] {
    var tasks: [Task] = []
    var rest = demand
    while try takeMore(&tasks, &rest, now) {}
    return tasks
  }

  /// Takes what is there of the rest of a demand; true where it is worth asking again.
  private func takeMore(
    _ tasks: inout [Task], _ rest: inout Demand, _ now: Timestamp
  ) throws(Failure) -> Bool {
    let turn = nextTurn()
    let reply = try session.run(Script.take(words(rest, turn, now))).list
    guard let letters = reply.first?.bytes, letters.count == rest.portions.count else {
      throw malformed("what was taken")
    }
    let taken = try accept(Array(reply.dropFirst()), rest, turn, now)
    for (portion, letter) in zip(rest.portions, letters) {
      ears?.saw(portion.queue, isEmpty: letter == UInt8(ascii: "e"))
    }
    for (place, task) in taken {
      rest.portions[place].most -= 1
      tasks.append(task)
    }
    rest.most -= taken.count
    // Behind what could not be understood there may be more.
    let isShort = 3 * taken.count < reply.count - 1
    return (isShort || letters.contains(UInt8(ascii: "c"))) && rest.most > 0
  }

  private func words(_ demand: Demand, _ turn: Word, _ now: Timestamp) -> [Word] {
    let lease = now.advanced(by: demand.lease.nanoseconds)
    var words: [Word] = [
      Word(now.seconds), Word(lease.score), Word(demand.most), turn,
      Word(RedisTasks.serialLock(demand.lease)),
    ]
    for portion in demand.portions {
      let limit = demand.limits[portion.queue].map { Word($0) } ?? ""
      words += [Keys.prefix(portion.queue), Word(portion.most), limit]
    }
    return words
  }

  /// The tasks of an answer, each with the place of its portion. A message that says nothing of its
  /// task to anyone is given up.
  private func accept(
    _ replies: [Reply], _ demand: Demand, _ turn: Word, _ now: Timestamp
  ) throws(Failure) -> [(place: Int, task: Task)] {
    guard replies.count.isMultiple(of: 3) else { throw malformed("what was taken") }
    var tasks: [(place: Int, task: Task)] = []
    for place in stride(from: 0, to: replies.count, by: 3) {
      guard let portion = replies[place].integer, demand.portions.indices.contains(portion),
        let id = replies[place + 1].bytes, let message = replies[place + 2].bytes
      else { throw malformed("what was taken") }
      let queue = demand.portions[portion].queue
      if let task = RedisTasks.task(message, id, queue) {
        turns[Possession(queue: queue, id: task.id)] = turn
        tasks.append((portion, task))
      } else {
        try shelve(id, message, queue, turn, now)
      }
    }
    return tasks
  }

  /// The task of a message, if it is the one under whose name the message was found.
  static func task(_ message: [UInt8], _ id: [UInt8], _ queue: String) -> Task? {
    guard let task = Wire.task(message), task.id.utf8.elementsEqual(id),
      task.queue.utf8.elementsEqual(queue.utf8)
    else { return nil }
    return task
  }

  /// Gives up what cannot be understood, as it is.
  func shelve(
    _ id: [UInt8], _ message: [UInt8], _ queue: String, _ turn: Word, _ now: Timestamp
  ) throws(Failure) {
    var words = RedisTasks.opening(queue, now, until: nil)
    words += ["a", Word(id), turn, Word(message), Word(now.seconds), ""]
    _ = try session.run(Script.settle(words))
  }

  /// Serial locks outlast the recovery of a task whose worker is gone, and not much more.
  static func serialLock(_ lease: Span) -> Int64 {
    max(lease.nanoseconds / 100_000_000, 60)
  }

  package func beat(_ worker: Worker, lease: Span, at now: Timestamp) throws(Failure) -> Pulse {
    var words: [Word] = [
      Keys.server(worker), Keys.hands(worker), Word(Wire.encode(worker)),
      Word(now.seconds + RedisTasks.lifetime), Word(RedisTasks.lifetime),
      Word(now.advanced(by: lease.nanoseconds).score), Word(RedisTasks.serialLock(lease)),
    ]
    for hand in worker.hands {
      let task = hand.task
      words += [
        // What we did not take, or have settled, is not ours: nothing has this mark.
        Keys.prefix(task.queue), Word(task.id), turn(task.queue, task.id) ?? "-",
        Word(Wire.encode(hand, of: worker)),
      ]
    }
    let reply = try session.run(Script.beat(words)).list
    guard reply.count == 2 else { throw malformed("what a worker has in hand") }
    var pulse = Pulse()
    pulse.lost = try reply[0].list.map { (place) throws(Failure) in try hand(place, worker).id }
    pulse.cancelled = try reply[1].list.map { (place) throws(Failure) in
      try hand(place, worker).id
    }
    return pulse
  }

  private func hand(_ place: Reply, _ worker: Worker) throws(Failure) -> Task {
    guard let place = place.integer, worker.hands.indices.contains(place) else {
      throw malformed("what a worker has in hand")
    }
    return worker.hands[place].task
  }

  /// For how many seconds a worker counts as alive after it was heard.
  private static let lifetime: Int64 = 10

  package func leave(_ worker: Worker) throws(Failure) {
    let (server, hands) = (Keys.server(worker), Keys.hands(worker))
    _ = try session.send([
      ["ZREM", Keys.servers, server], ["ZREM", Keys.workers, hands], ["DEL", server, hands],
    ])
  }
}
