/// A growing run of bytes at a fixed owner, for code that handles millions of records.
///
/// A class over raw memory rather than an array: appending neither checks for uniqueness nor zeroes
/// first, which is half the cost of writing a short record. It belongs to one thread at a time.
package final class Buffer {
  package private(set) var base: UnsafeMutablePointer<UInt8>
  package private(set) var capacity: Int
  @usableFromInline package var count = 0

  package init(capacity: Int = 4_096) {
    self.capacity = max(capacity, 64)
    base = .allocate(capacity: self.capacity)
  }

  deinit {
    base.deallocate()
  }

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  package func clear() {
    count = 0
  }

  /// Makes room for `extra` bytes and returns where they go; `count` grows when they are there.
  @inline(__always)
  package func reserve(_ extra: Int) -> UnsafeMutablePointer<UInt8> {
    if capacity - count < extra { grow(extra) }
    return base + count
  }

  @inline(never)
  private func grow(_ extra: Int) {
    let larger = max(capacity * 2, count + extra)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }

  @inline(__always)
  package func append(_ byte: UInt8) {
    reserve(1)[0] = byte
    count += 1
  }

  @inline(__always)
  package func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    UnsafeMutableRawPointer(reserve(bytes.count)).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }

  @inline(__always)
  package func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { append($0) }
  }

  package func append(integer: Int) {
    count += Buffer.write(integer, to: reserve(20))
  }

  /// Writes a number in at most 20 digits and returns how many there are.
  package static func write(_ integer: Int, to out: UnsafeMutablePointer<UInt8>) -> Int {
    var width = integer < 0 ? 2 : 1
    var limit: UInt = 10
    while integer.magnitude >= limit {
      width += 1
      if width == 20 { break }
      limit *= 10
    }
    var rest = integer.magnitude
    for place in stride(from: width - 1, through: integer < 0 ? 1 : 0, by: -1) {
      out[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    if integer < 0 { out[0] = UInt8(ascii: "-") }
    return width
  }

  /// Drops the first `length` bytes.
  package func removeFirst(_ length: Int) {
    count -= length
    UnsafeMutableRawPointer(base).copyMemory(from: base + length, byteCount: count)
  }
}
