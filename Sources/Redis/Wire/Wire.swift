internal import Protobuf
package import Tasks

/// The messages of asynq, in protobuf.
package enum Wire {
  /// A task as its hash keeps it.
  package static func encode(_ task: Task) -> [UInt8] {
    var out = Encoder(capacity: 128 + (task.payload?.count ?? 0))
    out.text(1, task.type)
    if let payload = task.payload { out.payload(2, payload) }
    out.text(3, task.id)
    out.text(4, task.queue)
    out.number(5, task.retries)
    out.number(6, task.retried)
    out.text(7, task.reason)
    out.number(8, task.timeout)
    out.number(9, task.deadline)
    out.text(10, task.uniqueKey)
    out.number(11, task.lastFailed)
    out.number(12, task.retention)
    out.number(13, task.completed)
    out.text(14, task.group)
    if !task.headers.isEmpty {
      for (key, value) in task.headers.sorted(by: { Wire.precedes($0.key, $1.key) }) {
        out.entry(15, key, value)
      }
    }
    out.raw(task.unknown)
    return out.bytes
  }

  /// The task of a message; nil if it is none.
  package static func task(_ bytes: [UInt8]) -> Task? {
    var task = Task(id: "", queue: "", type: "")
    task.retries = 0
    var decoder = Decoder(bytes)
    let isWhole = decoder.each { field in
      if !task.take(field) { task.unknown += field.raw }
      return true
    }
    return isWhole ? task : nil
  }

  static func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}

extension Task {
  /// Takes a member in; false for one that is not known, or of another form than it should be.
  fileprivate mutating func take(_ field: Decoder.Field) -> Bool {
    switch field.number {
    case 1: assign(field.text, \.type)
    case 2: assign(field.bytes.map { [UInt8]($0) as [UInt8]? }, \.payload)
    case 3: assign(field.text, \.id)
    case 4: assign(field.text, \.queue)
    case 5: assign(field.short, \.retries)
    case 6: assign(field.short, \.retried)
    case 7: assign(field.text, \.reason)
    case 8: assign(field.integer, \.timeout)
    case 9: assign(field.integer, \.deadline)
    case 10: assign(field.text, \.uniqueKey)
    case 11: assign(field.integer, \.lastFailed)
    case 12: assign(field.integer, \.retention)
    case 13: assign(field.integer, \.completed)
    case 14: assign(field.text, \.group)
    case 15: header(field)
    default: false
    }
  }

  private mutating func header(_ field: Decoder.Field) -> Bool {
    guard let entry = field.entry else { return false }
    headers[entry.key] = entry.value?.text ?? ""
    return true
  }

  @inline(__always)
  private mutating func assign<Value>(
    _ value: Value?, _ member: WritableKeyPath<Task, Value>
  ) -> Bool {
    guard let value else { return false }
    self[keyPath: member] = value
    return true
  }
}
