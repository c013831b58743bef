internal import Glibc
internal import Values

/// The names of elements that a consumer knows, each of which becomes its place in the list.
///
/// Why: a page of a listing has ten thousand elements. A name is found by its length and two of
/// its letters and is compared once; no text is made of it. It never changes after it is made.
package final class Vocabulary {
  /// What a name that is not in the list becomes.
  package static let unknown = -1

  private let bytes: Buffer
  /// Where each name ends in `bytes`.
  private let ends: UnsafeMutablePointer<Int>
  /// The first name of each slot, and after it the next name of the slot of each name.
  private let slots: UnsafeMutablePointer<Int>
  private let nexts: UnsafeMutablePointer<Int>
  private static let slotCount = 64

  package init(_ names: [String]) {
    bytes = Buffer(capacity: 16 * names.count)
    ends = .allocate(capacity: names.count)
    nexts = .allocate(capacity: names.count)
    slots = .allocate(capacity: Vocabulary.slotCount)
    slots.update(repeating: Vocabulary.unknown, count: Vocabulary.slotCount)
    for (code, name) in names.enumerated() {
      let start = bytes.count
      bytes.append(Array(name.utf8))
      ends[code] = bytes.count
      let slot = Vocabulary.slot(
        UnsafeRawBufferPointer(start: bytes.base + start, count: bytes.count - start))
      nexts[code] = slots[slot]
      slots[slot] = code
    }
  }

  deinit {
    ends.deallocate()
    slots.deallocate()
    nexts.deallocate()
  }

  @inline(__always)
  private static func slot(_ name: UnsafeRawBufferPointer) -> Int {
    guard name.count > 0 else { return 0 }
    return (name.count &* 7 &+ Int(name[0]) &* 5 &+ Int(name[name.count - 1])) & (slotCount - 1)
  }

  /// The place of a name; a namespace's prefix does not count.
  @inline(__always)
  func code(_ name: UnsafeRawBufferPointer) -> Int {
    let found = exactCode(name)
    return found == Vocabulary.unknown ? localCode(name) : found
  }

  @inline(__always)
  func exactCode(_ name: UnsafeRawBufferPointer) -> Int {
    var code = slots[Vocabulary.slot(name)]
    while code != Vocabulary.unknown {
      let start = code == 0 ? 0 : ends[code - 1]
      if ends[code] - start == name.count, let given = name.baseAddress,
        memcmp(bytes.base + start, given, name.count) == 0
      {
        return code
      }
      code = nexts[code]
    }
    return Vocabulary.unknown
  }

  private func localCode(_ name: UnsafeRawBufferPointer) -> Int {
    guard let colon = name.firstIndex(of: UInt8(ascii: ":")) else { return Vocabulary.unknown }
    return exactCode(UnsafeRawBufferPointer(rebasing: name[(colon + 1)...]))
  }
}
