internal import SQL
internal import Tasks
internal import Values

/// The columns of a task, in the order of the table.
enum Column: Int {
  case row, queue, id, state, rank, since, take, lease, cancel, lock, until, serial
  case retries, retried, timeout, deadline, failed, retention, completed
  case type, reason, uniqueKey, groupKey, headers, unknown, payload, result
  /// Of questions that ask for it after all of these.
  case queueName
}

extension Row {
  func int(_ column: Column) -> Int { int(column.rawValue) }
  func text(_ column: Column) -> String { text(column.rawValue) }
  func blob(_ column: Column) -> [UInt8]? { blob(column.rawValue) }
  func moment(_ column: Column) -> Timestamp { moment(column.rawValue) }

  /// The task of this row.
  func task(_ queue: String) -> Task {
    var task = Task(id: text(.id), queue: queue, type: text(.type), payload: blob(.payload))
    task.retries = int(.retries)
    task.retried = int(.retried)
    task.reason = text(.reason)
    task.timeout = int(.timeout)
    task.deadline = int(.deadline)
    task.uniqueKey = text(.uniqueKey)
    task.lastFailed = int(.failed)
    task.retention = int(.retention)
    task.completed = int(.completed)
    task.group = text(.groupKey)
    task.unknown = blob(.unknown) ?? []
    if let headers = blob(.headers) { task.headers = Pairs.read(headers) }
    return task
  }

  func standing(_ queue: String) -> Standing {
    var standing = Standing(task(queue), Place.state(int(.state)))
    switch standing.state {
    case .active:
      standing.lease = moment(.lease)
      standing.isCancelled = int(.cancel) > 0
    case .scheduled, .retry, .archived, .completed: standing.moment = moment(.rank)
    case .pending, .aggregating: break
    }
    standing.result = blob(.result)
    return standing
  }
}

extension Timestamp {
  /// The moment so many seconds later; what lies beyond all moments is the last of them.
  func adding(seconds: Int) -> Timestamp {
    let sum = self.seconds.addingReportingOverflow(Int64(seconds))
    return Timestamp(
      seconds: sum.overflow ? .max : sum.partialValue, nanoseconds: nanoseconds)
  }
}

/// A dictionary as bytes: each key and each value behind its length in four bytes, keys in order.
enum Pairs {
  /// Nil for an empty one.
  static func bytes(_ pairs: [String: String]) -> [UInt8]? {
    if pairs.isEmpty { return nil }
    var out: [UInt8] = []
    for (key, value) in pairs.sorted(by: { $0.key < $1.key }) {
      for text in [key, value] {
        let length = UInt32(truncatingIfNeeded: text.utf8.count)
        for shift in [0, 8, 16, 24] { out.append(UInt8(truncatingIfNeeded: length >> shift)) }
        out += text.utf8
      }
    }
    return out
  }

  static func read(_ bytes: [UInt8]) -> [String: String] {
    var pairs: [String: String] = [:]
    var rest = bytes[...]
    while let key = text(&rest), let value = text(&rest) { pairs[key] = value }
    return pairs
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
    if rest.count < 4 { return nil }
    let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(4)
    if rest.count < length { return nil }
    defer { rest = rest.dropFirst(length) }
    return String(decoding: rest.prefix(length), as: UTF8.self)
  }
}
