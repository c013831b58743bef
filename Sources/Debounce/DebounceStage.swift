package import Core
package import Records
package import Stream
package import System
internal import Values

/// Holds records back until it is quiet, in the sections where that has a meaning: those of events,
/// and streams without a head. All other sections pass.
///
/// Its own are events, and entries; or, with a key, whatever has that member. What is not its own
/// passes at once, but not past a record of the same path. What is held goes before the tail.
package final class DebounceStage: Stage {
  package struct Choices {
    /// The member whose value is the key; nil for events by their path.
    package var key: String?
    package var quiet: Int64
    package var most: Int64
    package var limit = EventPool.Limit(events: 100_000, bytes: 64 << 20)

    package init(quiet: Int64, most: Int64) {
      self.quiet = quiet
      self.most = most
    }
  }

  private let key: String?
  private let section: Section
  private let errand: Errand?
  private let loop: Loop
  private let log: Log
  private let clock: () -> Int64
  private let parser = Parser()
  private let line = Buffer()
  private var events: EventPool
  private var keys: KeyPool
  private var holds = true
  private var isDry = false
  private var hasSaidFull = false
  private var seen = 0

  /// With an errand, records are held until it is the errand's time.
  package init(
    _ choices: Choices, _ section: Section, _ errand: Errand?, _ loop: Loop, _ log: Log,
    clock: @escaping () -> Int64
  ) {
    key = choices.key
    let isErrand = errand != nil
    let quiet = isErrand ? Pool<Int>.never : choices.quiet
    let most = isErrand ? Pool<Int>.never : choices.most
    events = EventPool(quiet: quiet, most: most, limit: choices.limit)
    keys = KeyPool(quiet: quiet, most: most, limit: choices.limit)
    self.section = section
    self.errand = errand
    self.loop = loop
    self.log = log
    self.clock = clock
    errand?.flush = { [unowned self] () throws(Failure) in try self.flush() }
  }

  package func begin(_ head: inout Head) throws(Failure) {
    holds = head.view == .events
    isDry = head.isDry
    if isDry, errand != nil { log.notice("dry run: the command does not run") }
  }

  package func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    let now = clock()
    if !isDry { errand?.saw(at: now) }
    var isOurs = holds ? try hold(record, at: now) : false
    if let errand, !isOurs {
      // Whatever it is, it is what the errand is for.
      try section.forward(record)
      if !isDry { try errand.tell { $0.forward(record) } }
      isOurs = true
    }
    try pulse(now)
    return isOurs
  }

  package func end(_ ending: Ending, _ section: Section) throws(Failure) { try flush() }

  /// Lets time pass until the file can be read, or we are told to stop.
  package func wait(for file: Int32) throws(Failure) {
    var isReady = false
    loop.watch(file, .reading) { _ in isReady = true }
    defer { loop.forget(file) }
    while !isReady, !Interrupt.isRequested {
      try tick(at: clock())
      try section.output.flush()
      let due = [events.due(), keys.due(), errand?.due].compactMap { $0 }.min()
      let timer = due.map { loop.after($0 - clock()) {} }
      try loop.turn(mayWait: true)
      if let timer { loop.cancel(timer) }
    }
  }

  /// An input that never makes us wait must not keep anyone waiting either.
  private func pulse(_ now: Int64) throws(Failure) {
    seen += 1
    guard seen % 64 == 0 else { return }
    try tick(at: now)
    if errand != nil { try loop.turn(mayWait: false) }
  }

  private func tick(at now: Int64) throws(Failure) {
    try tell(events.tick(at: now))
    try tell(keys.tick(at: now))
    try errand?.tick(at: now)
  }

  private func flush() throws(Failure) {
    try tell(events.flush())
    try tell(keys.flush())
  }
}

// MARK: From records to what is held, and back

extension DebounceStage {
  /// Whether the record is held from now on; if not, nothing that it must not pass is held.
  private func hold(_ record: Record, at now: Int64) throws(Failure) -> Bool {
    if let key {
      guard let value = try record.key(key) else { return false }
      try tell(keys.saw(bytes(of: record), key: value, at: now))
    } else {
      guard let path = record.path.map({ Path($0) }) else { return false }
      let root = try record.name(.root)
      guard let name = try record.eventName else {
        try tell(events.yield(to: Place(path, below: root)))
        if record.has(.event), let to = try record.name(.to) {
          try tell(events.yield(to: Place(to, below: root)))
        }
        return false
      }
      let to = name == .rename ? try record.name(.to) : nil
      let event = Event(name, root: root, path: path, to: to, line: bytes(of: record))
      try tell(events.saw(event, at: now))
    }
    if !hasSaidFull, events.wasFull || keys.wasFull {
      hasSaidFull = true
      log.warn("more is held than there is room for: the eldest records go early")
    }
    return true
  }

  private func bytes(of record: Record) -> [UInt8] {
    line.clear()
    Writer(line).forward(record)
    return Array(line.bytes.dropLast())
  }

  private func tell(_ told: [Told]) throws(Failure) {
    for told in told {
      var caught: Failure?
      told.line.withUnsafeBytes { line in
        do throws(Failure) { try tell(told, parser.parse(line)) } catch { caught = error }
      }
      if let caught { throw caught }
    }
  }

  private func tell(_ told: Told, _ record: Record) throws(Failure) {
    if told.name == nil, told.path == nil {
      try section.forward(record)
      if !isDry { try errand?.tell { $0.forward(record) } }
    } else {
      try section.event { told.write(record, $0) }
      if !isDry {
        try errand?.tell { writer in
          writer.begin(.event)
          told.write(record, writer)
          writer.end()
        }
      }
    }
  }
}

extension Told {
  /// Writes the members of a record, but for what is told otherwise.
  fileprivate func write(_ record: Record, _ writer: Writer) {
    writer.copy(record, except: dropped)
    if let path { writer.add(.path, name: path) }
    if let name { writer.add(.event, text: name.rawValue) }
  }

  private var dropped: Members {
    var dropped: Members = []
    if path != nil { dropped = dropped.union([.path]) }
    if name != nil { dropped = dropped.union([.event]) }
    // Only a rename has another path.
    return name == nil ? dropped : dropped.union([.to])
  }
}

extension Record {
  /// What it says of its path; nil if it is nothing that could be held for its sake.
  fileprivate var eventName: Event.Name? {
    get throws(Failure) {
      if kind == .entry {
        // What is held must not turn out to be malformed when it goes.
        _ = try integer(.size)
        return .entry
      }
      guard kind == .event, let text = try text(.event), let name = Event.Name(rawValue: text)
      else { return nil }
      return name == .entry || name == .rename && !has(.to) ? nil : name
    }
  }

  /// The value of a member of any name as a key; nil if the record has none.
  fileprivate func key(_ name: String) throws(Failure) -> [UInt8]? {
    if let member = Member.allCases.first(where: { $0.name == name }) { return try content(member) }
    if let text = text(undeclared: name) { return [UInt8(ascii: "\"")] + Array(text.utf8) }
    guard let raw = raw(undeclared: name), !raw.elementsEqual("null".utf8) else { return nil }
    return Array(raw)
  }
}
