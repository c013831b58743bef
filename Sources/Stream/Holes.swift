package import Values

/// Where nothing is known, while walking in order of path.
///
/// A hole covers its own path and all that lies below. Walking in order, those that lie wholly
/// behind can be forgotten, so a handful is kept however many there were. A hole named without a
/// slash (`a`) is kept while names such as `a-b` pass, which sort before `a/`.
package struct OrderedHoles {
  private var open: [Path] = []

  package init() {}

  package var isEmpty: Bool { open.isEmpty }

  /// Adds a hole, which must not sort before those already there.
  package mutating func add(_ path: Path) {
    open.append(path.trimmed)
  }

  /// Whether a path, not sorting before those asked earlier, is covered.
  package mutating func cover(_ path: UnsafeRawBufferPointer) -> Bool {
    if open.isEmpty { return false }
    open.removeAll { hole in
      !hole.isEmpty && !path.starts(with: hole.bytes) && hole.bytes.lexicographicallyPrecedes(path)
    }
    return open.contains { Holes.covers($0, path) }
  }
}

/// Where nothing is known, whatever order the holes come in: only a hash of each is kept. Two paths
/// of one hash protect each other, which errs to the safe side.
package struct Holes {
  private var hashes: Set<UInt64> = []

  package init() {}

  package mutating func add(_ path: UnsafeRawBufferPointer) {
    let isFolder = path.last == Path.slash
    hashes.insert(Holes.hash(path.dropLast(isFolder ? 1 : 0)))
  }

  package func cover(_ path: UnsafeRawBufferPointer) -> Bool {
    if hashes.isEmpty { return false }
    var running = Holes.seed
    if hashes.contains(running) { return true }
    for (place, byte) in path.enumerated() {
      if byte == Path.slash, place > 0, hashes.contains(running) { return true }
      running = Holes.step(running, byte)
    }
    return hashes.contains(running)
  }

  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }
  private static func hash(_ path: some Sequence<UInt8>) -> UInt64 { path.reduce(seed, step) }

  static func covers(_ hole: Path, _ path: UnsafeRawBufferPointer) -> Bool {
    guard path.starts(with: hole.bytes) else { return false }
    return hole.isEmpty || path.count == hole.bytes.count || path[hole.bytes.count] == Path.slash
  }
}
