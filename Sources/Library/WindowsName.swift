internal import Values

/// Names as Windows takes them.
///
/// In place of each letter that it does not take stands one that looks like it, so that no two
/// names become one: the full-width form, or the picture of a control character or a blank.
enum WindowsName {
  /// Rewrites what stands in `out` from `start` on.
  static func sanitise(from start: Int, _ out: Buffer) {
    let name = Array(out.bytes[start...])
    let isTaken = isReserved(name)
    let isOpen = name.last == 0x20 || name.last == 0x2E
    guard isTaken || isOpen || name.contains(where: isForbidden) else { return }
    out.count = start
    for (place, byte) in name.enumerated() {
      let isEdge = place == 0 && isTaken || place == name.count - 1 && isOpen
      if byte < 0x20 || isEdge && byte == 0x20 {
        append(0x2400 + UInt32(byte), to: out)
      } else if isEdge || isForbidden(byte) {
        append(0xFF00 + UInt32(byte) - 0x20, to: out)
      } else {
        out.append(byte)
      }
    }
  }

  private static func append(_ code: UInt32, to out: Buffer) {
    out.append(UInt8(0xE0 | code >> 12))
    out.append(UInt8(0x80 | code >> 6 & 0x3F))
    out.append(UInt8(0x80 | code & 0x3F))
  }

  private static func isForbidden(_ byte: UInt8) -> Bool {
    byte < 0x20 || "\\:*?\"<>|".utf8.contains(byte)
  }

  private static let devices = ["con", "prn", "aux", "nul", "conin$", "conout$"].map {
    Array($0.utf8)
  }
  private static let ports = ["com", "lpt"].map { Array($0.utf8) }
  /// The digits that number a port; some of those written small count too.
  private static let numbers = "123456789\u{B9}\u{B2}\u{B3}".map { Array(String($0).utf8) }

  /// Whether it is called like a device, which has that name in every folder and with any
  /// extension, blanks before that not counted.
  private static func isReserved(_ name: [UInt8]) -> Bool {
    var stem = name.prefix { $0 != UInt8(ascii: ".") }
    while stem.last == 0x20 { stem.removeLast() }
    guard (3...7).contains(stem.count) else { return false }
    let lower = stem.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
    if devices.contains(lower) { return true }
    return ports.contains(Array(lower.prefix(3))) && numbers.contains(Array(lower.dropFirst(3)))
  }
}
