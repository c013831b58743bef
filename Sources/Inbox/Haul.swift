package import Core
package import Records
internal import System
package import Values

/// Events that a run has taken, which nobody else can take until it lets go of them.
package final class Haul {
  /// A whole section of events: head, events in the order in which they came, tail. One that was
  /// told twice in a row is there once.
  package let section: Path
  /// How many events there are.
  package private(set) var count = 0
  /// Lines that were no events, and were left out.
  package private(set) var flaws = 0

  /// Held until we let go.
  private var lock: Descriptor?
  private let folder: Folder
  private let slot: Slot

  init(_ lock: consuming Descriptor, _ folder: Folder, _ slot: Slot, _ section: Path) {
    self.lock = consume lock
    self.folder = folder
    self.slot = slot
    self.section = section
  }

  /// Says that all of them have been acted on: they go.
  package func done() throws(Failure) {
    do throws(SystemError) {
      try folder.discard(slot.taken)
    } catch {
      throw error.failure(slot.taken)
    }
    try giveBack()
  }

  /// Leaves them to the next run.
  package func giveBack() throws(Failure) {
    try discardSection()
    lock = nil
  }

  /// Calls `body` with each of the events.
  package func forEach(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
    let file = try folder.open(slot.section, creates: false)
    let input = Input(file.number, "\(slot.section)")
    let parser = Parser()
    while let line = try input.next() {
      let record = try parser.parse(line)
      if record.kind == .event { try body(record) }
    }
  }

  /// Leaves those to the next run that are wanted, and lets the others go; how many are left.
  package func giveBack(
    keeping isWanted: (Record) throws(Failure) -> Bool
  ) throws(Failure) -> Int {
    do throws(SystemError) { try folder.discard(slot.merged) } catch {
      throw error.failure(slot.merged)
    }
    let kept = try folder.open(slot.merged, creates: true)
    let output = Output(kept.number, "\(slot.merged)")
    var left = 0
    try forEach { (record) throws(Failure) in
      guard try isWanted(record) else { return }
      left += 1
      Writer(output.buffer).forward(record)
      try output.settle()
    }
    try output.flush()
    do throws(SystemError) {
      try kept.sync()
      try folder.replace(slot.taken, by: slot.merged)
      try folder.sync()
    } catch {
      throw error.failure(slot.taken)
    }
    if left > 0 { try giveBack() } else { try done() }
    return left
  }

  private func discardSection() throws(Failure) {
    do throws(SystemError) { try folder.discard(slot.section) } catch {
      throw error.failure(slot.section)
    }
  }

  /// Writes the section; false if there are no events after all.
  func compose(root: Path) throws(Failure) -> Bool {
    try discardSection()
    guard try folder.size(of: slot.taken) != nil else { return false }
    let source = try folder.open(slot.taken, creates: false)
    let target = try folder.open(slot.section, creates: true)
    let output = Output(target.number, "\(slot.section)")
    let writer = Writer(output.buffer)
    writer.begin(.head)
    writer.add(.version, 1)
    writer.add(.tool, "s4l-hook")
    writer.add(.view, "events")
    writer.add(.root, name: root)
    writer.end()
    try copy(source.number, to: output)
    writer.begin(.tail)
    writer.add(.complete, true)
    writer.add(.records, count)
    writer.end()
    try output.flush()
    if count == 0 { try done() }
    return count > 0
  }

  private func copy(_ source: Int32, to output: Output) throws(Failure) {
    let input = Input(source, "\(slot.taken)")
    let parser = Parser()
    var last: [UInt8] = []
    while let line = try input.next() {
      if last.elementsEqual(line) { continue }
      guard Haul.isEvent(line, parser) else {
        flaws += 1
        continue
      }
      last = Array(line)
      count += 1
      output.buffer.append(line)
      output.buffer.append(10)
      try output.settle()
    }
  }

  /// Whether a line is an event: a machine that lost its power may have left what is none.
  private static func isEvent(_ line: UnsafeRawBufferPointer, _ parser: Parser) -> Bool {
    do throws(Failure) {
      let record = try parser.parse(line)
      let what = try record.text(.event)
      return record.kind == .event && record.path != nil && what != nil
    } catch {
      return false
    }
  }
}
