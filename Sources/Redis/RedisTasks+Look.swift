package import Core
package import Tasks
package import Values

extension RedisTasks {
  package func queues() throws(Failure) -> [QueueCount] {
    let names = try names()
    let day = Word(try clock().day)
    let replies = try session.run(names.map { Script.count([Keys.prefix($0), day]) })
    return try zip(names, replies).map { (name, reply) throws(Failure) in
      try count(name, reply.list)
    }
  }

  private func names() throws(Failure) -> [String] {
    try session.send("SMEMBERS", Keys.queues).list.compactMap(\.text).sorted(by: Wire.precedes)
  }

  /// The server's own clock: which day it is must be the same for all who look.
  func clock() throws(Failure) -> Timestamp {
    guard let seconds = try session.send("TIME").list.first?.integer else {
      throw malformed("the time")
    }
    return Timestamp(seconds: Int64(seconds))
  }

  private func count(_ name: String, _ reply: [Reply]) throws(Failure) -> QueueCount {
    guard reply.count == 13 else { throw malformed("a queue") }
    let states: [State] = [
      .pending, .active, .scheduled, .retry, .archived, .completed, .aggregating,
    ]
    var count = QueueCount(name)
    for (state, number) in zip(states, reply) { count.counts[state] = number.integer ?? 0 }
    count.isPaused = reply[7].integer == 1
    count.processedToday = reply[8].integer ?? 0
    count.failedToday = reply[9].integer ?? 0
    count.processed = reply[10].integer ?? 0
    count.failed = reply[11].integer ?? 0
    if let since = reply[12].integer {
      count.oldest = Timestamp(seconds: 0).advanced(by: Int64(since))
    }
    return count
  }

  package func workers(at now: Timestamp) throws(Failure) -> [Worker] {
    let keys = try session.send("ZRANGEBYSCORE", Keys.servers, Word(now.seconds), "+inf").list
      .compactMap(\.bytes)
    let prefix = Array("asynq:servers:".utf8)
    let commands: [[Word]] = keys.flatMap { key in
      let hands = Array("asynq:workers:".utf8) + key.dropFirst(prefix.count)
      return [["GET", Word(key)], ["HVALS", Word(hands)]]
    }
    let replies = try session.send(commands)
    var workers: [Worker] = []
    for place in stride(from: 0, to: replies.count, by: 2) {
      guard let told = replies[place].bytes, var worker = Wire.worker(told) else { continue }
      worker.hands = replies[place + 1].list.compactMap { $0.bytes.flatMap(Wire.hand) }
        .sorted { $0.started < $1.started }
      workers.append(worker)
    }
    return workers
  }

  package func find(_ id: String, in queue: String?) throws(Failure) -> Standing? {
    let queues = if let queue { [queue] } else { try names() }
    let replies = try session.run(queues.map { Script.find([Keys.prefix($0), Word(id)]) })
    return zip(queues, replies).lazy.compactMap { self.standing($1, $0) }.first
  }

  package func list(
    _ queue: String, _ state: State, _ each: (Standing) throws(Failure) -> Void
  ) throws(Failure) {
    switch state {
    case .pending: try listed(queue, each)
    case .active: try active(queue, each)
    case .scheduled, .retry, .archived, .completed:
      try ranked(queue, Word(state.rawValue), state, each)
    case .aggregating:
      let groups = try session.send("SMEMBERS", Keys.groups(queue)).list.compactMap(\.text)
      for group in groups.sorted(by: Wire.precedes) {
        try ranked(queue, Word("g:\(group)"), state, each)
      }
    }
  }

  private func listed(
    _ queue: String, _ each: (Standing) throws(Failure) -> Void
  ) throws(Failure) {
    var count = 0
    var last: Word = ""
    while true {
      let reply = try session.run(
        Script.listed([Keys.prefix(queue), "pending", Word(count), last])
      ).list
      guard reply.count >= 2, let told = reply[0].integer, let id = reply[1].bytes else {
        throw malformed("a list")
      }
      for task in reply.dropFirst(2) {
        if let standing = standing(task, queue) { try each(standing) }
      }
      if id.isEmpty { return }
      (count, last) = (told, Word(id))
    }
  }

  /// What is active is no more than what all workers can hold: who it is, is asked at once.
  private func active(
    _ queue: String, _ each: (Standing) throws(Failure) -> Void
  ) throws(Failure) {
    let ids = try session.send("LRANGE", Keys.active(queue), "0", "-1").list.compactMap(\.bytes)
    let words = Array(ids.reversed())
    for start in stride(from: 0, to: words.count, by: 100) {
      let page = words[start..<min(start + 100, words.count)].map { Word($0) }
      for task in try session.run(Script.tell([Keys.prefix(queue), "active"] + page)).list {
        if let standing = standing(task, queue) { try each(standing) }
      }
    }
  }

  private func ranked(
    _ queue: String, _ set: Word, _ state: State, _ each: (Standing) throws(Failure) -> Void
  ) throws(Failure) {
    var told: [Word] = []
    while true {
      let reply = try session.run(
        Script.ranked([Keys.prefix(queue), set, Word(state.rawValue)] + told)
      ).list
      guard let pairs = reply.first?.list else { throw malformed("a list") }
      for task in reply.dropFirst() {
        if let standing = standing(task, queue) { try each(standing) }
      }
      if pairs.isEmpty { return }
      told = stride(from: pairs.count - 2, through: 0, by: -2).flatMap { place in
        [pairs[place], pairs[place + 1]].map { Word($0.bytes ?? []) }
      }
    }
  }

  /// A task as a script tells of it.
  private func standing(_ reply: Reply, _ queue: String) -> Standing? {
    let parts = reply.list
    guard parts.count == 7, let id = parts[0].bytes, let message = parts[3].bytes,
      let state = parts[1].text.flatMap(State.init(rawValue:))
    else { return nil }
    // What cannot be understood is still there, and can be steered by its id.
    let task =
      RedisTasks.task(message, id, queue)
      ?? Task(id: String(decoding: id, as: UTF8.self), queue: queue, type: "")
    var standing = Standing(task, state)
    standing.moment = parts[2].seconds.map { Timestamp(seconds: $0) }
    standing.lease = parts[4].seconds.map { Timestamp(seconds: $0) }
    standing.result = parts[5].bytes
    standing.isCancelled = parts[6].integer == 1
    return standing
  }
}
