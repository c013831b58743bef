package import Values

/// Which bytes of a path stand for themselves in a URL; all others are written as `%XX`.
package enum Escaping: String, CaseIterable, Sendable {
  /// Letters, digits and `-_.~`: what every player takes.
  case full
  /// What OpenList leaves as it is besides: `$&+=:@`.
  case server
  /// All.
  case none

  /// The bytes below 128 that stand for themselves, the slash among them.
  private var plain: (low: UInt64, high: UInt64) {
    let letters: UInt64 = 0x07FF_FFFE_07FF_FFFE
    let marks: UInt64 = 1 << (0x5F - 64) | 1 << (0x7E - 64)
    let digits: UInt64 = 0x03FF << 48 | 1 << 0x2D | 1 << 0x2E | 1 << 0x2F
    return switch self {
    case .full: (digits, letters | marks)
    case .server:
      (digits | 1 << 0x24 | 1 << 0x26 | 1 << 0x2B | 1 << 0x3D | 1 << 0x3A, letters | marks | 1)
    case .none: (.max, .max)
    }
  }

  /// Appends bytes, escaped; `withSlashes` escapes slashes too.
  package func append(
    _ bytes: UnsafeRawBufferPointer, to out: Buffer, withSlashes: Bool = false
  ) {
    if self == .none { return out.append(bytes) }
    var (low, high) = plain
    if withSlashes {
      low &= ~(1 << 0x2F)
      // A path that is one part of a URL keeps nothing that could be taken for a mark of the URL.
      high &= ~1
    }
    var place = out.reserve(bytes.count * 3)
    let start = place
    for byte in bytes {
      let set = byte < 64 ? low : byte < 128 ? high : 0
      if set >> UInt64(byte & 63) & 1 == 1 {
        place[0] = byte
        place += 1
      } else {
        place[0] = UInt8(ascii: "%")
        place[1] = Escaping.digit(byte >> 4)
        place[2] = Escaping.digit(byte & 15)
        place += 3
      }
    }
    out.count += place - start
  }

  @inline(__always)
  private static func digit(_ number: UInt8) -> UInt8 {
    number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "A") + number - 10
  }
}
