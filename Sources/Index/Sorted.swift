internal import Values

/// An entry as a row of bytes that sorts by its path: the path, a NUL, and the rest.
struct Sorted {
  let path: UnsafeRawBufferPointer
  let size: Int
  let time: Timestamp
  let hash: [UInt8]

  static func row(
    _ path: UnsafeRawBufferPointer, _ size: Int, _ time: Timestamp, _ hash: [UInt8]
  ) -> [UInt8] {
    var row = Array(path)
    row.append(0)
    for number in [Int64(size), time.seconds, Int64(time.nanoseconds)] {
      withUnsafeBytes(of: number) { row.append(contentsOf: $0) }
    }
    return row + hash
  }

  /// Looks at a row where it lies.
  init(_ row: Buffer) {
    let bytes = row.bytes
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    path = UnsafeRawBufferPointer(rebasing: bytes[..<end])
    func number(_ place: Int) -> Int64 {
      let at = end + 1 + place * 8
      return at + 8 <= bytes.count ? bytes.loadUnaligned(fromByteOffset: at, as: Int64.self) : 0
    }
    size = Int(number(0))
    time = Timestamp(seconds: number(1), nanoseconds: Int32(truncatingIfNeeded: number(2)))
    hash = end + 25 <= bytes.count ? Array(bytes[(end + 25)...]) : []
  }
}
