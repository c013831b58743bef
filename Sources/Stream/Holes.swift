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
    hashes.insert(FNV.hash(path.dropLast(isFolder ? 1 : 0)))
  }

  package func cover(_ path: UnsafeRawBufferPointer) -> Bool {
    if hashes.isEmpty { return false }
    var running = FNV()
    if hashes.contains(running.value) { return true }
    for (place, byte) in path.enumerated() {
      if byte == Path.slash, place > 0, hashes.contains(running.value) { return true }
      running.add(byte)
    }
    return hashes.contains(running.value)
  }

  static func covers(_ hole: Path, _ path: UnsafeRawBufferPointer) -> Bool {
    guard path.starts(with: hole.bytes) else { return false }
    return hole.isEmpty || path.count == hole.bytes.count || path[hole.bytes.count] == Path.slash
  }
}
