package import Core
package import Values

/// The codes of a second factor, which both sides make of one seed and the time: RFC 6238 with
/// SHA-1, thirty seconds and six digits, as every server and every phone has it.
package struct OneTimeCode: Sendable {
  private let seed: Secret

  private static let period: Int64 = 30

  /// The seed in base32; nil if it is not.
  package init?(_ text: Secret) {
    guard let seed = text.reveal({ Base32.decode($0) }) else { return nil }
    self.seed = Secret(seed)
  }

  package func code(at now: Timestamp) -> String {
    let digits = "\(number(at: now) % 1_000_000)"
    return String(repeating: "0", count: 6 - digits.utf8.count) + digits
  }

  /// The number whose last digits are the code (RFC 4226, 5.3).
  func number(at now: Timestamp) -> UInt32 {
    let step = UInt64(max(now.seconds, 0) / OneTimeCode.period).bigEndian
    let code = seed.reveal { SHA1.code(key: $0, withUnsafeBytes(of: step) { Array($0) }) }
    let start = Int(code[19] & 15)
    return code[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
  }
}

/// SHA-1, for one-time codes alone: there it is still what everybody uses, and no less safe for
/// that. It is told here, a few dozen bytes at a time, as libcrypto's costs more than it saves.
enum SHA1 {
  /// HMAC-SHA-1 (RFC 2104).
  static func code(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let short = key.count > 64 ? digest(key) : key
    let block = short + [UInt8](repeating: 0, count: 64 - short.count)
    return digest(block.map { $0 ^ 0x5c } + digest(block.map { $0 ^ 0x36 } + message))
  }

  static func digest(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += withUnsafeBytes(of: (UInt64(message.count) * 8).bigEndian) { Array($0) }
    for start in stride(from: 0, to: padded.count, by: 64) {
      mix(padded[start..<start + 64], into: &state)
    }
    return state.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
  }

  private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    var words: [UInt32] = stride(from: block.startIndex, to: block.endIndex, by: 4).map { at in
      block[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
    for at in 16..<80 {
      words.append(turned(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], 1))
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for (at, word) in words.enumerated() {
      let (choice, constant): (UInt32, UInt32) =
        switch at {
        case ..<20: (b & c | ~b & d, 0x5A82_7999)
        case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
      let next = turned(a, 5) &+ choice &+ e &+ constant &+ word
      (a, b, c, d, e) = (next, a, turned(b, 30), c, d)
    }
    for (place, word) in [a, b, c, d, e].enumerated() { state[place] &+= word }
  }

  private static func turned(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    word << bits | word >> (32 - bits)
  }
}
