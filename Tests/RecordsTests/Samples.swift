import Core
import Doubles
import Records
import Values

/// Reads a line and looks at it while it is there.
func reading<Answer>(_ line: [UInt8], _ look: (Record) throws -> Answer) throws -> Answer {
  let parser = Parser()
  return try line.withUnsafeBytes { try look(try parser.parse($0)) }
}

func reading<Answer>(_ line: String, _ look: (Record) throws -> Answer) throws -> Answer {
  try reading(Array(line.utf8), look)
}

/// What is written by a few calls of a writer.
func written(_ body: (Writer) -> Void) -> [UInt8] {
  let out = Buffer()
  body(Writer(out))
  return Array(out.bytes)
}

/// Names that have broken programs before.
let hostileNames: [[UInt8]] = [
  Array("plain".utf8), Array("with \"quotes\" and \\".utf8), Array("line\nfeed\ttab\r".utf8),
  Array("caf\u{e9}".utf8), Array("cafe\u{301}".utf8), Array("\u{1F600}\u{10FFFF}".utf8),
  [0xFF], [0xC3], [0x61, 0x80, 0x62], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80],
  [0x1B, 0x5B, 0x33, 0x31, 0x6D], [0x7F], [0xC2, 0x85], Array("\u{2028}\u{FEFF}".utf8),
  [UInt8](repeating: 0x61, count: 255), [UInt8](repeating: 0xE9, count: 255),
  Array(repeating: [UInt8](repeating: 0x62, count: 255), count: 16).joined(separator: [0x2F]) + [],
  Array(0x01...0x1F), [0x20], [0x2E], [0x00, 0x61],
]
