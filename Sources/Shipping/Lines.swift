/// Lines of bytes.
package enum Lines {
  /// Takes the whole lines from the front of what was read, and leaves what is none yet.
  package static func taken(from bytes: inout [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: 10) {
      lines.append(Array(bytes[start..<end]))
      start = end + 1
    }
    bytes.removeFirst(start)
    return lines
  }
}
