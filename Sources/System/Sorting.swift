package import Core
internal import Glibc
package import Values

/// Rows of bytes in byte order: in memory while they are few, then by merging sorted runs in a
/// file.
package final class Sorting {
  /// How much memory rows usually take before they are written to a file.
  package static let bound = 2 << 20
  private static let window = 16_384

  private struct Row {
    var offset: Int
    var count: Int
  }

  /// A sorted run in the file, seen through a window.
  private final class Run {
    private let file: Int32
    private var offset: Int
    private let end: Int
    private let seen = Buffer(capacity: Sorting.window)
    private var at = 0
    private(set) var row: [UInt8] = []

    init(_ file: Int32, from offset: Int, to end: Int) {
      self.file = file
      self.offset = offset
      self.end = end
    }

    func advance() throws(Failure) -> Bool {
      if offset == end, at == seen.count { return false }
      try need(4)
      var count: UInt32 = 0
      withUnsafeMutableBytes(of: &count) { $0.copyBytes(from: seen.bytes[at..<at + 4]) }
      at += 4
      try need(Int(count))
      row = Array(seen.bytes[at..<at + Int(count)])
      at += Int(count)
      return true
    }

    private func need(_ count: Int) throws(Failure) {
      while seen.count - at < count {
        seen.removeFirst(at)
        at = 0
        let wanted = min(max(Sorting.window, count) - seen.count, end - offset)
        let got = wanted > 0 ? pread(file, seen.reserve(wanted), wanted, off_t(offset)) : 0
        if got < 0 { throw Failure(errno: errno, "temporary file") }
        if got == 0 { throw Failure(.io, "temporary file", "it is shorter than was written") }
        seen.count += got
        offset += got
      }
    }
  }

  private let letters = Buffer()
  private var rows: [Row] = []
  private var scratch: Scratch?
  private var output: Output?
  private var written = 0
  private var ends: [Int] = []
  private var runs: [Run] = []
  private var place = 0
  private let bound: Int
  package private(set) var count = 0

  /// With a bound of its own for the memory that the rows take.
  package init(bound: Int = Sorting.bound) {
    self.bound = bound
  }

  /// How many bytes the rows take in memory.
  package var weight: Int { letters.count + rows.count * MemoryLayout<Row>.stride }

  package func add(_ row: [UInt8]) throws(Failure) {
    try row.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try add(UnsafeRawBufferPointer(bytes))
    }
  }

  package func add(_ row: UnsafeRawBufferPointer) throws(Failure) {
    rows.append(Row(offset: letters.count, count: row.count))
    letters.append(row)
    count += 1
    if weight >= bound { try spill() }
  }

  private func sort() {
    let base = letters.base
    rows.sort { one, other in
      let order = memcmp(base + one.offset, base + other.offset, min(one.count, other.count))
      return order != 0 ? order < 0 : one.count < other.count
    }
  }

  private func spill() throws(Failure) {
    if output == nil {
      let scratch = try Scratch()
      output = Output(scratch.descriptor, "temporary file")
      self.scratch = scratch
    }
    guard let output else { return }
    sort()
    for row in rows {
      withUnsafeBytes(of: UInt32(row.count)) { output.buffer.append($0) }
      output.buffer.append(
        UnsafeRawBufferPointer(start: letters.base + row.offset, count: row.count))
      written += 4 + row.count
      try output.settle()
    }
    try output.flush()
    ends.append(written)
    rows.removeAll(keepingCapacity: true)
    letters.clear()
  }

  /// Ends the adding; then `next` gives the rows.
  package func finish() throws(Failure) {
    guard let scratch else { return sort() }
    try spill()
    var start = 0
    for end in ends {
      let run = Run(scratch.descriptor, from: start, to: end)
      if try run.advance() { runs.append(run) }
      start = end
    }
    for place in stride(from: runs.count / 2, through: 0, by: -1) { sink(place) }
  }

  package func next() throws(Failure) -> [UInt8]? {
    let buffer = Buffer(capacity: 256)
    return try next(into: buffer) ? Array(buffer.bytes) : nil
  }

  /// Fills a buffer with the next row; false if there is none.
  package func next(into buffer: Buffer) throws(Failure) -> Bool {
    buffer.clear()
    guard scratch != nil else {
      guard place < rows.count else { return false }
      let row = rows[place]
      place += 1
      buffer.append(UnsafeRawBufferPointer(start: letters.base + row.offset, count: row.count))
      return true
    }
    guard let first = runs.first else { return false }
    buffer.append(first.row)
    if try !first.advance() {
      runs[0] = runs[runs.count - 1]
      runs.removeLast()
    }
    sink(0)
    return true
  }

  private func sink(_ place: Int) {
    var place = place
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < runs.count && runs[child].row.lexicographicallyPrecedes(runs[least].row) {
        least = child
      }
      if least == place { return }
      runs.swapAt(place, least)
      place = least
    }
  }
}

/// A row that is found by its key: a name, which holds no NUL, a NUL, and what belongs to it.
package enum Keyed {
  package static func row(_ key: [UInt8], _ rest: some Sequence<UInt8>) -> [UInt8] {
    var row = key
    row.append(0)
    row.append(contentsOf: rest)
    return row
  }

  package static func split(_ row: [UInt8]) -> (key: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
    let end = row.firstIndex(of: 0) ?? row.endIndex
    return (row[..<end], row[end...].dropFirst())
  }
}
