package import Core
package import Records
package import System
internal import Values

/// Writes one section after another: a head, records that are counted, a tail that tells the count.
///
/// No tool writes a head or a tail on its own, so none can claim more than it saw.
package final class Section {
  package let output: Output
  package let writer: Writer
  private let tool: String
  private var isOpen = false
  private var tail = Tail()
  /// What has gone wrong with single items so far.
  package private(set) var status = Status.success

  package init(_ output: Output, tool: String) {
    self.output = output
    self.tool = tool
    writer = Writer(output.buffer)
  }

  package func open(_ head: Head) throws(Failure) {
    head.write(writer, tool: tool)
    tail = Tail()
    isOpen = true
    try output.settle()
  }

  /// Closes the section, restating what the section it was made from counted.
  package func close(isComplete: Bool, restating input: Tail = Tail()) throws(Failure) {
    guard isOpen else { return try output.flush() }
    tail.isComplete = isComplete
    tail.restate(input)
    tail.write(writer)
    isOpen = false
    try output.flush()
  }

  /// Sets members of the tail that the tool itself counts.
  package func tell(_ body: (inout Tail) -> Void) {
    body(&tail)
  }

  /// Writes an entry or a change of a number of bytes.
  @inline(__always)
  package func entry(
    _ kind: Kind = .entry, bytes: Int, _ members: (Writer) -> Void
  ) throws(Failure) {
    tail.records += 1
    tail.entries += 1
    tail.bytes += bytes
    writer.begin(kind)
    members(writer)
    writer.end()
    try output.settle()
  }

  /// Writes what became of an item.
  package func outcome(ok: Bool, bytes: Int, _ members: (Writer) -> Void) throws(Failure) {
    if !ok { status = status.joined(with: .partial) }
    tail.records += 1
    tail.entries += 1
    tail.bytes += bytes
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
    if kind != .chosen { status = status.joined(with: .partial) }
    tail.records += 1
    tail.holes += 1
    writer.begin(.hole)
    writer.add(.path, name: path)
    writer.add(.kind, text: kind.name)
    writer.add(.reason, text: reason)
    writer.end()
    try output.settle()
  }

  /// Passes on a record that is not the tool's own, and what it says of the run.
  @inline(__always)
  package func forward(_ record: Record) throws(Failure) {
    tail.records += 1
    switch record.kind {
    case .entry, .change, .outcome:
      tail.entries += 1
      tail.bytes += try record.integer(.size) ?? 0
      if record.kind == .outcome, try record.flag(.ok) == false {
        status = status.joined(with: .partial)
      }
    case .hole:
      tail.holes += 1
      if !record.holds(.kind, "chosen") { status = status.joined(with: .partial) }
    case .event, .head, .tail, .task, .record, .summary, .other: break
    }
    writer.forward(record)
    try output.settle()
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
