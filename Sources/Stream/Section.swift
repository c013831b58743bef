package import Core
package import Records
package import System
package import Values

/// Writes one section after another: a head, records that are counted, a tail that tells the count.
///
/// No tool writes a head or a tail on its own, so none can claim more than it saw.
package final class Section {
  package let output: Output
  package let writer: Writer
  private let tool: String
  private var isOpen = false
  private var tally = Tally()
  private var told = Tail()
  /// What has gone wrong with single items so far, in all sections.
  package private(set) var status = Status.success

  package init(_ output: Output, tool: String) {
    self.output = output
    self.tool = tool
    writer = Writer(output.buffer)
  }

  package func open(_ head: Head) throws(Failure) {
    head.write(writer, tool: tool)
    tally = Tally()
    told = Tail()
    isOpen = true
    try output.settle()
  }

  /// Closes the section, restating what the section it was made from counted.
  package func close(isComplete: Bool, restating input: Tail = Tail()) throws(Failure) {
    guard isOpen else { return try output.flush() }
    var tail = told
    tail.isComplete = isComplete
    tail.records = tally.records
    tail.entries = tally.entries
    tail.bytes = tally.bytes
    tail.holes = tally.holes
    tail.restate(input)
    tail.write(writer)
    isOpen = false
    try output.flush()
  }

  /// Sets members of the tail that the tool itself counts.
  package func tell(_ body: (inout Tail) -> Void) {
    body(&told)
  }

  /// Writes an entry or a change of a number of bytes.
  @inline(__always)
  package func entry(
    _ kind: Kind = .entry, bytes: Int, _ members: (Writer) -> Void
  ) throws(Failure) {
    tally.entry(bytes: bytes)
    writer.begin(kind)
    members(writer)
    writer.end()
    try output.settle()
  }

  /// Writes an event, which is no file of the section.
  package func event(_ members: (Writer) -> Void) throws(Failure) {
    tally.records += 1
    writer.begin(.event)
    members(writer)
    writer.end()
    try output.settle()
  }

  /// Writes what became of an item.
  package func outcome(ok: Bool, bytes: Int, _ members: (Writer) -> Void) throws(Failure) {
    if !ok { status = status.joined(with: .partial) }
    tally.entry(bytes: bytes)
    writer.begin(.outcome)
    members(writer)
    writer.end()
    try output.settle()
  }

  /// Writes that nothing is known of a path and what lies below it. A hole that was `chosen`
  /// protects like any other, but is nobody's failure.
  package func hole(
    _ path: UnsafeRawBufferPointer, kind: HoleKind, reason: String
  ) throws(Failure) {
    writer.hole(path, kind: kind, reason: reason, &tally)
    note(tally.status)
    try output.settle()
  }

  package func hole(_ path: Path, kind: HoleKind, reason: String) throws(Failure) {
    writer.hole(path, kind: kind, reason: reason, &tally)
    note(tally.status)
    try output.settle()
  }

  /// Takes over records that were written elsewhere.
  package func take(_ bytes: UnsafeRawBufferPointer, _ other: Tally) throws(Failure) {
    count(other)
    output.buffer.append(bytes)
    try output.settle()
  }

  /// Writes a record of another kind, which `members` begins and ends.
  package func record(_ members: (Writer) -> Void) throws(Failure) {
    tally.records += 1
    members(writer)
    try output.settle()
  }

  /// Passes on a record that is not the tool's own, and what it says of the run.
  @inline(__always)
  package func forward(_ record: Record) throws(Failure) {
    tally.records += 1
    switch record.kind {
    case .entry, .change, .outcome:
      tally.entries += 1
      tally.bytes &+= try record.integer(.size) ?? 0
      if record.kind == .outcome, try record.flag(.ok) == false {
        status = status.joined(with: .partial)
      }
    case .hole:
      tally.holes += 1
      if !record.holds(.kind, "chosen") { status = status.joined(with: .partial) }
    case .event, .head, .tail, .task, .verdict, .record, .summary, .progress, .other: break
    }
    writer.forward(record)
    try output.settle()
  }

  /// Counts records that were put into the section's buffer directly.
  package func count(_ other: Tally) {
    tally.add(other)
    note(other.status)
  }

  package func note(_ status: Status) {
    self.status = self.status.joined(with: status)
  }
}

/// Why nothing is known of a path.
package enum HoleKind: Equatable, Sendable {
  /// The user asked not to look: a depth limit, another file system, a link, a special file.
  case chosen
  case failed(Failure.Kind)

  package var name: String {
    switch self {
    case .chosen: "chosen"
    case .failed(let kind): kind.rawValue
    }
  }
}

extension Writer {
  /// Writes a hole, and counts it.
  package func hole(
    _ path: UnsafeRawBufferPointer, kind: HoleKind, reason: String, _ tally: inout Tally
  ) {
    if kind != .chosen { tally.status = tally.status.joined(with: .partial) }
    tally.records += 1
    tally.holes += 1
    begin(.hole)
    add(.path, name: path)
    add(.kind, text: kind.name)
    add(.reason, text: reason)
    end()
  }

  package func hole(_ path: Path, kind: HoleKind, reason: String, _ tally: inout Tally) {
    path.bytes.withUnsafeBytes { hole($0, kind: kind, reason: reason, &tally) }
  }
}
