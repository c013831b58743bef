package import Core
package import Records
package import Values

/// Tasks as records.
extension Writer {
  /// What a task is and where it stands.
  package func task(_ standing: Standing) {
    task(standing.task, standing.state, due: standing.state == .active ? nil : standing.moment) {
      if let lease = standing.lease { add(.lease, lease) }
      if standing.state == .active { add(.attempt, standing.task.retried + 1) }
      if let result = standing.result { result.withUnsafeBytes { add(.result, name: $0) } }
    }
  }

  package func task(
    _ task: Task, _ state: State, due: Timestamp? = nil, _ more: () -> Void = {}
  ) {
    begin(.task)
    add(.id, text: task.id)
    add(.queue, text: task.queue)
    add(.taskType, text: task.type)
    if let payload = task.payload { payload.withUnsafeBytes { add(.payload, name: $0) } }
    add(.state, text: state.rawValue)
    add(.maxRetry, task.retries)
    if task.retried > 0 { add(.retried, task.retried) }
    if !task.reason.isEmpty { add(.lastError, text: task.reason) }
    if task.timeout > 0 { add(.timeout, text: Span(seconds: task.timeout).text) }
    if task.deadline > 0 { add(.deadline, Timestamp(seconds: Int64(task.deadline))) }
    if task.retention > 0 { add(.retention, text: Span(seconds: task.retention).text) }
    if let due { add(.due, due) }
    if let key = task.serialKey { add(.serial, text: key) }
    let others = task.headers.filter { $0.key != Task.serialHeader }
    if !others.isEmpty { add(.headers, list: others.map { "\($0.key)=\($0.value)" }.sorted()) }
    more()
    end()
  }
}

extension Order {
  /// What a record asks to be queued; what it does not say is as in `usual`. `id` names a task that
  /// has no name.
  package init(_ record: Record, usual: Order, _ id: () -> String) throws(Failure) {
    self = usual
    task.id = try record.text(.id) ?? (usual.task.id.isEmpty ? id() : usual.task.id)
    task.queue = try record.text(.queue) ?? usual.task.queue
    task.type = try record.text(.taskType) ?? usual.task.type
    if record.has(.payload) { task.payload = try record.content(.payload) }
    task.retries = try record.integer(.maxRetry) ?? usual.task.retries
    if let span = try record.span(.timeout) { task.timeout = span.wholeSeconds }
    if let time = try record.time(.deadline) { task.deadline = Int(time.roundedUp.seconds) }
    if let span = try record.span(.retention) { task.retention = span.wholeSeconds }
    due = try record.time(.due) ?? usual.due
    if let flag = try record.flag(.unique) { uniqueness = flag ? .open : .none }
    if let span = try record.span(.uniqueFor) { uniqueness = .atMost(span.wholeSeconds) }
    if let key = try record.text(.serial) { task.serialKey = key }
    for header in try record.list(.headers) ?? [] { try task.add(header: header) }
  }
}

extension Task {
  /// Adds a header given as NAME=VALUE.
  package mutating func add(header: String) throws(Failure) {
    guard let equals = header.firstIndex(of: "="), equals > header.startIndex else {
      throw Failure(.data, "", "member \"headers\" must be an array of NAME=VALUE")
    }
    headers[String(header[..<equals])] = String(header[header.index(after: equals)...])
  }

  /// Why the task cannot be queued, if it cannot.
  package var objection: String? {
    if id.isBlank { return "the id is blank" }
    if queue.isBlank { return "the name of the queue is blank" }
    if type.isBlank { return "the type is missing" }
    return nil
  }
}

extension String {
  fileprivate var isBlank: Bool { unicodeScalars.allSatisfy { $0.properties.isWhitespace } }
}

extension Record {
  fileprivate func span(_ member: Member) throws(Failure) -> Span? {
    guard let text = try text(member) else { return nil }
    guard let span = Span(text: text) else {
      throw Failure(.data, "", "member \"\(member.name)\" must be a length of time such as 5m")
    }
    return span
  }
}

extension Span {
  package init(seconds: Int) {
    let (product, isOver) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    self.init(nanoseconds: isOver ? .max : product)
  }

  /// In seconds, rounded up: what is asked for is not cut short.
  package var wholeSeconds: Int {
    Int(nanoseconds / 1_000_000_000) + (nanoseconds % 1_000_000_000 > 0 ? 1 : 0)
  }
}

extension Timestamp {
  /// The next whole second, if it is not one.
  package var roundedUp: Timestamp {
    nanoseconds > 0 ? Timestamp(seconds: seconds + 1) : self
  }
}
