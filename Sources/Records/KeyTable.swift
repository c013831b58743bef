internal import Glibc

/// Finds a member, or a kind of record, by its name: a table made from the declarations, laid flat
/// so that a look-up touches one cache line.
final class KeyTable {
  private struct Slot {
    var count: UInt8 = 0
    var member = MemberSpan.unknown
    var isBytes = false
    var letters: (UInt64, UInt64, UInt64) = (0, 0, 0)
  }

  private static let size = 1_024
  private static let longest = 24
  private let slots: UnsafeMutablePointer<Slot>
  /// The names of all kinds, of at most eight letters each, as numbers.
  private let kinds: [(letters: UInt64, kind: Kind)]

  init() {
    slots = .allocate(capacity: KeyTable.size)
    slots.initialize(repeating: Slot(), count: KeyTable.size)
    kinds = Kind.allCases.filter { $0 != .other }.map { (KeyTable.word($0.name.utf8), $0) }
    for member in Member.allCases {
      add(member.name, member, isBytes: false)
      if member.form == .name { add(member.name + "_bytes", member, isBytes: true) }
    }
  }

  deinit {
    slots.deallocate()
  }

  private func add(_ name: String, _ member: Member, isBytes: Bool) {
    var slot = Slot(count: UInt8(name.utf8.count), member: member.rawValue, isBytes: isBytes)
    withUnsafeMutableBytes(of: &slot.letters) { $0.copyBytes(from: name.utf8) }
    var place = Array(name.utf8).withUnsafeBufferPointer { letters in
      letters.baseAddress.map { KeyTable.hash($0, letters.count) } ?? 0
    }
    while slots[place].count > 0 { place = (place + 1) % KeyTable.size }
    slots[place] = slot
  }

  @inline(__always)
  private static func hash(_ name: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let ends = UInt(name[0]) &* 31 &+ UInt(name[count - 1]) &* 17 &+ UInt(name[count >> 1]) &* 7
    return Int((ends &+ UInt(count) &* 101) % UInt(size))
  }

  @inline(__always)
  func find(_ name: UnsafePointer<UInt8>, _ count: Int) -> (member: UInt8, isBytes: Bool) {
    guard count > 0, count <= KeyTable.longest else { return (MemberSpan.unknown, false) }
    var place = KeyTable.hash(name, count)
    while slots[place].count > 0 {
      if Int(slots[place].count) == count,
        withUnsafeBytes(
          of: &slots[place].letters,
          { letters in
            letters.baseAddress.map { memcmp($0, name, count) == 0 } ?? false
          })
      {
        return (slots[place].member, slots[place].isBytes)
      }
      place = (place + 1) % KeyTable.size
    }
    return (MemberSpan.unknown, false)
  }

  @inline(__always)
  func kind(_ name: UnsafeRawBufferPointer) -> Kind {
    guard name.count <= 8 else { return .other }
    let letters = KeyTable.word(name)
    for candidate in kinds where candidate.letters == letters { return candidate.kind }
    return .other
  }

  @inline(__always)
  private static func word(_ letters: some Sequence<UInt8>) -> UInt64 {
    letters.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
