internal import Core
internal import Glibc
internal import Store
internal import System
internal import Values

/// Files of a listing that wait for their turn: in memory while they are few, then in a file.
struct Rows {
  private struct Fixed {
    var size: Int
    var seconds: Int64
    var nanoseconds: Int32
    var hasTime: Bool
    var path: Int32
    var etag: Int32
    var storageClass: Int32
  }

  /// How much may wait in memory.
  static let bound = 1 << 18

  private var fresh = Buffer(capacity: 65_536)
  private var scratch: Scratch?
  private var output: Output?
  private var spilled = 0

  mutating func append(_ view: Listed.View) throws(Failure) {
    let fixed = Fixed(
      size: view.size, seconds: view.stored?.seconds ?? 0,
      nanoseconds: view.stored?.nanoseconds ?? 0, hasTime: view.stored != nil,
      path: Int32(view.path.count), etag: Int32(view.etag?.count ?? -1),
      storageClass: Int32(view.storageClass?.count ?? -1))
    withUnsafeBytes(of: fixed) { fresh.append($0) }
    fresh.append(view.path)
    if let etag = view.etag { fresh.append(etag) }
    if let storageClass = view.storageClass { fresh.append(storageClass) }
    if fresh.count >= Rows.bound { try spill() }
  }

  private mutating func spill() throws(Failure) {
    let file: Scratch
    if let scratch { file = scratch } else { file = try Scratch() }
    scratch = file
    let out: Output
    if let output { out = output } else { out = Output(file.descriptor, "temporary file") }
    output = out
    out.buffer.append(fresh.bytes)
    spilled += fresh.count
    fresh.clear()
    try out.flush()
  }

  /// Hands all rows out, in the order in which they came, and forgets them.
  mutating func drain(_ each: (Listed.View) throws(Failure) -> Void) throws(Failure) {
    try drainFile(each)
    let left = try Rows.read(fresh.bytes, each)
    guard left == 0 else { throw Rows.broken }
    fresh.clear()
  }

  private mutating func drainFile(_ each: (Listed.View) throws(Failure) -> Void) throws(Failure) {
    guard let scratch else { return }
    let seen = Buffer(capacity: Rows.bound)
    var at = 0
    while at < spilled {
      let wanted = min(Rows.bound, spilled - at)
      let count = pread(scratch.descriptor, seen.reserve(wanted), wanted, off_t(at))
      if count < 0 { throw Failure(errno: errno, "temporary file") }
      if count == 0 { throw Rows.broken }
      seen.count += count
      at += count
      let left = try Rows.read(seen.bytes, each)
      seen.removeFirst(seen.count - left)
    }
    guard seen.count == 0 else { throw Rows.broken }
    self.scratch = nil
    output = nil
    spilled = 0
  }

  private static let broken = Failure(.io, "temporary file", "it is not as it was written")

  /// Reads whole rows; tells how many bytes are left over.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ each: (Listed.View) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    var at = 0
    let head = MemoryLayout<Fixed>.size
    while at + head <= bytes.count {
      let fixed = bytes.loadUnaligned(fromByteOffset: at, as: Fixed.self)
      let end =
        at + head + Int(fixed.path) + Int(max(fixed.etag, 0)) + Int(max(fixed.storageClass, 0))
      guard end <= bytes.count else { break }
      var place = at + head
      func next(_ count: Int32) -> UnsafeRawBufferPointer? {
        guard count >= 0 else { return nil }
        defer { place += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<(place + Int(count))])
      }
      guard let path = next(fixed.path) else { break }
      var view = Listed.View(path: path, size: fixed.size)
      view.etag = next(fixed.etag)
      view.storageClass = next(fixed.storageClass)
      if fixed.hasTime {
        view.stored = Timestamp(seconds: fixed.seconds, nanoseconds: fixed.nanoseconds)
      }
      try each(view)
      at = end
    }
    return bytes.count - at
  }
}
