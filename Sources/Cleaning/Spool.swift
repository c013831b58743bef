package import Core
package import Records
internal import System
internal import Values

/// Records that wait for the end of their section: in memory while they are few, then in a file.
package final class Spool {
  static let bound = 1 << 20

  private let waiting = Buffer()
  private var scratch: Scratch?
  private var output: Output?
  package private(set) var count = 0

  package init() {}

  package func append(_ record: Record) throws(Failure) {
    Writer(waiting).forward(record)
    try settle()
  }

  /// Appends what `body` writes, one line.
  package func append(_ body: (Writer) -> Void) throws(Failure) {
    body(Writer(waiting))
    try settle()
  }

  private func settle() throws(Failure) {
    count += 1
    if waiting.count >= Spool.bound { try spill() }
  }

  private func spill() throws(Failure) {
    if output == nil {
      let scratch = try Scratch()
      output = Output(scratch.descriptor, "temporary file")
      self.scratch = scratch
    }
    guard let output else { return }
    output.buffer.append(waiting.bytes)
    try output.flush()
    waiting.clear()
  }

  /// Goes through all records in the order they came, until `body` says false.
  package func forEach(_ body: (Record) throws(Failure) -> Bool) throws(Failure) {
    let parser = Parser()
    if let scratch {
      try spill()
      try scratch.rewind()
      let input = Input(scratch.descriptor, "temporary file")
      while let line = try input.next() {
        guard try body(try parser.parse(line)) else { return }
      }
      return
    }
    var start = 0
    let all = waiting.bytes
    while start < all.count {
      let end = all[start...].firstIndex(of: 10) ?? all.count
      guard try body(try parser.parse(UnsafeRawBufferPointer(rebasing: all[start..<end]))) else {
        return
      }
      start = end + 1
    }
  }
}
