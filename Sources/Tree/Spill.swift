internal import Core
internal import Glibc
internal import System
internal import Values

/// Sorted runs of one huge folder's names in a scratch file, and their merge.
final class Spill {
  /// A window onto one run.
  final class Run {
    private let file: Int32
    private var offset: Int
    private let end: Int
    private let window = Buffer(capacity: 16_384)
    private var at = 0
    let letters = Buffer(capacity: 264)
    var type: UInt8 = 0

    init(_ file: Int32, from offset: Int, to end: Int) {
      self.file = file
      self.offset = offset
      self.end = end
    }

    /// Steps to the next name; false at the end of the run.
    func advance() throws(Failure) -> Bool {
      if window.count - at < 3 { try refill() }
      if at == window.count { return false }
      let length = Int(window.base[at]) << 8 | Int(window.base[at + 1])
      if window.count - at < 3 + length { try refill() }
      guard window.count - at >= 3 + length else {
        throw Failure(.io, "temporary file", "it is shorter than was written")
      }
      type = window.base[at + 2]
      letters.clear()
      letters.append(UnsafeRawBufferPointer(start: window.base + at + 3, count: length))
      letters.append(0)
      letters.count = length
      at += 3 + length
      return true
    }

    private func refill() throws(Failure) {
      window.removeFirst(at)
      at = 0
      let wanted = min(16_384 - window.count, end - offset)
      guard wanted > 0 else { return }
      let count = pread(file, window.reserve(wanted), wanted, off_t(offset))
      if count < 0 { throw Failure(errno: errno, "temporary file") }
      window.count += count
      offset += count
    }
  }

  private let scratch: Scratch
  private let output: Output
  private var ends: [Int] = []
  private var written = 0
  private var heap: [Run] = []
  private var isFirst = true

  init() throws(Failure) {
    scratch = try Scratch()
    output = Output(scratch.descriptor, "temporary file")
  }

  func write(_ names: Names) throws(Failure) {
    for place in 0..<names.count {
      let entry = names.entries[place]
      output.buffer.append(UInt8(entry.length >> 8))
      output.buffer.append(UInt8(entry.length & 255))
      output.buffer.append(entry.type)
      output.buffer.append(
        UnsafeRawBufferPointer(
          start: names.letters + Int(entry.offset), count: Int(entry.length)))
      written += 3 + Int(entry.length)
      try output.settle()
    }
    try output.flush()
    ends.append(written)
  }

  func startMerge() throws(Failure) {
    var start = 0
    for end in ends {
      let run = Run(scratch.descriptor, from: start, to: end)
      if try run.advance() { heap.append(run) }
      start = end
    }
    for place in stride(from: heap.count / 2, through: 0, by: -1) { sink(place) }
  }

  /// The run whose name comes next; valid until the next call.
  func next() throws(Failure) -> Run? {
    if !isFirst, let top = heap.first {
      if try !top.advance() {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
      }
      sink(0)
    }
    isFirst = false
    return heap.first
  }

  private func precedes(_ one: Run, _ other: Run) -> Bool {
    let order = memcmp(
      one.letters.base, other.letters.base, min(one.letters.count, other.letters.count))
    return order != 0 ? order < 0 : one.letters.count < other.letters.count
  }

  private func sink(_ place: Int) {
    var place = place
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && precedes(heap[child], heap[least]) {
        least = child
      }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}
