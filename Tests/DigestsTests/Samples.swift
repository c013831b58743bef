import Core
import Digests

/// Bytes that look random and are the same in each run.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
  return (0..<count).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return UInt8(truncatingIfNeeded: state >> 32)
  }
}

extension Digest {
  /// The text form of the digest of the text.
  func text(of text: String) throws(Failure) -> String {
    algorithm.text(try value(of: Array(text.utf8)))
  }
}

/// MD5 word by word as RFC 1321 describes it, slow and independent of any library.
func plainMD5(_ message: [UInt8]) -> [UInt8] {
  let turns: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]
  var padded = message + [0x80]
  while padded.count % 64 != 56 { padded.append(0) }
  let bits = UInt64(message.count) * 8
  padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
  var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
  for block in stride(from: 0, to: padded.count, by: 64) {
    let words = (0..<16).map { word in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(padded[block + word * 4 + $1]) << UInt32(8 * $1) }
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    for step in 0..<64 {
      let (mixed, word): (UInt32, Int) =
        switch step / 16 {
        case 0: (b & c | ~b & d, step)
        case 1: (d & b | ~d & c, (5 * step + 1) % 16)
        case 2: (b ^ c ^ d, (3 * step + 5) % 16)
        default: (c ^ (b | ~d), 7 * step % 16)
        }
      let sum = a &+ mixed &+ sines[step] &+ words[word]
      let turn = turns[step / 16][step % 4]
      (a, d, c, b) = (d, c, b, b &+ (sum << turn | sum >> (32 - turn)))
    }
    state = [state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d]
  }
  return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) } }
}

/// The first 32 bits after the point of |sin 1|, |sin 2|, … |sin 64|.
private let sines: [UInt32] = (1...64).map { sineBits(Double($0)) }

private func sineBits(_ angle: Double) -> UInt32 {
  // Reduced to within half a turn, the series of the sine ends below the last bit after 20 terms.
  let turn = 2 * Double.pi
  let x = angle - turn * (angle / turn).rounded()
  var term = x
  var sum = x
  for n in 1...20 {
    term *= -x * x / Double(2 * n * (2 * n + 1))
    sum += term
  }
  return UInt32(abs(sum) * 4_294_967_296)
}
