internal import Core
internal import Stream
internal import System
internal import Values

/// What a run has to say of paths, in whatever order it was found out; it comes back in order of
/// path, of each path only what was said last.
final class Updates {
  struct Update {
    var path: [UInt8]
    /// The new line; empty if the old one is to go; one letter if it is to tell of a delete.
    var line: [UInt8]

    /// The side on which a delete was not done.
    var mark: Side? {
      if line.count != 1 { return nil }
      return Side.allCases.first { Updates.mark($0) == line[0] }
    }
  }

  static func mark(_ side: Side) -> UInt8 { UInt8(ascii: side == .left ? "<" : ">") }

  private let rows = Sorting()
  private var pending: Update?

  var count: Int { rows.count }

  /// A row sorts by path, and among those of one path by when it was added.
  func add(_ path: Path, _ line: UnsafeRawBufferPointer?) throws(Failure) {
    let order = withUnsafeBytes(of: UInt64(rows.count).bigEndian) { Array($0) }
    try rows.add(Keyed.row(path.bytes, order + (line.map { Array($0) } ?? [])))
  }

  /// Ends the adding.
  func finish() throws(Failure) {
    try rows.finish()
    pending = try row()
  }

  func next() throws(Failure) -> Update? {
    guard var last = pending else { return nil }
    pending = try row()
    while let later = pending, later.path == last.path {
      last = later
      pending = try row()
    }
    return last
  }

  private func row() throws(Failure) -> Update? {
    guard let row = try rows.next() else { return nil }
    let (path, rest) = Keyed.split(row)
    return Update(path: Array(path), line: Array(rest.dropFirst(8)))
  }
}
