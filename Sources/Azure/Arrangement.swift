internal import Core
internal import Store
internal import System
internal import Values

/// Puts what a service tells into byte order.
///
/// Azure promises an order of names and does not say which. Three are known: that of bytes, that
/// of UTF-16, which has the characters beyond the first 65,536 before some of the others, and,
/// where the service has real folders, that in which a slash is the least of all letters. They
/// agree but for names that begin alike, up to such a character or to such a folder. So those are
/// held, sorted by spilling, until a name comes that does not begin so; all others are told as they
/// come. What is in none of these orders ends the listing.
final class Arrangement {
  private let location: Path
  private let tell: (Listed) throws(Failure) -> Void
  private let last = Buffer(capacity: 256)
  private let row = Buffer(capacity: 256)
  private var isFirst = true
  private var held: Sorting?
  /// What is held: all that is this, or begins so and goes on with no greater letter.
  private var start: [UInt8] = []
  private var greatest: UInt8 = 255

  init(_ location: Path, _ tell: @escaping (Listed) throws(Failure) -> Void) {
    self.location = location
    self.tell = tell
  }

  /// Holds all that begins so.
  private func hold(_ start: [UInt8], upTo greatest: UInt8) {
    held = Sorting()
    self.start = start
    self.greatest = greatest
  }

  /// Holds all there is, as when blobs and folders come mixed.
  func holdAll() { hold([], upTo: 255) }

  /// Notes that a folder of the service's own begins.
  func enter(_ folder: UnsafeRawBufferPointer) throws(Failure) {
    if held != nil, isHeld(folder) { return }
    try flush()
    hold(Array(folder), upTo: Path.slash)
  }

  func take(_ listed: Listed) throws(Failure) {
    let path: UnsafeRawBufferPointer
    switch listed {
    case .file(let view): path = view.path
    case .folder(let name), .hole(let name, _): path = name
    }
    if held != nil, !isHeld(path) { try flush() }
    if held == nil, let place = Arrangement.far(path) { hold(Array(path[..<place]), upTo: 255) }
    guard let held else { return try pass(listed, path) }
    row.clear()
    row.append(path)
    row.append(0)
    if case .file(let view) = listed {
      row.append(1)
      view.write(to: row)
    } else {
      row.append(0)
    }
    try held.add(row.bytes)
  }

  /// Where the first character beyond the first 65,536 stands. Most names are ASCII, and are seen
  /// to be eight bytes at a time.
  private static func far(_ path: UnsafeRawBufferPointer) -> Int? {
    var at = 0
    while at + 8 <= path.count,
      path.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      at += 8
    }
    return path[at...].firstIndex { $0 >= 0xF0 }
  }

  private func isHeld(_ path: UnsafeRawBufferPointer) -> Bool {
    guard path.starts(with: start) else { return false }
    return path.count == start.count || path[start.count] <= greatest
  }

  private func pass(_ listed: Listed, _ path: UnsafeRawBufferPointer) throws(Failure) {
    guard isFirst || path.order(against: last.bytes) > 0 else {
      throw Failure(
        .unavailable, "\(location)", "the store's listing is in no known order at \(Path(path))")
    }
    isFirst = false
    last.clear()
    last.append(path)
    try tell(listed)
  }

  /// Tells what is held.
  func flush() throws(Failure) {
    guard let rows = held else { return }
    held = nil
    try rows.finish()
    let row = Buffer(capacity: 256)
    while try rows.next(into: row) {
      guard let end = row.bytes.firstIndex(of: 0) else { continue }
      let path = UnsafeRawBufferPointer(rebasing: row.bytes[..<end])
      let isFile = row.bytes[end + 1] == 1
      try pass(
        isFile ? .file(Listed.View(row.bytes, at: end + 2, path: path)) : .folder(path), path)
    }
  }
}
