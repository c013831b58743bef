/// FNV-1a of 64 bits: a number that is the same in every process, on every machine and in every
/// release, for names that are to be found again. It keeps nobody out who wants two to be one.
package struct FNV: Sendable {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  @inline(__always)
  package mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  @inline(__always)
  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  @inline(__always)
  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var sum = FNV()
    sum.add(bytes)
    return sum.value
  }
}
