internal import Core
internal import Manifests
internal import Records
internal import System
internal import Values

/// What the manifest says of a folder, as far as that is needed: of each target a number made of
/// its line, so that a million of them take some megabytes. Its last byte says which root the line
/// names. All threads append through it.
///
/// `@unchecked Sendable`: the manifest is touched under the lock only, the numbers not at all once
/// they are known.
final class Ledger: @unchecked Sendable {
  private let lock = Lock()
  private let manifest: Manifest
  private var known: [UInt64: UInt64] = [:]
  /// The roots that lines name, at most 255; the first stands for those that name none.
  private var roots: [[UInt8]] = [[]]
  private var trace: Trace

  init(of ground: Folder) throws(Failure) {
    guard let manifest = try Manifest(of: ground, creates: true) else {
      throw Failure(.io, "\(Manifest.place)", "it cannot be made")
    }
    self.manifest = manifest
    trace = Trace(in: ground)
    let name = Buffer()
    let source = Buffer()
    let root = Buffer()
    try manifest.forEachRaw { (record) throws(Failure) in
      name.clear()
      guard record.append(.target, to: name) else { return }
      let target = Ledger.hash(name.bytes)
      if record.holds(.did, "delete") {
        known[target] = nil
        return
      }
      source.clear()
      _ = record.append(.path, to: source)
      root.clear()
      _ = record.append(.root, to: root)
      let time = try record.time(.mtime) ?? Timestamp(seconds: 0)
      let line = Ledger.line(
        Ledger.hash(root.bytes), source.bytes, try record.integer(.size) ?? -1, time)
      known[target] = line & ~Ledger.mark | number(of: root.bytes)
    }
  }

  private static let mark: UInt64 = 0xFF

  private func number(of root: UnsafeRawBufferPointer) -> UInt64 {
    if let place = roots.firstIndex(where: { $0.elementsEqual(root) }) { return UInt64(place) }
    if roots.count == Ledger.mark { return Ledger.mark }
    roots.append(Array(root))
    return UInt64(roots.count - 1)
  }

  /// The root that the manifest names for a target; nil if it names none, or too many.
  func root(of target: UnsafeRawBufferPointer) -> Path? {
    guard let line = known[Ledger.hash(target)] else { return nil }
    let number = Int(line & Ledger.mark)
    return number > 0 && number < roots.count ? Path(roots[number]) : nil
  }

  /// Whether the manifest says just this of a target.
  func holds(
    _ target: UnsafeRawBufferPointer, from source: UnsafeRawBufferPointer, of root: UInt64,
    size: Int, mtime: Timestamp
  ) -> Bool {
    guard let line = known[Ledger.hash(target)] else { return false }
    return line & ~Ledger.mark == Ledger.line(root, source, size, mtime) & ~Ledger.mark
  }

  /// Whether a run that was killed may have left drafts.
  var isAfterKill: Bool { trace.isOld }

  /// Says that drafts are about to be written.
  func begin() {
    lock.enter()
    defer { lock.leave() }
    trace.leave()
  }

  /// Says that all drafts have got their names, and whether each film was looked at.
  func end(sawAll: Bool) {
    lock.enter()
    defer { lock.leave() }
    trace.clear(sawAll: sawAll)
  }

  /// Appends lines that are written already.
  func append(_ lines: Buffer) throws(Failure) {
    if lines.count == 0 { return }
    lock.enter()
    defer { lock.leave() }
    try manifest.append { $0.out.append(lines.bytes) }
    lines.clear()
  }

  private static func line(
    _ root: UInt64, _ source: UnsafeRawBufferPointer, _ size: Int, _ time: Timestamp
  ) -> UInt64 {
    var hash = Ledger.hash(source) ^ root
    for number in [Int64(size), time.seconds, Int64(time.nanoseconds)] {
      hash = (hash ^ UInt64(bitPattern: number)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return hash
  }

  static func hash(_ path: Path) -> UInt64 { path.bytes.withUnsafeBytes { hash($0) } }

  static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
    var at = 0
    while at + 8 <= bytes.count {
      hash =
        (hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 32
      at += 8
    }
    while at < bytes.count {
      hash = (hash ^ UInt64(bytes[at])) &* 0x100_0000_01B3
      at += 1
    }
    return hash ^ hash >> 31
  }
}
