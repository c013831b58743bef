package import Core
package import Tasks
package import Values

extension RedisTasks {
  /// How many fates one script settles.
  private static let most = 100

  package func settle(_ settlements: [Settlement], at now: Timestamp) throws(Failure) -> [Bool] {
    try settle(settlements, at: now, until: nil)
  }

  /// Settles fates; with a cutoff, only of tasks whose lease ran out by then.
  private func settle(
    _ settlements: [Settlement], at now: Timestamp, until cutoff: Timestamp?
  ) throws(Failure) -> [Bool] {
    var groups: [(queue: String, places: [Int])] = []
    var newest: [String: Int] = [:]
    for (place, settlement) in settlements.enumerated() {
      let queue = settlement.task.queue
      // What we did not take is not ours.
      if cutoff == nil, turn(queue, settlement.task.id) == nil { continue }
      if let group = newest[queue], groups[group].places.count < RedisTasks.most {
        groups[group].places.append(place)
      } else {
        newest[queue] = groups.count
        groups.append((queue, [place]))
      }
    }
    let calls = groups.map { group in
      let opening = RedisTasks.opening(group.queue, now, until: cutoff)
      return Script.settle(
        group.places.reduce(into: opening) {
          $0 += words(settlements[$1], now, isRecovery: cutoff != nil)
        })
    }
    let replies = try session.run(calls)
    var settled = [Bool](repeating: false, count: settlements.count)
    for (group, reply) in zip(groups, replies) {
      guard let digits = reply.bytes, digits.count == group.places.count else {
        throw malformed("what was settled")
      }
      for (place, digit) in zip(group.places, digits) {
        settled[place] = digit == UInt8(ascii: "1")
        let task = settlements[place].task
        turns[Possession(queue: task.queue, id: task.id)] = nil
      }
    }
    return settled
  }

  /// What the script that settles is told first.
  static func opening(_ queue: String, _ now: Timestamp, until cutoff: Timestamp?) -> [Word] {
    [
      Keys.prefix(queue), Word(now.seconds), now.nanoseconds1970, Word(now.day),
      Word(now.seconds - archiveAge),
      cutoff.map { Word($0.seconds) } ?? "",
    ]
  }

  private func words(
    _ settlement: Settlement, _ now: Timestamp, isRecovery: Bool
  ) -> [Word] {
    let task = settlement.task
    let after = task.after(settlement.fate, at: now)
    var message = Word("")
    var letter: String
    var score: Int64 = 0
    switch settlement.fate {
    case .done where task.retention <= 0: letter = "d"
    case .done: (letter, score) = ("c", now.seconds + Int64(task.retention))
    case .retry(let moment, _, let isFailure):
      (letter, score) = (isFailure ? "f" : "r", moment.score)
    case .archive: (letter, score) = ("a", now.seconds)
    case .handBack: letter = "b"
    }
    if letter != "d" && letter != "b" { message = Word(Wire.encode(after)) }
    if settlement.result != nil { letter += "+" }
    return [
      Word(letter), Word(task.id), isRecovery ? "" : turn(task.queue, task.id) ?? "", message,
      Word(score), Word(task.uniqueKey),
    ] + (settlement.result.map { [Word($0)] } ?? [])
  }

  package func recover(
    _ queues: [String], before cutoff: Timestamp, at now: Timestamp, _ fate: (Task) -> Fate
  ) throws(Failure) -> Int {
    var recovered = 0
    for queue in queues {
      while true {
        let found = try session.run(
          Script.expired([Keys.prefix(queue), Word(cutoff.seconds), Word(now.seconds)])
        ).list
        let count = try recover(queue, found, before: cutoff, at: now, fate)
        recovered += count
        // Where nothing could be settled, others are at it.
        if found.count < 200 || count == 0 { break }
      }
    }
    return recovered
  }

  private func recover(
    _ queue: String, _ found: [Reply], before cutoff: Timestamp, at now: Timestamp,
    _ fate: (Task) -> Fate
  ) throws(Failure) -> Int {
    var settlements: [Settlement] = []
    for place in stride(from: 0, to: found.count - 1, by: 2) {
      guard let id = found[place].bytes, let message = found[place + 1].bytes else {
        throw malformed("leases")
      }
      if let task = RedisTasks.task(message, id, queue) {
        settlements.append(Settlement(task, fate(task)))
      } else {
        try shelve(id, message, queue, "", now)
      }
    }
    return try settle(settlements, at: now, until: cutoff).count { $0 }
  }

  package func advance(_ queues: [String], at now: Timestamp) throws(Failure) -> Timestamp? {
    while true {
      let opening = [Word(now.seconds), now.nanoseconds1970]
      let reply = try session.run(Script.advance(opening + queues.map(Keys.prefix)))
      guard let next = reply.seconds else { return nil }
      if next > now.seconds { return Timestamp(seconds: next) }
    }
  }

  package func sweep(_ queues: [String], at now: Timestamp) throws(Failure) {
    let opening = [Word(now.seconds), Word(now.seconds - RedisTasks.archiveAge)]
    let call = Script.sweep(opening + queues.map(Keys.prefix))
    while try session.run(call).integer == 1 {}
    // Workers that ended without a word are on the lists until somebody takes them off.
    let late = Word("(\(now.seconds)")
    _ = try session.send([
      ["ZREMRANGEBYSCORE", Keys.servers, "-inf", late],
      ["ZREMRANGEBYSCORE", Keys.workers, "-inf", late],
    ])
  }
}
