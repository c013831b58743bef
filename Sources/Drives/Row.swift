internal import Core
internal import Store
internal import Values

/// One thing that a folder holds, as bytes that sort by its name: the name (that of a folder with
/// its slash), a NUL, when it was told, what it is, and what the drive said of it.
enum Row {
  enum Content: UInt8 {
    case file
    /// A folder that is entered.
    case open
    /// A folder that is only named.
    case shut
    case hole
  }

  /// What stands between a name and what is particular to its kind.
  private static let middle = 6

  /// Writes a row. Of two with one name, that of the smaller number comes first.
  static func write(
    _ name: UnsafeRawBufferPointer, isFolder: Bool, number: Int, _ content: Content,
    to buffer: Buffer
  ) {
    buffer.append(name)
    if isFolder { buffer.append(Path.slash) }
    buffer.append(0)
    let number = UInt32(truncatingIfNeeded: number)
    for shift in [24, 16, 8, 0] as [UInt32] {
      buffer.append(UInt8(truncatingIfNeeded: number >> shift))
    }
    buffer.append(content.rawValue)
  }

  static func write(_ failure: Failure, to buffer: Buffer) {
    let place = Failure.Kind.allCases.firstIndex(of: failure.kind) ?? 0
    buffer.append(UInt8(truncatingIfNeeded: place))
    buffer.append(Array(failure.reason.utf8))
  }

  /// Where the name ends.
  @inline(__always)
  static func end(of row: UnsafeRawBufferPointer) -> Int { row.firstIndex(of: 0) ?? row.count }

  static func content(_ row: UnsafeRawBufferPointer, end: Int) -> Content {
    Content(rawValue: row[end + Row.middle - 1]) ?? .hole
  }

  /// The file that a row tells of, under the path that it has.
  static func file(
    _ row: UnsafeRawBufferPointer, end: Int, path: UnsafeRawBufferPointer
  ) -> Listed.View {
    Listed.View(row, at: end + Row.middle, path: path)
  }

  static func failure(_ row: UnsafeRawBufferPointer, end: Int) -> Failure {
    let kinds = Failure.Kind.allCases
    let place = Int(row[end + Row.middle])
    let reason = String(decoding: row[(end + Row.middle + 1)...], as: UTF8.self)
    return Failure(place < kinds.count ? kinds[place] : .later, "", reason)
  }
}
