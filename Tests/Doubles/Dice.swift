/// Numbers that look random and are the same in each run, so that what failed once fails again.
package struct Dice: RandomNumberGenerator {
  private var state: UInt64

  package init(_ seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  package mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  /// True once in `times`.
  package mutating func hits(onceIn times: Int) -> Bool { below(times) == 0 }

  package mutating func pick<Face>(_ faces: [Face]) -> Face { faces[below(faces.count)] }

  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// A text of up to `longest` letters out of these.
  package mutating func text(of letters: String, upTo longest: Int) -> String {
    let letters = Array(letters)
    return String((0..<below(longest + 1)).map { _ in pick(letters) })
  }
}
